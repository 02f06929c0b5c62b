package upload_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"go.uber.org/goleak"

	"github.com/sfstore/sfstore/emulator"
	"github.com/sfstore/sfstore/upload"
	"github.com/sfstore/sfstore/wrapper/imagestore"
)

// atOnce fails the test unless the call ended soon after it was cancelled. The bound is wide for busy
// machines; without the cancellation, the call would never end.
func atOnce(t *testing.T, cancelled, ended time.Time) {
	t.Helper()
	if took := ended.Sub(cancelled); took > 30*time.Second {
		t.Errorf("it took %s to end", took)
	}
}

// TestCancelledAtEachRequest uses a server that never responds to the k-th request, for each k of an
// upload, and cancels while the upload waits for it. Another upload then completes the file.
func TestCancelledAtEachRequest(t *testing.T) {
	source := noise(3*someChunk+1, 1)
	name := onDisk(t, source)
	resumed := int64(0)
	for k := 1; ; k++ {
		s := newStore(t)
		ctx, cancel := context.WithCancel(t.Context())
		var cancelled atomic.Pointer[time.Time]
		s.round(func(n int, _ http.ResponseWriter, r *http.Request) bool {
			if n != k {
				return false
			}
			now := time.Now()
			cancelled.Store(&now)
			cancel()
			hang(r)
			return true
		})
		report, err := s.uploader(upload.WithWorkers(1)).File(ctx, at, name)
		ended := time.Now()
		cancel()
		if cancelled.Load() == nil {
			if err != nil || k < 8 {
				t.Errorf("an upload of %d requests: %v", k-1, err)
			}
			break
		}
		atOnce(t, *cancelled.Load(), ended)
		if err == nil {
			s.holds(at, source) // only the removal of the session was missing
		} else {
			wantInterrupted(t, err, k > 3)
		}
		if report.Err != err {
			t.Errorf("the report has the error %v, not %v", report.Err, err)
		}
		s.round(nil)
		report, err = s.uploader(upload.WithWorkers(3)).File(t.Context(), at, name)
		must(t, err)
		s.holds(at, source)
		if report.Resumed < resumed && k < 8 {
			t.Errorf("cancelled at request %d, only %d bytes were resumed", k, report.Resumed)
		}
		resumed = report.Resumed
	}
}

// wantInterrupted checks the error of a cancelled upload: its text, its classes, and its session.
func wantInterrupted(t *testing.T, err error, session bool) {
	t.Helper()
	failed, ok := errors.AsType[*upload.Error](err)
	if !ok || !errors.Is(err, context.Canceled) || !failed.Resumable() {
		t.Fatalf("got %v", err)
	}
	if session && (failed.Session == uuid.Nil || !strings.Contains(err.Error(), failed.Session.String())) {
		t.Errorf("the error names no session: %v", err)
	}
	if !strings.Contains(err.Error(), "interrupted; run the same upload again to resume") {
		t.Errorf("the error reads %v", err)
	}
}

func TestCancelledFolderAtEachRequest(t *testing.T) {
	for _, platform := range []emulator.Platform{emulator.Windows, emulator.Linux} {
		for k := 1; ; k++ {
			s := newStore(t, emulator.WithPlatform(platform))
			ctx, cancel := context.WithCancel(t.Context())
			hit := make(chan time.Time, 1)
			s.round(func(n int, _ http.ResponseWriter, r *http.Request) bool {
				if n != k {
					return false
				}
				hit <- time.Now()
				cancel()
				hang(r)
				return true
			})
			report, err := s.uploader(upload.WithWorkers(1)).Folder(ctx, "App", smallTree)
			ended := time.Now()
			cancel()
			if err == nil && len(hit) == 0 {
				break
			}
			atOnce(t, <-hit, ended)
			if err != nil {
				wantInterrupted(t, err, false)
				s.holdsNothing("App/_.dir")
			}
			if len(report.Files) != 4 {
				t.Errorf("the report has %d files, not 4", len(report.Files))
			}
			for _, file := range report.Files {
				if stored := s.stored(file.Path) != nil; err != nil && file.Err == nil && !stored {
					t.Errorf("the report calls %q stored", file.Path)
				}
			}
		}
	}
}

// TestCancelledLeavesNothing counts the resources of an upload that waits for a dead server.
func TestCancelledLeavesNothing(t *testing.T) {
	leaks := goleak.IgnoreCurrent()
	t.Cleanup(func() { goleak.VerifyNone(t, leaks) }) // after the server is gone
	name := onDisk(t, noise(50*someChunk, 1))
	temporary := t.TempDir()
	t.Setenv("TMPDIR", temporary)
	t.Setenv("TMP", temporary) // on Windows
	var waiting atomic.Int64
	all := make(chan struct{})
	client := responding(t, func(w http.ResponseWriter, r *http.Request) {
		switch operationOf(r) {
		case opAsk:
			w.WriteHeader(http.StatusNoContent)
			return
		case opList:
			w.WriteHeader(http.StatusNotFound)
			return
		}
		if waiting.Add(1) == 4 {
			close(all)
		}
		hang(r)
	})
	before := descriptors(t)
	ctx, cancel := context.WithCancelCause(t.Context())
	go func() {
		<-all
		cancel(errEnough)
	}()
	_, err := newUploader(t, client, upload.WithWorkers(4)).File(ctx, at, name)
	wantInterrupted(t, err, true)
	if !errors.Is(err, errEnough) {
		t.Errorf("the error does not say why it was cancelled: %v", err)
	}
	if open := slicesDiff(descriptors(t), before); len(open) > 0 {
		t.Errorf("still open: %q", open)
	}
	if left, err := os.ReadDir(os.TempDir()); err != nil || len(left) > 0 {
		t.Errorf("temporary files: %v, %v", left, err)
	}
}

