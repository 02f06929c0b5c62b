package workbench

import (
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"time"
)

// counts show a page what to fetch again: each grows when something of its kind may have changed.
type counts struct {
	Requests int64 `json:"requests"`
	Files    int64 `json:"files"`
	Sessions int64 `json:"sessions"`
	Control  int64 `json:"control"`
}

// count counts a request of the store. Of those that change something, chunks alone leave the files as
// they are, and there are many; a fault may lose sessions at any time.
func (c *counts) count(method, operation string) {
	c.Requests++
	if method == http.MethodGet {
		return
	}
	c.Sessions++
	if operation != "UploadFileChunk" {
		c.Files++
	}
}

// changes notifies pages that something changed. It costs the store almost nothing: it only wakes a
// page, which fetches the changes.
type changes struct {
	mu     sync.Mutex
	counts counts
	wake   chan struct{} // closed by the next change; nil while no page waits
}

func (c *changes) add(change func(*counts)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	change(&c.counts)
	if c.wake != nil {
		close(c.wake)
		c.wake = nil
	}
}

// now returns the counts, and a channel that is closed when they change.
func (c *changes) now() (counts, <-chan struct{}) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.wake == nil {
		c.wake = make(chan struct{})
	}
	return c.counts, c.wake
}

// eventPause is the least time between two events, so that a page costs the same whatever the
// number of requests.
const eventPause = 250 * time.Millisecond

// events streams the counts, as server-sent events, until the client or the workbench closes.
func (b *Workbench) events(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/event-stream")
	flusher := http.NewResponseController(w)
	if _, err := fmt.Fprint(w, "retry: 500\n\n"); err != nil {
		return
	}
	pause := time.NewTicker(eventPause)
	defer pause.Stop()
	for {
		now, changed := b.changes.now()
		event, err := json.Marshal(struct {
			Instance string `json:"instance"`
			counts
		}{b.instance, now})
		if err != nil {
			return
		}
		if _, err := fmt.Fprintf(w, "data: %s\n\n", event); err != nil || flusher.Flush() != nil {
			return
		}
		if !waitFor(b, r, changed) || !waitFor(b, r, pause.C) {
			return
		}
	}
}

// waitFor reports whether it received from c before the client or the workbench closed.
func waitFor[T any](b *Workbench, r *http.Request, c <-chan T) bool {
	select {
	case <-c:
		return true
	case <-r.Context().Done():
		return false
	case <-b.done:
		return false
	}
}
