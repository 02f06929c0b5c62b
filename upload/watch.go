package upload

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptrace"
	"sync/atomic"
	"time"
)

var errStalled error = stalled{}

type stalled struct{}

func (stalled) Error() string { return "the connection accepted no byte for too long" }

// Timeout makes the client send the next request to another gateway.
func (stalled) Timeout() bool { return true }

// watch ends a request whose body makes no progress.
type watch struct {
	timer   *time.Timer
	stall   time.Duration
	cancel  context.CancelCauseFunc
	sought  atomic.Int32 // how often a connection was sought
	written atomic.Int32 // how often net/http finished writing the request
	failed  atomic.Bool  // to be written
}

// beginWatch returns a context that ends when the request stalls. The user may take a while to sign
// in: the clock starts when a connection is sought, again at each gateway.
func (c *run) beginWatch(ctx context.Context) (context.Context, *watch) {
	ctx, cancel := context.WithCancelCause(ctx)
	w := &watch{stall: c.stall, cancel: cancel}
	w.timer = time.AfterFunc(w.stall, func() { cancel(errStalled) })
	w.timer.Stop()
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn: func(string) {
			w.sought.Add(1)
			w.restart()
		},
		WroteRequest: func(info httptrace.WroteRequestInfo) {
			w.written.Add(1)
			if info.Err != nil {
				w.failed.Store(true)
				return
			}
			w.stop() // the wait for the response has its own limit
		},
	}), w
}

func (w *watch) restart() { w.timer.Reset(w.stall) }
func (w *watch) stop()    { w.timer.Stop() }

// end ends the watch, and returns the error of a request that stalled: net/http does not always
// report why the context ended.
func (w *watch) end(ctx context.Context, err error) error {
	w.stop()
	if err != nil && errors.Is(context.Cause(ctx), errStalled) {
		err = &stallError{err, w.stall}
	}
	w.cancel(nil)
	return err
}

// isBodyRead reports whether net/http has read the body once and will not read it again.
func (w *watch) isBodyRead() bool {
	return w.sought.Load() == 1 && w.written.Load() == 1 && !w.failed.Load()
}

// stallError is an abandoned request. It hides its cause, a cancelled context, which looks like a
// cancellation by the caller.
type stallError struct {
	err   error
	after time.Duration
}

func (e *stallError) Error() string { return fmt.Sprintf("%v (%s)", errStalled, e.after) }
func (e *stallError) Unwrap() error { return e.err }
