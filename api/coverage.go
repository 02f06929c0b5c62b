package api

import (
	"encoding/json"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"sync"
)

// Coverage counts the responses that a contract validated, by operation and status, and the error
// codes in them. The zero value is ready to use. It is safe for concurrent use.
type Coverage struct {
	mu    sync.Mutex
	seen  map[string]map[int]int
	codes map[string]int
}

// WithCoverage returns a copy of the contract that counts in coverage every response that it
// validates, also those seen by [Contract.Middleware] and [Contract.Transport].
func (c *Contract) WithCoverage(coverage *Coverage) *Contract {
	covered := *c
	covered.coverage = coverage
	return &covered
}

// Statuses returns the number of responses of an operation, by status.
func (v *Coverage) Statuses(operationID string) map[int]int {
	v.mu.Lock()
	defer v.mu.Unlock()
	return maps.Clone(v.seen[operationID])
}

// Codes returns the number of responses by their code of a FabricError.
func (v *Coverage) Codes() map[string]int {
	v.mu.Lock()
	defer v.mu.Unlock()
	return maps.Clone(v.codes)
}

// Missing returns the operations of a contract without any response, sorted.
func (v *Coverage) Missing(c *Contract) []string {
	v.mu.Lock()
	defer v.mu.Unlock()
	return slices.DeleteFunc(c.Operations(), func(id string) bool { return len(v.seen[id]) > 0 })
}

// MissingStatuses returns the statuses of [Contract.Statuses] that no response of an operation
// had. A range such as 2XX counts as covered by any status in it that the document does not
// name, and the default response by any failure whose status the document does not name.
func (v *Coverage) MissingStatuses(c *Contract, operationID string) []string {
	v.mu.Lock()
	defer v.mu.Unlock()
	documented := c.Statuses(operationID)
	had := make(map[string]bool)
	for status := range v.seen[operationID] {
		switch name := strconv.Itoa(status); {
		case slices.Contains(documented, name):
			had[name] = true
		case slices.Contains(documented, name[:1]+"XX"):
			had[name[:1]+"XX"] = true
		case isFailure(status):
			had["default"] = true
		}
	}
	return slices.DeleteFunc(documented, func(name string) bool { return had[name] })
}

// MissingCodes returns the codes of [Contract.ErrorCodes] that no response had, in their order.
func (v *Coverage) MissingCodes(c *Contract) []string {
	v.mu.Lock()
	defer v.mu.Unlock()
	return slices.DeleteFunc(c.ErrorCodes(), func(code string) bool { return v.codes[code] > 0 })
}

func (v *Coverage) count(operationID string, status int, body []byte) {
	if v == nil {
		return
	}
	code := codeOf(status, body)
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.seen == nil {
		v.seen, v.codes = make(map[string]map[int]int), make(map[string]int)
	}
	if v.seen[operationID] == nil {
		v.seen[operationID] = make(map[int]int)
	}
	v.seen[operationID][status]++
	if _, known := v.codes[code]; code != "" && (known || len(v.codes) < maxCodes) {
		v.codes[code]++
	}
}

// maxCodes bounds the different codes that are counted. The runtime has a few hundred.
const maxCodes = 10_000

var codeLayout = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[0-9A-Za-z_]{1,100}$`) })

// codeOf returns the code of a body that is a FabricError, or "".
func codeOf(status int, body []byte) string {
	if !isFailure(status) {
		return ""
	}
	var e struct{ Error struct{ Code string } }
	if json.Unmarshal(body, &e) != nil || !codeLayout().MatchString(e.Error.Code) {
		return ""
	}
	return e.Error.Code
}

// isFailure reports whether a default response covers the status.
func isFailure(status int) bool {
	return status >= http.StatusBadRequest && status <= 599
}
