package upload

import (
	"context"
	"net/http"
	"testing"
	"testing/synctest"

	"github.com/sfstore/sfstore/wrapper/imagestore"
)

// begun starts a request in the background, and returns a function that waits until nothing runs and
// reports whether the request was let through.
func (l *limiter) begun(ctx context.Context, n int64) func() bool {
	done := make(chan struct{})
	go func() {
		if l.begin(ctx, n) == nil {
			close(done)
		}
	}()
	return func() bool {
		synctest.Wait()
		select {
		case <-done:
			return true
		default:
			return false
		}
	}
}

func TestLimiterOfRequests(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLimiter(2, 100)
		first, second := l.begun(t.Context(), 1), l.begun(t.Context(), 1)
		if !first() || !second() {
			t.Fatal("two requests do not begin")
		}
		third := l.begun(t.Context(), 1)
		if third() {
			t.Error("a third one begins")
		}
		l.end(1, nil)
		if !third() {
			t.Error("the third one does not begin after the end of the first")
		}
	})
}

func TestLimiterOfBytes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLimiter(10, 100)
		if !l.begun(t.Context(), 1000)() {
			t.Fatal("a body that is larger than the limit does not begin alone")
		}
		ctx, cancel := context.WithCancel(t.Context())
		given, small := l.begun(ctx, 50), l.begun(t.Context(), 1)
		if given() || small() {
			t.Error("others begin beside it")
		}
		cancel() // the request that waited behind it is next
		l.end(1000, nil)
		if !small() || given() {
			t.Error("the small one does not begin, or the one that was given up does")
		}
	})
}

// TestLimiterOfAnOverload checks that many refusals at one moment count once, and that the limit then
// grows slowly.
func TestLimiterOfAnOverload(t *testing.T) {
	l := newLimiter(16, 1000)
	overload := &imagestore.FabricError{StatusCode: http.StatusServiceUnavailable}
	for range 16 {
		l.take(1)
	}
	for range 16 {
		l.end(1, overload)
	}
	if l.limit != 8 {
		t.Fatalf("the limit is %d after one overload, not 8", l.limit)
	}
	l.take(1)
	l.end(1, overload)
	if l.limit != 4 {
		t.Errorf("the limit is %d after another, not 4", l.limit)
	}
	for range 4 {
		l.take(1)
		l.end(1, nil)
	}
	if l.limit != 5 {
		t.Errorf("the limit is %d after 4 successes, not 5", l.limit)
	}
	for range 1000 {
		l.take(1)
		l.end(1, nil)
	}
	if l.limit != 16 {
		t.Errorf("the limit is %d after many successes, not 16", l.limit)
	}
}
