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

// Coverage counts the exchanges that a contract saw, by operation and status, and the codes of
// the errors in them. The zero value is ready, and safe for concurrent use.
type Coverage struct {
	mu    sync.Mutex
	seen  map[string]map[int]int
	codes map[string]int
}

// Counting returns the same contract, which counts every response that it is shown,
// through [Contract.Fence] and [Contract.Transport] too.
func (c *Contract) Counting(coverage *Coverage) *Contract {
	counting := *c
	counting.coverage = coverage
	return &counting
}

// Statuses returns how many responses of an operation had which status.
func (v *Coverage) Statuses(operationID string) map[int]int {
	v.mu.Lock()
	defer v.mu.Unlock()
	return maps.Clone(v.seen[operationID])
}

// Codes returns how many responses had which code of a FabricError.
func (v *Coverage) Codes() map[string]int {
	v.mu.Lock()
	defer v.mu.Unlock()
	return maps.Clone(v.codes)
}

// Missing returns the operations of a contract that were never reached, sorted.
func (v *Coverage) Missing(c *Contract) []string {
	v.mu.Lock()
	defer v.mu.Unlock()
	return slices.DeleteFunc(c.Operations(), func(id string) bool { return len(v.seen[id]) > 0 })
}

// MissingStatuses returns the statuses of [Contract.Statuses] that no response of an operation
// had. A range such as 2XX is had by any status in it that the document does not name, and the
// default response by any failure whose status the document does not name.
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

var codeLayout = regexp.MustCompile(`^[0-9A-Za-z_]{1,100}$`)

// codeOf returns the code of the FabricError that a body is, or "" where that is none.
func codeOf(status int, body []byte) string {
	if !isFailure(status) {
		return ""
	}
	var e struct{ Error struct{ Code string } }
	if json.Unmarshal(body, &e) != nil || !codeLayout.MatchString(e.Error.Code) {
		return ""
	}
	return e.Error.Code
}

// isFailure tells the statuses that a default response stands for.
func isFailure(status int) bool {
	return status >= http.StatusBadRequest && status <= 599
}
