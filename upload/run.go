package upload

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"

	"github.com/sfstore/sfstore/wrapper/imagestore"
)

// run is one call of an [Uploader], or the part of one that concerns one path. It sends events
// and counts for the report.
type run struct {
	*Uploader
	path   string
	events *sync.Mutex // one event at a time over all parts of the call
	claim  *claim      // on the uploaded folder; nil if there is none

	resumedBytes, sentBytes, retries atomic.Int64
	unreported                       atomic.Int64 // bytes that were read before sending
	cut                              atomic.Bool  // a PUT was abandoned after some of its bytes were sent
}

func (u *Uploader) begin(path string) *run {
	return &run{Uploader: u, path: path, events: new(sync.Mutex)}
}

// part is a part of the call that concerns another path, with the same events.
func (c *run) part(path string) *run {
	return &run{Uploader: c.Uploader, path: path, events: c.events, claim: c.claim}
}

// acquire waits until a request that changes something may begin, with a body of n bytes, and for the
// claim of the folder to be fresh. The caller releases it.
func (c *run) acquire(ctx context.Context, n int64) error {
	if err := c.limiter.begin(ctx, n); err != nil {
		return err
	}
	err := c.claim.ensure(ctx)
	if err != nil {
		c.release(n, err)
	}
	return err
}

// release ends the request that acquire began, with its outcome.
func (c *run) release(n int64, err error) { c.limiter.end(n, err) }

// event must not be called while holding a lock or a slot that another upload waits for.
func (c *run) event(e Event) {
	c.events.Lock()
	defer c.events.Unlock()
	c.progress(e)
}

// reportUnmatched reports the patterns that matched nothing of a folder.
func (c *run) reportUnmatched(t *tree) {
	for _, pattern := range t.exclude.Unmatched() {
		c.event(Event{Kind: Unmatched, Path: pattern})
	}
}

func (c *run) notice(path, text string) { c.event(Event{Kind: Noticed, Path: path, Text: text}) }

// readStep is how many bytes are read between two events.
const readStep = 16 << 20

// read counts bytes that were read before anything is sent.
func (c *run) read(n int64) {
	if c.unreported.Add(n) >= readStep {
		c.doneReading()
	}
}

// doneReading reports the bytes that were read since the last event.
func (c *run) doneReading() {
	if n := c.unreported.Swap(0); n > 0 {
		c.event(Event{Kind: Reading, Path: c.path, Bytes: n})
	}
}

// makePlan reads a source before it is sent, unless the upload cannot be resumed.
func (c *run) makePlan(ctx context.Context, s *source) (*plan, error) {
	p, err := newPlan(s, c.chunkSize)
	if err == nil && !c.noResume {
		err = p.digestChunks(ctx, s, c.read)
	}
	if err != nil {
		return nil, err
	}
	if c.noResume && s.isEndFar() {
		return p, nil
	}
	return p, s.checkEnd()
}

func (c *run) sent(n int64) { c.sentBytes.Add(n) }

func (c *run) arrived(n int64) { c.event(Event{Kind: Arrived, Path: c.path, Bytes: n}) }

func (c *run) resumed(n int64) {
	c.resumedBytes.Store(n)
	c.event(Event{Kind: Resumed, Path: c.path, Bytes: n})
}

func (c *run) retried(err error) {
	c.retries.Add(1)
	c.event(Event{Kind: Retried, Path: c.path, Err: err})
}

// shouldRetry waits before a step is retried after err, and reports whether to retry: it returns
// false if a retry cannot help, the budget is used up, or the context ended.
func (c *run) shouldRetry(ctx context.Context, budget *attempts, err error) bool {
	return isRetryable(err) && c.waitToRetry(ctx, budget, err)
}

// retrying calls do until it succeeds or shouldRetry returns false, and returns the last error.
func (c *run) retrying(ctx context.Context, do func() error) error {
	for budget := c.retry.begin(); ; {
		if err := do(); err == nil || !c.shouldRetry(ctx, budget, err) {
			return err
		}
	}
}

// waitToRetry is shouldRetry without the check that err is retryable.
func (c *run) waitToRetry(ctx context.Context, budget *attempts, err error) bool {
	if isWrongResponse(err) {
		if budget.wrong {
			return false // a second one is no accident
		}
		budget.wrong = true
	}
	if fabric, ok := errors.AsType[*imagestore.FabricError](err); ok {
		c.gate.closeFor(fabric.RetryAfter)
	}
	if !budget.pause(ctx, c.gate.left()) {
		return false
	}
	c.retried(err)
	return true
}
