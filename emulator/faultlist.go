package emulator

import (
	"fmt"
	"slices"
	"sync"
)

// FaultState is a fault of a [Store], and how often it struck.
type FaultState struct {
	ID    int // for [Store.RemoveFault]; never used twice
	Fault Fault
	// Seen is the number of requests of the fault's operation since it was
	// added, and Struck the number of those that it acted on.
	Seen, Struck int
}

// Faults returns the store's faults in the order in which they were added.
func (s *Store) Faults() []FaultState {
	s.injected.mu.Lock()
	defer s.injected.mu.Unlock()
	return slices.Clone(s.injected.list)
}

// AddFaults adds faults while the store runs, and returns them with their ids.
// Each counts the requests that follow, from 1. If a fault is invalid, the
// error names it and none is added.
func (s *Store) AddFaults(faults ...Fault) ([]FaultState, error) {
	if err := validate(faults); err != nil {
		return nil, fmt.Errorf("emulator: %w", err)
	}
	return s.injected.add(faults), nil
}

// RemoveFault removes a fault. It reports whether there was one with the id.
func (s *Store) RemoveFault(id int) bool {
	return s.injected.remove(func(f FaultState) bool { return f.ID == id }) > 0
}

// RemoveFaults removes all faults and returns how many there were. The faults
// of [WithChaos] stay.
func (s *Store) RemoveFaults() int {
	return s.injected.remove(func(FaultState) bool { return true })
}

// injected are the faults of a store, with the requests counted so far.
type injected struct {
	mu     sync.Mutex
	list   []FaultState
	lastID int
}

func (f *injected) add(faults []Fault) []FaultState {
	f.mu.Lock()
	defer f.mu.Unlock()
	var added []FaultState
	for _, fault := range faults {
		f.lastID++
		added = append(added, FaultState{ID: f.lastID, Fault: fault})
	}
	f.list = append(f.list, added...)
	return added
}

func (f *injected) remove(which func(FaultState) bool) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	before := len(f.list)
	f.list = slices.DeleteFunc(f.list, which)
	return before - len(f.list)
}

// next counts a request and returns what the faults do to it.
func (f *injected) next(operation string) faultPlan {
	var plan faultPlan
	f.mu.Lock()
	defer f.mu.Unlock()
	for i := range f.list {
		fault := &f.list[i]
		if fault.Fault.Operation != "" && fault.Fault.Operation != operation {
			continue
		}
		fault.Seen++
		if fault.Fault.chooses(fault.Seen) {
			fault.Struck++
			plan.add(fault.Fault)
		}
	}
	return plan
}
