package upload

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"sync"

	"github.com/sfstore/sfstore/wrapper/imagestore"
)

// limiter bounds the number of concurrent requests that change something, and the bytes of their
// bodies together. An overloaded gateway halves the number of requests, and successes let it grow
// again by one at a time. Waiting callers are served in the order of arrival.
type limiter struct {
	maxRequests int
	maxBytes    int64 // a single body may have more

	mu        sync.Mutex
	limit     int // of requests at the moment
	requests  int
	bytes     int64
	successes int // since the limit changed
	outdated  int // current requests that began before the limit was halved
	waiting   []*waiter
}

type waiter struct {
	bytes int64
	ready chan struct{}
}

func newLimiter(requests int, bytes int64) *limiter {
	return &limiter{maxRequests: requests, maxBytes: bytes, limit: requests}
}

// begin waits until a request with a body of n bytes may begin. The caller ends it with end.
func (l *limiter) begin(ctx context.Context, n int64) error {
	l.mu.Lock()
	if len(l.waiting) == 0 && l.fits(n) {
		l.take(n)
		l.mu.Unlock()
		return nil
	}
	w := &waiter{n, make(chan struct{})}
	l.waiting = append(l.waiting, w)
	l.mu.Unlock()
	select {
	case <-w.ready:
		return nil
	case <-ctx.Done():
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if i := slices.Index(l.waiting, w); i >= 0 {
		l.waiting = slices.Delete(l.waiting, i, i+1)
	} else { // it became ready meanwhile
		l.requests--
		l.bytes -= n
	}
	l.admit()
	return ctx.Err()
}

// end ends a request that began, with its outcome.
func (l *limiter) end(n int64, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.requests--
	l.bytes -= n
	switch {
	case l.outdated > 0: // it began under the old limit and says nothing about the present one
		l.outdated--
	case isOverload(err):
		l.limit, l.successes, l.outdated = max(1, l.limit/2), 0, l.requests
	case err == nil:
		if l.successes++; l.successes >= l.limit && l.limit < l.maxRequests {
			l.limit, l.successes = l.limit+1, 0
		}
	}
	l.admit()
}

// admit lets waiting requests begin, as far as they fit.
func (l *limiter) admit() {
	for len(l.waiting) > 0 && l.fits(l.waiting[0].bytes) {
		l.take(l.waiting[0].bytes)
		close(l.waiting[0].ready)
		l.waiting = slices.Delete(l.waiting, 0, 1)
	}
}

func (l *limiter) fits(n int64) bool {
	return l.requests < l.limit && (l.bytes == 0 || l.bytes+n <= l.maxBytes)
}

func (l *limiter) take(n int64) {
	l.requests++
	l.bytes += n
}

// isOverload reports whether a gateway has more requests than it can handle.
func isOverload(err error) bool {
	fabric, ok := errors.AsType[*imagestore.FabricError](err)
	if !ok {
		return false
	}
	switch fabric.StatusCode {
	case http.StatusTooManyRequests, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return false
}