// descriptors lists the open files of the process, without its sockets.
func descriptors(t *testing.T) []string {
	t.Helper()
	if runtime.GOOS != "linux" {
		return nil
	}
	entries, err := os.ReadDir("/proc/self/fd")
	must(t, err)
	var open []string
	for _, entry := range entries {
		target, err := os.Readlink("/proc/self/fd/" + entry.Name())
		if err == nil && strings.HasPrefix(target, "/") && !strings.HasPrefix(target, "/proc/") {
			open = append(open, target)
		}
	}
	return open
}

// slicesDiff returns the elements of a that are not in b.
func slicesDiff(a, b []string) (only []string) {
	seen := map[string]bool{}
	for _, s := range b {
		seen[s] = true
	}
	for _, s := range a {
		if !seen[s] {
			only = append(only, s)
		}
	}
	return only
}

func TestCancelledWhileItDigests(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	client := responding(t, func(http.ResponseWriter, *http.Request) { t.Error("a request was sent") })
	u, err := upload.New(client, upload.WithChunkSize(upload.MaxChunkSize))
	must(t, err)
	var read atomic.Int64
	_, err = u.ReaderAt(ctx, at, readerFunc(func(p []byte, _ int64) (int, error) {
		n := read.Add(int64(len(p)))
		if n > 1<<20 {
			cancel()
		}
		if n > 20<<20 {
			t.Error("it reads on after it was cancelled")
		}
		return len(p), nil
	}), 1<<40)
	wantInterrupted(t, err, false)
}

type readerFunc func(p []byte, at int64) (int, error)

func (f readerFunc) ReadAt(p []byte, at int64) (int, error) { return f(p, at) }

// A large file for a gateway without sessions is digested again before it is sent.
func TestCancelledWhileItDigestsForLinux(t *testing.T) {
	s := newStore(t, emulator.WithPlatform(emulator.Linux))
	ctx, cancel := context.WithCancel(t.Context())
	const size = 3 << 20
	var read atomic.Int64
	_, err := s.uploader(upload.WithChunkSize(1<<20)).ReaderAt(ctx, at, readerFunc(func(p []byte, _ int64) (int, error) {
		if n := read.Add(int64(len(p))); n > size {
			cancel()
			if n > size+1<<20 {
				t.Error("it reads on after it was cancelled")
			}
		}
		return len(p), nil
	}), size)
	wantInterrupted(t, err, false)
	s.settle()
	s.holdsNothing(at)
}

func TestCancelledBeforeItBegins(t *testing.T) {
	s := newStore(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := s.uploader().ReaderAt(ctx, at, bytes.NewReader(noise(9, 1)), 9)
	wantInterrupted(t, err, false)
	_, err = s.uploader().Folder(ctx, "App", smallTree)
	wantInterrupted(t, err, false)
	if n := fmt.Sprint(s.Stats().Requests); n != "map[]" {
		t.Errorf("requests: %s", n)
	}
}

// Two calls of one uploader wait with different contexts.
func TestCancelDoesNotWaitForAnotherCall(t *testing.T) {
	asked := make(chan struct{}, 16)
	client := responding(t, func(_ http.ResponseWriter, r *http.Request) {
		asked <- struct{}{}
		hang(r)
	})
	u := newUploader(t, client)
	source := noise(3*someChunk, 1)
	first, endFirst := context.WithCancel(t.Context())
	firstEnded := make(chan struct{})
	go func() {
		defer close(firstEnded)
		_, _ = u.ReaderAt(first, at, bytes.NewReader(source), int64(len(source)))
	}()
	<-asked
	second, endSecond := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer endSecond()
	_, err := u.ReaderAt(second, at, bytes.NewReader(source), int64(len(source)))
	if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "deadline exceeded") {
		t.Errorf("got %v", err)
	}
	select {
	case <-firstEnded:
		t.Error("the first call ended")
	default:
	}
	endFirst()
	<-firstEnded
}

// endsWith cancels when the client has read a response to a chunk.
type endsWith struct {
	http.Transport
	cancel context.CancelFunc
}

func (e *endsWith) RoundTrip(r *http.Request) (*http.Response, error) {
	rsp, err := e.Transport.RoundTrip(r)
	if err == nil && strings.HasSuffix(r.URL.Path, "/$/UploadChunk") {
		rsp.Body = cancelOnClose{rsp.Body, e.cancel}
	}
	return rsp, err
}

type cancelOnClose struct {
	io.ReadCloser
	cancel context.CancelFunc
}

func (c cancelOnClose) Close() error {
	defer c.cancel()
	return c.ReadCloser.Close()
}

// A session that is gone is not why an upload ends that was cancelled just then.
func TestCancelledWhenASessionIsGone(t *testing.T) {
	s := newStore(t, emulator.WithFaults(emulator.Fault{Operation: opChunk, Action: emulator.Answer, Status: 404, Code: "NotFound"}))
	ctx, cancel := context.WithCancel(t.Context())
	transport := &endsWith{cancel: cancel}
	defer transport.CloseIdleConnections()
	client, err := imagestore.New(s.server.URL, imagestore.WithHTTPClient(&http.Client{Transport: transport}))
	must(t, err)
	_, err = newUploader(t, client).ReaderAt(ctx, at, bytes.NewReader(noise(3*someChunk, 1)), 3*someChunk)
	wantInterrupted(t, err, true)
}
