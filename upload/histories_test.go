package upload_test

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/sfstore/sfstore/emulator"
	"github.com/sfstore/sfstore/upload"
)

// history is what goes wrong while something is uploaded, attempt by attempt.
type history struct {
	platform emulator.Platform
	chaos    bool
	chunk    int64
	faults   []emulator.Fault
	attempts []attempt
	lie      lieKind // what the gateway reports wrongly in all attempts
}

// attempt is one call of a new uploader. Numbers of requests are counted in the attempt, from 1; 0
// means never.
type attempt struct {
	workers  int
	cancel   int // cancel at this request
	failover int // lose all sessions at this request
	expire   int // at this request, let so much time pass that all sessions end
	idle     time.Duration

	rival    int           // begin another upload to the same folder at this request
	broken   int           // let this opening of a source file fail
	extras   upload.Extras // what to do with files that the source lacks
	noResume bool
}

// maxChaosChunks ends a history before the fault model of the runtime stalls a chunk for 15 s.
const maxChaosChunks = 29

func drawHistory(t *rapid.T) history {
	h := history{
		platform: rapid.SampledFrom([]emulator.Platform{emulator.Windows, emulator.Windows, emulator.Linux}).Draw(t, "platform"),
		chaos:    rapid.IntRange(0, 3).Draw(t, "chaos") == 3,
		chunk:    rapid.SampledFrom([]int64{100, 1000, 50_000}).Draw(t, "chunk size"),
		faults:   rapid.SliceOfN(rapid.Custom(drawFault), 0, 6).Draw(t, "faults"),
		attempts: rapid.SliceOfN(rapid.Custom(drawAttempt), 1, 4).Draw(t, "attempts"),
		lie:      max(0, lieKind(rapid.IntRange(-10, int(lieKinds)-1).Draw(t, "lie"))),
	}
	return h
}

func drawFault(t *rapid.T) emulator.Fault {
	f := emulator.Fault{
		Operation: rapid.SampledFrom([]string{opChunk, opChunk, opChunk, opCommit, opCommit, opAsk, opPut, opPut, opList, opEnd, opDelete}).Draw(t, "operation"),
		From:      rapid.IntRange(1, 8).Draw(t, "from"),
		Every:     rapid.IntRange(1, 3).Draw(t, "every"),
		Count:     rapid.SampledFrom([]int{1, 1, 2, 5, 0}).Draw(t, "count"),
	}
	f.Action = rapid.SampledFrom([]emulator.Action{
		emulator.DropRequest, emulator.DropReply, emulator.Delay, emulator.Cut, emulator.Answer, emulator.SkipChunk, emulator.LoseSessions,
	}).Draw(t, "action")
	switch f.Action {
	case emulator.Delay:
		f.Delay = time.Millisecond
	case emulator.SkipChunk:
		f.Operation = opChunk
	case emulator.Answer:
		answers := []emulator.Fault{{Status: 503, Code: "E_ABORT"}, {Status: 500, Code: "OperationsPending"}, {Status: 504, Code: "FABRIC_E_TIMEOUT"}}
		if f.Operation == opCommit {
			answers = append(answers, emulator.Fault{Status: 400, Code: "E_INVALIDARG"}, emulator.Fault{Status: 404, Code: "NotFound"})
		}
		answer := rapid.SampledFrom(answers).Draw(t, "answer")
		f.Status, f.Code = answer.Status, answer.Code
	}
	return f
}

func drawAttempt(t *rapid.T) attempt {
	moment := func(label string) int {
		return max(0, rapid.IntRange(-15, 25).Draw(t, label))
	}
	return attempt{
		workers:  rapid.IntRange(1, 6).Draw(t, "workers"),
		cancel:   moment("cancel"),
		failover: moment("failover"),
		expire:   moment("expire"),
		idle:     rapid.SampledFrom([]time.Duration{0, 0, 20 * time.Minute, time.Hour}).Draw(t, "idle"),
		rival:    moment("rival"),
		broken:   moment("broken"),
		extras:   upload.Extras(rapid.IntRange(0, 2).Draw(t, "extras")),
		noResume: rapid.IntRange(0, 3).Draw(t, "no resume") == 3,
	}
}

// clock is a time that only the test changes.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock { return &clock{now: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)} }

