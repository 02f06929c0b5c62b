package emulator

import (
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/sfstore/sfstore/emulator/internal/tree"
)

// turns are the current writes and deletions, and those that wait for them, in
// the order of their arrival.
//
// The runtime rejects a write while another one is running on its path or
// above it, and its gateway retries until the request's time is over. Here
// the second writer waits for the first, which has the same effect. Only a
// commit is not retried.
type turns struct {
	mu  sync.Mutex
	all []*turn
}

type turn struct {
	path  string // in lower case, on either platform
	whole bool   // with everything below the path
	began chan struct{}
}

func (t *turn) hasBegun() bool {
	select {
	case <-t.began:
		return true
	default:
		return false
	}
}

func newTurn(path string, whole bool) *turn {
	return &turn{strings.ToLower(path), whole, make(chan struct{})}
}

// mustWaitFor reports whether t cannot run at the same time as other.
func (t *turn) mustWaitFor(other *turn) bool {
	return t.path == other.path || tree.IsBelow(t.path, other.path) || t.whole && tree.IsBelow(other.path, t.path)
}

// queue requests a turn on a path, or, with whole, on the path and everything
// below it. The caller must end it, whether it has begun or not.
func (ts *turns) queue(path string, whole bool) *turn {
	t := newTurn(path, whole)
	ts.mu.Lock()
	defer ts.mu.Unlock()
	ts.all = append(ts.all, t)
	ts.beginNext()
	return t
}

// try takes a turn on a path if it need not wait.
func (ts *turns) try(path string) (end func(), ok bool) {
	t := newTurn(path, false)
	ts.mu.Lock()
	defer ts.mu.Unlock()
	if slices.ContainsFunc(ts.all, func(other *turn) bool { return other.hasBegun() && t.mustWaitFor(other) }) {
		return nil, false
	}
	close(t.began)
	ts.all = append(ts.all, t)
	return func() { ts.end(t) }, true
}

func (ts *turns) end(t *turn) {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	ts.all = slices.DeleteFunc(ts.all, func(other *turn) bool { return other == t })
	ts.beginNext()
}

// beginNext begins every turn that need not wait for a current or an earlier
// one. The caller holds ts.mu.
func (ts *turns) beginNext() {
	for i, t := range ts.all {
		if t.hasBegun() {
			continue
		}
		first := func(j int, other *turn) bool {
			return other != t && (j < i || other.hasBegun()) && (t.mustWaitFor(other) || other.mustWaitFor(t))
		}
		free := true
		for j, other := range ts.all {
			free = free && !first(j, other)
		}
		if free {
			close(t.began)
		}
	}
}

// claim waits until nothing else is written at a path, or, with whole, below
// it. The caller calls the returned function to end the claim.
func (s *Store) claim(c *request, path string, whole bool) (end func(), err error) {
	t := s.turns.queue(path, whole)
	end = func() { s.turns.end(t) }
	if t.hasBegun() {
		return end, nil
	}
	late := time.NewTimer(c.left())
	defer late.Stop()
	select {
	case <-t.began:
		return end, nil
	case <-late.C:
		err = errTimeout
	case <-c.r.Context().Done():
		err = errDropped
	case <-s.done:
		err = errClosed
	}
	end()
	return nil, err
}
