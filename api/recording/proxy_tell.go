package recording

import (
	"fmt"
	"sync/atomic"
	"time"
)

const (
	// maxUntold is how many calls wait for the ones before them.
	maxUntold = 1000
	// tellGrace is how long the end waits for calls that are still to come.
	tellGrace = time.Second
)

// teller makes the calls of a Proxy, one at a time, from a goroutine of its own: no traffic
// waits for who is told, who may never return.
type teller struct {
	calls  chan func() // nil where nobody is told
	missed atomic.Int64
	ended  chan struct{}
}

// start begins to make calls. What there was no room for is counted and told to fails.
func (t *teller) start(fails func(error)) {
	t.calls, t.ended = make(chan func(), maxUntold), make(chan struct{})
	go func() {
		defer close(t.ended)
		for call := range t.calls {
			call()
			if len(t.calls) > 0 {
				continue
			}
			if n := t.missed.Swap(0); n > 0 {
				fails(fmt.Errorf("%d more were not told, for who is told was too slow", n))
			}
		}
	}()
}

// tell has a call made, unless too many wait.
func (t *teller) tell(call func()) {
	select {
	case t.calls <- call:
	default:
		t.missed.Add(1)
	}
}

// end waits until all calls are made, though not for long.
func (t *teller) end() {
	close(t.calls)
	select {
	case <-t.ended:
	case <-time.After(tellGrace):
	}
}