func (c *clock) read() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) forward(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// serve begins a history, in simulated time: prepare fills the store before anything goes wrong.
func (h history) serve(t tester, prepare func(*store)) (s *store, end func(), c *clock) {
	t.Helper()
	folder, err := os.MkdirTemp("", "history-")
	must(t, err)
	c = newClock()
	options := []emulator.Option{emulator.WithPlatform(h.platform), emulator.WithClock(c.read)}
	calm := serveInMemory(t, folder, options...)
	prepare(calm)
	calm.close()
	if h.chaos {
		options = append(options, emulator.WithChaos())
	}
	s = serveInMemory(t, folder, append(options, emulator.WithFaults(h.faults...))...)
	return s, func() {
		s.close()
		must(t, os.RemoveAll(folder))
	}, c
}

// errEnough ends a history.
var errEnough = errors.New("the history is long enough")

// run makes the attempts, each with a new uploader, and judges each. It ends with the first that
// succeeds.
func (h history) run(s *store, c *clock, rival func(context.Context), call func(context.Context, attempt, *upload.Uploader) error, judge func(err error, cancelled bool)) {
	s.Helper()
	var chunks atomic.Int64
	lie := h.lie.make(s)
	for _, a := range h.attempts {
		c.forward(a.idle)
		ctx, cancel := context.WithCancelCause(context.Background())
		begin, over := make(chan struct{}), make(chan struct{})
		var rivals sync.WaitGroup
		rivals.Go(func() {
			select {
			case <-begin:
				rival(ctx)
			case <-over:
			}
		})
		s.round(func(n int, w http.ResponseWriter, r *http.Request) bool {
			if n == a.cancel {
				cancel(context.Canceled)
			}
			if n == a.failover {
				s.Failover()
			}
			if n == a.expire {
				c.forward(2 * time.Hour)
			}
			if h.chaos && operationOf(r) == opChunk && chunks.Add(1) >= maxChaosChunks {
				cancel(errEnough)
			}
			if n == a.rival && rival != nil {
				close(begin)
			}
			return lie != nil && lie(n, w, r)
		})
		options := []upload.Option{
			upload.WithExtras(a.extras), upload.WithWorkers(a.workers), upload.WithChunkSize(h.chunk),
			upload.WithRetry(upload.Retry{Attempts: 6, First: 100 * time.Microsecond, Longest: 500 * time.Microsecond}),
		}
		if a.noResume && a.broken == 0 { // a source that is not read before sending may fail later
			options = append(options, upload.WithoutResume())
		}
		err := call(ctx, a, s.uploader(options...))
		cancelled := ctx.Err() != nil
		close(over)
		rivals.Wait()
		enough := errors.Is(context.Cause(ctx), errEnough)
		cancel(nil)
		s.settle()
		judge(err, cancelled)
		if err == nil || enough {
			return
		}
	}
}

// file uploads a file through the history, over the stored one.
func (h history) file(t tester, before, source []byte) {
	t.Helper()
	const at = "App/Code.zip"
	s, end, c := h.serve(t, func(s *store) {
		if before != nil {
			must(t, s.client.UploadFile(context.Background(), at, bytes.NewReader(before), int64(len(before))))
		}
	})
	defer end()
	h.run(s, c, nil, func(ctx context.Context, _ attempt, u *upload.Uploader) error {
		_, err := u.ReaderAt(ctx, at, bytes.NewReader(source), int64(len(source)))
		return err
	}, func(err error, cancelled bool) {
		h.judgeFile(t, s, at, before, source, err)
		if _, ok := errors.AsType[*upload.Error](err); err != nil && !ok {
			t.Fatalf("the error is no *upload.Error: %v", err)
		}
		if cancelled && err != nil && !errors.Is(err, context.Canceled) && !errors.Is(err, errEnough) {
			t.Fatalf("the error does not say that the upload was cancelled: %v", err)
		}
	})
}

// judgeFile compares the file at a path with what may be there after an attempt.
func (h history) judgeFile(t tester, s *store, at string, before, source []byte, err error) {
	t.Helper()
	got := s.stored(at)
	switch {
	case got != nil && bytes.Equal(got, source):
	case err == nil:
		t.Fatalf("success, and %d bytes at %q are not the %d of the source", len(got), at, len(source))
	case got == nil && before == nil, got != nil && before != nil && bytes.Equal(got, before):
	case h.platform == emulator.Linux && bytes.HasPrefix(source, got):
		// A gateway on Linux stores the part that arrived of a truncated request. No client can prevent
		// that.
	default:
		t.Fatalf("failure (%v), and %d bytes at %q are neither the source nor what was there before", err, len(got), at)
	}
}

func TestHistoriesOfAFile(outer *testing.T) {
	outer.Parallel()
	rapid.Check(outer, func(t *rapid.T) {
		h := drawHistory(t)
		size := rapid.OneOf(
			rapid.SampledFrom([]int64{0, 1, h.chunk - 1, h.chunk, h.chunk + 1, 2 * h.chunk, 2*h.chunk + 1}),
			rapid.Int64Range(0, 9*h.chunk),
		).Draw(t, "size")
		source := noise(int(size), 1)
		var before []byte
		switch rapid.IntRange(0, 3).Draw(t, "before") {
		case 1:
			before = noise(int(size), 2)
		case 2:
			before = noise(10, 3)
		case 3:
			before = noise(int(size)+10, 4)
		}
		inBubble(outer, func() { h.file(t, before, source) })
	})
}
