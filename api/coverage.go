package api

import (
	"maps"
	"slices"
	"sync"
)

// Coverage counts the exchanges that a contract saw, by operation and status. The zero value
// is ready, and safe for concurrent use.
type Coverage struct {
	mu   sync.Mutex
	seen map[string]map[int]int
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

// Missing returns the operations of a contract that were never reached, sorted.
func (v *Coverage) Missing(c *Contract) []string {
	v.mu.Lock()
	defer v.mu.Unlock()
	return slices.DeleteFunc(c.Operations(), func(id string) bool { return len(v.seen[id]) > 0 })
}

func (v *Coverage) count(operationID string, status int) {
	if v == nil {
		return
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.seen == nil {
		v.seen = make(map[string]map[int]int)
	}
	if v.seen[operationID] == nil {
		v.seen[operationID] = make(map[int]int)
	}
	v.seen[operationID][status]++
}
