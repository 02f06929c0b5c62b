package workbench

import (
	"errors"
	"maps"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/sfstore/sfstore/api"
	"github.com/sfstore/sfstore/emulator"
)

// kept is how many requests are kept, and how many differences.
const kept = 1000

// traffic has the last requests, and the differences of all of them.
type traffic struct {
	mu      sync.Mutex
	ring    []loggedRequest // up to kept; then new ones replace the oldest
	total   int64           // requests since the beginning
	first   int64           // the number before the first request that is kept
	verdict verdict

	unlogged map[chan struct{}]struct{} // requests that are not logged yet; closed when they are
}

type loggedRequest struct {
	Number       int64        `json:"number"` // from 1
	Time         time.Time    `json:"time"`
	Method       string       `json:"method"`
	Path         string       `json:"path"`
	Operation    string       `json:"operation"` // empty: none
	Status       int          `json:"status"`    // 0: the connection was closed on purpose
	Code         string       `json:"code"`
	BytesIn      int64        `json:"bytesIn"`
	BytesOut     int64        `json:"bytesOut"`
	Milliseconds float64      `json:"milliseconds"`
	Differences  []difference `json:"differences"`
}

type difference struct {
	Side   api.Side `json:"side"`
	Place  string   `json:"place"`
	Reason string   `json:"reason"`
}

// verdict is the result of validating all requests since the beginning, or since the last
// [traffic.forget].
type verdict struct {
	Kept        bool             `json:"kept"` // by the client: no request differs
	Requests    int64            `json:"requests"`
	Differences []differenceFrom `json:"differences"`
	More        int64            `json:"more"` // differences beyond those that are listed
	differing   int64            // requests that differ
}

type differenceFrom struct {
	Request   int64  `json:"request"`
	Method    string `json:"method"`
	Path      string `json:"path"`
	Operation string `json:"operation"`
	difference
}

// serveStore passes a request to the store, and records it.
func (b *Workbench) serveStore(w http.ResponseWriter, r *http.Request) {
	var e emulator.Exchange
	var found []difference
	handler := b.store.Observed(func(observed emulator.Exchange) { e = observed })
	checked := b.Contract != nil && b.Contract.InScope(r)
	if checked {
		handler = b.Contract.Middleware(handler, func(err error) { found = append(found, differences(err)...) })
	}
	logged := make(chan struct{})
	defer func() { // a fault closes the connection by a panic, which continues after this
		b.traffic.add(e, found, checked)
		b.traffic.endResponse(logged)
		b.changes.add(func(c *counts) { c.count(r.Method, e.Operation) })
	}()
	handler.ServeHTTP(trackedResponse{w, func() { b.traffic.beginResponse(logged) }}, r)
}

// trackedResponse is a response, which its client may have received whole before the request is logged.
type trackedResponse struct {
	http.ResponseWriter
	begin func()
}

func (r trackedResponse) WriteHeader(status int) {
	r.begin()
	r.ResponseWriter.WriteHeader(status)
}

// Unwrap lets [http.ResponseController] reach the writer below.
func (r trackedResponse) Unwrap() http.ResponseWriter { return r.ResponseWriter }

func (t *traffic) beginResponse(logged chan struct{}) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.unlogged == nil {
		t.unlogged = make(map[chan struct{}]struct{})
	}
	t.unlogged[logged] = struct{}{}
}

func (t *traffic) endResponse(logged chan struct{}) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.unlogged, logged)
	close(logged)
}

// settleTime bounds how long [traffic.settle] waits for clients that do not read their responses.
const settleTime = 5 * time.Second

// settle waits until each request is logged whose response a client may have.
func (t *traffic) settle() {
	t.mu.Lock()
	unlogged := slices.Collect(maps.Keys(t.unlogged))
	t.mu.Unlock()
	limit := time.After(settleTime)
	for _, logged := range unlogged {
		select {
		case <-logged:
		case <-limit:
			return
		}
	}
}

func differences(err error) []difference {
	several, ok := errors.AsType[api.Differences](err)
	if !ok {
		return []difference{{api.InRequest, "path", api.ErrNoOperation.Error()}}
	}
	found := make([]difference, len(several))
	for i, d := range several {
		found[i] = difference{d.Side, d.Place, d.Reason}
	}
	return found
}

func (t *traffic) add(e emulator.Exchange, found []difference, checked bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.total++
	l := loggedRequest{
		Number: t.total, Time: time.Now(), Method: e.Method, Path: e.Path, Operation: e.Operation, Status: e.Status, Code: e.Code,
		BytesIn: e.BytesIn, BytesOut: e.BytesOut, Milliseconds: float64(e.Duration.Microseconds()) / 1000, Differences: found,
	}
	if l.Differences == nil {
		l.Differences = []difference{}
	}
	if len(t.ring) < kept {
		t.ring = append(t.ring, l)
	} else {
		t.ring[(l.Number-1-t.first)%kept] = l
	}
	if checked {
		t.verdict.Requests++
	}
	if slices.ContainsFunc(found, func(d difference) bool { return d.Side == api.InRequest }) {
		t.verdict.differing++
	}
	for _, d := range found {
		if len(t.verdict.Differences) == kept {
			t.verdict.More++
			continue
		}
		t.verdict.Differences = append(t.verdict.Differences, differenceFrom{l.Number, l.Method, l.Path, l.Operation, d})
	}
}

// after returns the requests with higher numbers, the oldest first, the number of all requests, and
// the number of those that differ.
func (t *traffic) after(number int64) (requests []loggedRequest, total, differing int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	oldest := t.total - int64(len(t.ring))
	requests = []loggedRequest{}
	for n := max(number, oldest); n < t.total; n++ {
		requests = append(requests, t.ring[(n-t.first)%kept])
	}
	return requests, t.total, t.verdict.differing
}

// forget drops all requests. Numbers continue, so that a page that knows the old ones is not misled.
func (t *traffic) forget() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.ring, t.first, t.verdict = nil, t.total, verdict{}
}

// read returns the verdict on all requests that are not forgotten.
func (t *traffic) read() verdict {
	t.mu.Lock()
	defer t.mu.Unlock()
	v := t.verdict
	v.Kept = v.differing == 0
	v.Differences = append([]differenceFrom{}, v.Differences...)
	return v
}
