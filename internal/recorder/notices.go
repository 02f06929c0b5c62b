package recorder

import (
	"fmt"
	"sync/atomic"
	"time"
)

const (
	// maxQueued bounds the calls that wait for earlier ones.
	maxQueued = 1000
	// noticesGrace is how long end waits for queued calls.
	noticesGrace = time.Second
)

// notices makes the callbacks of a Proxy, one at a time, from its own goroutine, so that a slow
// or blocked callback never delays traffic.
type notices struct {
	calls   chan func()
	dropped atomic.Int64
	ended   chan struct{}
}

// start begins to make calls. At the end it reports to fails how many were dropped.
func (n *notices) start(fails func(error)) {
	n.calls, n.ended = make(chan func(), maxQueued), make(chan struct{})
	go func() {
		defer close(n.ended)
		for call := range n.calls {
			call()
		}
		if dropped := n.dropped.Load(); dropped > 0 {
			fails(fmt.Errorf("%d more notices were dropped: the callback was too slow", dropped))
		}
	}()
}

// add queues a call, unless too many wait.
func (n *notices) add(call func()) {
	select {
	case n.calls <- call:
	default:
		n.dropped.Add(1)
	}
}

// end waits until all calls are made, but not longer than noticesGrace.
func (n *notices) end() {
	close(n.calls)
	select {
	case <-n.ended:
	case <-time.After(noticesGrace):
	}
}
