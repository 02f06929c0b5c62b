package upload_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"pgregory.net/rapid"

	"github.com/sfstore/sfstore/emulator"
	"github.com/sfstore/sfstore/upload"
)

// history is what goes wrong while something is uploaded, in one attempt after the other.
type history struct {
	platform emulator.Platform
	chaos    bool
	chunk    int64
	faults   []emulator.Fault
	attempts []attempt
}

// attempt is one call of a new uploader. A number of a request is counted in the attempt, from
// 1; 0 means never.
type attempt struct {
	workers  int
	cancel   int // give up at this request
	failover int // lose all sessions at this request
	expire   int // let so much time pass at this request that all sessions end
	idle     time.Duration
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
	}
}

// clock is a time that only the test moves.
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

// serve begins a history: prepare fills the store before anything goes wrong.
func (h history) serve(t tester, prepare func(*store)) (s *store, end func(), c *clock) {
	t.Helper()
	folder, err := os.MkdirTemp("", "history-")
	must(t, err)
	c = newClock()
	options := []emulator.Option{emulator.WithPlatform(h.platform), emulator.WithClock(c.read)}
	calm := serve(t, folder, options...)
	prepare(calm)
	calm.close()
	if h.chaos {
		options = append(options, emulator.WithChaos())
	}
	s = serve(t, folder, append(options, emulator.WithFaults(h.faults...))...)
	return s, func() {
		s.close()
		must(t, os.RemoveAll(folder))
	}, c
}

// errEnough ends a history.
var errEnough = errors.New("the history is long enough")

// run makes the attempts, each with an uploader of its own, and judges each. It ends with the
// first that succeeds.
func (h history) run(s *store, c *clock, call func(context.Context, *upload.Uploader) error, judge func(err error, cancelled bool)) {
	s.Helper()
	var chunks atomic.Int64
	for _, a := range h.attempts {
		c.forward(a.idle)
		ctx, cancel := context.WithCancelCause(context.Background())
		s.round(func(n int, _ http.ResponseWriter, r *http.Request) bool {
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
			return false
		})
		err := call(ctx, s.uploader(upload.WithWorkers(a.workers), upload.WithChunkSize(h.chunk),
			upload.WithRetry(upload.Retry{Attempts: 6, First: 100 * time.Microsecond, Longest: 500 * time.Microsecond})))
		cancelled := ctx.Err() != nil
		enough := errors.Is(context.Cause(ctx), errEnough)
		cancel(nil)
		s.settle()
		judge(err, cancelled)
		if err == nil || enough {
			return
		}
	}
}

// file uploads a file through the history over what is stored before.
func (h history) file(t tester, before, source []byte) {
	t.Helper()
	const at = "App/Code.zip"
	s, end, c := h.serve(t, func(s *store) {
		if before != nil {
			must(t, s.client.UploadFile(context.Background(), at, bytes.NewReader(before), int64(len(before))))
		}
	})
	defer end()
	h.run(s, c, func(ctx context.Context, u *upload.Uploader) error {
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

// judgeFile compares a path with what may be there after an attempt.
func (h history) judgeFile(t tester, s *store, at string, before, source []byte, err error) {
	t.Helper()
	got := s.stored(at)
	switch {
	case got != nil && bytes.Equal(got, source):
	case err == nil:
		t.Fatalf("success, and %d bytes at %q are not the %d of the source", len(got), at, len(source))
	case got == nil && before == nil, got != nil && before != nil && bytes.Equal(got, before):
	case h.platform == emulator.Linux && bytes.HasPrefix(source, got):
		// A gateway on Linux stores what came of a request that broke off. No client can help it.
	default:
		t.Fatalf("failure (%v), and %d bytes at %q are neither the source nor what was there before", err, len(got), at)
	}
}

func TestHistoriesOfAFile(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
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
		h.file(t, before, source)
	})
}

// folder uploads a folder through the history, over a whole folder of the same names.
func (h history) folder(t tester, before, source fstest.MapFS) {
	t.Helper()
	const root = "App"
	s, end, c := h.serve(t, func(s *store) {
		if before != nil {
			_, err := s.uploader().Folder(context.Background(), root, before)
			must(t, err)
		}
	})
	defer end()
	var report upload.Report
	h.run(s, c, func(ctx context.Context, u *upload.Uploader) (err error) {
		report, err = u.Folder(ctx, root, source)
		return err
	}, func(err error, cancelled bool) {
		whole := true
		must(t, fs.WalkDir(source, ".", func(name string, d fs.DirEntry, _ error) error {
			if d.IsDir() {
				if err == nil && s.stored(path.Join(root, name, upload.Mark)) == nil {
					t.Fatalf("success, and no mark in %q", name)
				}
				return nil
			}
			want, was := source[name].Data, []byte(nil)
			if before != nil {
				was = before[name].Data
			}
			h.judgeFile(t, s, path.Join(root, name), was, want, err)
			whole = whole && bytes.Equal(s.stored(path.Join(root, name)), want)
			return nil
		}))
		// Neither an attempt that sent nothing nor one whose last answer is in doubt tells
		// anything false with the mark.
		log := strings.Join(s.answers(), "\n") + "\n"
		sent := strings.Contains(log, opPut+" ") || strings.Contains(log, opChunk+" ")
		inDoubt := strings.Contains(log, opPut+" "+root+"/"+upload.Mark+"\n")
		if err != nil && s.stored(root+"/"+upload.Mark) != nil && sent && (!whole || !inDoubt) {
			t.Fatalf("failure (%v), and the mark stands in the root", err)
		}
		for _, file := range report.Files {
			if h.platform == emulator.Windows && file.Err == nil && !bytes.Equal(s.stored(file.Path), source[file.Path[len(root)+1:]].Data) {
				t.Fatalf("the report calls %q stored", file.Path)
			}
		}
	})
}

// A first attempt is cut off while it writes the last mark, and a second before it does
// anything: then the mark of the first stands, rightly.
func TestHistoryOfAMarkThatAnAttemptBeforeLeft(t *testing.T) {
	source := fstest.MapFS{"a": {Data: noise(1, 1)}, "Code/y": {Data: noise(100, 2)}}
	for k := range 25 {
		history{
			chunk:    100,
			faults:   []emulator.Fault{{Operation: opPut, From: 1, Count: 1, Action: emulator.DropRequest}},
			attempts: []attempt{{workers: 1, cancel: k + 1}, {workers: 2, cancel: 1}, {workers: 2}},
		}.folder(t, nil, source)
	}
}

func TestHistoriesOfAFolder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		h := drawHistory(t)
		h.chunk = min(h.chunk, 1000)
		source, before := fstest.MapFS{}, fstest.MapFS{}
		names := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"a", "b c", "ä", "Code/x.dll", "Code/y+z.dll", "Code/sub/deep", "Data/d"}), 1, 5, rapid.ID).Draw(t, "names")
		for i, name := range names {
			size := rapid.SampledFrom([]int64{0, 1, h.chunk, h.chunk + 1, 3 * h.chunk}).Draw(t, fmt.Sprintf("size of %q", name))
			source[name] = &fstest.MapFile{Data: noise(int(size), byte(i))}
			before[name] = &fstest.MapFile{Data: noise(int(size), byte(100+i))}
		}
		source["empty"] = &fstest.MapFile{Mode: fs.ModeDir}
		if !rapid.Bool().Draw(t, "over an earlier one") {
			before = nil
		}
		h.folder(t, before, source)
	})
}
