package upload

import (
	"context"
	"sync"
	"sync/atomic"
)

// call is one call of an [Uploader], or the part of one that concerns one path. It says what
// happens and counts what goes into the report.
type call struct {
	*Uploader
	path   string
	events *sync.Mutex // one event at a time over all parts of the call

	resumedBytes, sentBytes, retries atomic.Int64
}

func (u *Uploader) begin(path string) *call {
	return &call{Uploader: u, path: path, events: new(sync.Mutex)}
}

// part is a call about another path, with the same events.
func (c *call) part(path string) *call {
	return &call{Uploader: c.Uploader, path: path, events: c.events}
}

// event must not be called by who holds something that another upload waits for.
func (c *call) event(e Event) {
	c.events.Lock()
	defer c.events.Unlock()
	c.progress(e)
}

func (c *call) sent(n int64) { c.sentBytes.Add(n) }

func (c *call) arrived(n int64) { c.event(Event{Kind: Arrived, Path: c.path, Bytes: n}) }

func (c *call) resumed(n int64) {
	c.resumedBytes.Store(n)
	c.event(Event{Kind: Resumed, Path: c.path, Bytes: n})
}

func (c *call) retried(err error) {
	c.retries.Add(1)
	c.event(Event{Kind: Retried, Path: c.path, Err: err})
}

// again waits before a step is tried once more after err. It returns false when it is not to
// be: trying again cannot help, the budget is used up, or the context ended.
func (c *call) again(ctx context.Context, budget *attempts, err error) bool {
	return helps(err) && c.inSpiteOf(ctx, budget, err)
}

// inSpiteOf is again where the caller knows that trying once more can help.
func (c *call) inSpiteOf(ctx context.Context, budget *attempts, err error) bool {
	if !budget.pause(ctx) {
		return false
	}
	c.retried(err)
	return true
}
