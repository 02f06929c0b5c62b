package upload_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/sfstore/sfstore/emulator"
	"github.com/sfstore/sfstore/internal/testhost"
	"github.com/sfstore/sfstore/upload"
	"github.com/sfstore/sfstore/wrapper/imagestore"
)

func TestRecoversInsideTheCall(t *testing.T) {
	once := func(operation string, n int, action emulator.Action) emulator.Fault {
		return emulator.Fault{Operation: operation, From: n, Count: 1, Action: action}
	}
	answer := func(operation string, from, count, status int, code string) emulator.Fault {
		return emulator.Fault{Operation: operation, From: from, Count: count, Action: emulator.Answer, Status: status, Code: code}
	}
	for name, fault := range map[string]emulator.Fault{
		"a chunk is reset":                            once(opChunk, 2, emulator.DropRequest),
		"a chunk ends early":                          once(opChunk, 2, emulator.Cut),
		"the first chunk is reset":                    once(opChunk, 1, emulator.DropRequest),
		"the response to a chunk is lost":             once(opChunk, 2, emulator.DropReply),
		"the response to the last chunk is lost":      once(opChunk, 4, emulator.DropReply),
		"a chunk is taken and not recorded":           once(opChunk, 3, emulator.SkipChunk),
		"a chunk finds its session gone":              answer(opChunk, 3, 1, 404, "NotFound"),
		"the sessions are lost at a chunk":            once(opChunk, 3, emulator.LoseSessions),
		"the sessions are lost at the first question": once(opAsk, 1, emulator.LoseSessions),
		"the sessions are lost at the last question":  once(opAsk, 3, emulator.LoseSessions),
		"the sessions are lost at the commit":         once(opCommit, 1, emulator.LoseSessions),
		"the sessions are lost at the end":            once(opEnd, 1, emulator.LoseSessions),
		"the commit is reset":                         once(opCommit, 1, emulator.DropRequest),
		"the response to the commit is lost":          once(opCommit, 1, emulator.DropReply),
		"the commit is refused once":                  answer(opCommit, 1, 1, 400, "E_INVALIDARG"),
		"the commit is refused three times":           answer(opCommit, 1, 3, 400, "E_INVALIDARG"),
		"the commit finds a chunk gone":               answer(opCommit, 1, 1, 404, "NotFound"),
		"another operation is pending":                answer(opCommit, 1, 2, 500, "OperationsPending"),
		"the commit takes too long":                   answer(opCommit, 1, 2, 504, "FABRIC_E_TIMEOUT"),
		"a burst of 503 to chunks":                    answer(opChunk, 1, 5, 503, "E_ABORT"),
		"a burst of 503 to questions":                 answer(opAsk, 1, 5, 503, "E_ABORT"),
		"a burst of 503 to listings":                  answer(opList, 1, 5, 503, "E_ABORT"),
		"504 to chunks":                               answer(opChunk, 2, 2, 504, "FABRIC_E_TIMEOUT"),
		"the end of the session fails":                answer(opEnd, 1, 0, 500, "E_FAIL"),
		"a listing is reset":                          once(opList, 1, emulator.DropRequest),
		"the response to a question is lost":          once(opAsk, 2, emulator.DropReply),
	} {
		t.Run(name, func(t *testing.T) {
			s := newStore(t, emulator.WithFaults(fault))
			source := noise(4*someChunk, 1)
			_, err := readerAt(t, s.uploader(), source)
			must(t, err)
			s.holds(at, source)
		})
	}
}

func TestRecoversASinglePut(t *testing.T) {
	for name, fault := range map[string]emulator.Fault{
		"reset":               {Operation: opPut, Count: 1, Action: emulator.DropRequest},
		"truncated":           {Operation: opPut, Count: 1, Action: emulator.Cut},
		"its response lost":   {Operation: opPut, Count: 1, Action: emulator.DropReply},
		"503":                 {Operation: opPut, Count: 3, Action: emulator.Answer, Status: 503, Code: "E_ABORT"},
		"operations pending":  {Operation: opPut, Count: 2, Action: emulator.Answer, Status: 500, Code: "OperationsPending"},
		"the listing's reset": {Operation: opList, Count: 1, Action: emulator.DropReply},
	} {
		for _, platform := range []emulator.Platform{emulator.Windows, emulator.Linux} {
			for _, size := range []int{0, 1, someChunk} {
				t.Run(fmt.Sprintf("%s, %d bytes to %s", name, size, platform), func(t *testing.T) {
					s := newStore(t, emulator.WithPlatform(platform), emulator.WithFaults(fault))
					source := noise(size, 1)
					_, err := readerAt(t, s.uploader(), source)
					must(t, err)
					s.holds(at, source)
				})
			}
		}
	}
}

// A commit may have worked although its response says otherwise, and the session may be gone too. Then
// everything is sent again, which is expensive but never wrong.
func TestACommitThatWorkedButGets400(t *testing.T) {
	for name, lose := range map[string]bool{"the session is there": false, "the session is gone": true} {
		t.Run(name, func(t *testing.T) {
			s := newStore(t)
			var commits atomic.Int64
			s.round(func(_ int, w http.ResponseWriter, r *http.Request) bool {
				if operationOf(r) != opCommit || commits.Add(1) > 1 {
					return false
				}
				s.ServeHTTP(httptest.NewRecorder(), r)
				if lose {
					s.Failover()
				}
				fail(w, r, http.StatusBadRequest, "E_INVALIDARG")
				return true
			})
			source := noise(3*someChunk, 1)
			_, err := readerAt(t, s.uploader(), source)
			must(t, err)
			s.holds(at, source)
			if n := s.count(opCommit); n != 2 {
				t.Errorf("%d commits, not 2", n)
			}
		})
	}
}

// TestFailoverBeforeEachRequest causes a failover before the first request, then in another upload
// before the second, and so on, until an upload ends before its failover.
func TestFailoverBeforeEachRequest(t *testing.T) {
	source := noise(3*someChunk+1, 1)
	for k := 1; ; k++ {
		s := newStore(t)
		happened := false
		s.round(onRequest(k, func() {
			happened = true
			s.Failover()
		}))
		_, err := readerAt(t, s.uploader(upload.WithWorkers(2)), source)
		if err != nil {
			t.Fatalf("failover before request %d: %v", k, err)
		}
		s.holds(at, source)
		s.settle()
		if !happened {
			if k < 8 {
				t.Errorf("an upload has %d requests only", k-1)
			}
			return
		}
	}
}

// TestServerRestartsOnItsPort stops the server until three requests have failed.
func TestServerRestartsOnItsPort(t *testing.T) {
	s := newStore(t)
	source := noise(4*someChunk, 1)
	address := s.server.Listener.Addr().String()
	var again *httptest.Server
	var dials atomic.Int64
	transport := &http.Transport{}
	s.round(onOperation(opChunk, 2, func() {
		_ = s.server.Listener.Close()
		go s.server.CloseClientConnections()
	}))
	away := upload.WithProgress(func(e upload.Event) {
		if e.Kind != upload.Retried || again != nil || dials.Add(1) < 3 {
			return
		}
		listener, err := net.Listen("tcp", address)
		must(t, err)
		again = &httptest.Server{Listener: listener, Config: &http.Server{Handler: s.server.Config.Handler}}
		again.Start()
	})
	client, err := imagestore.New(s.server.URL, imagestore.WithHTTPClient(&http.Client{Transport: transport}))
	must(t, err)
	_, err = readerAt(t, newUploader(t, client, away, upload.WithWorkers(1)), source)
	transport.CloseIdleConnections()
	if again != nil {
		again.Close()
	}
	must(t, err)
	if again == nil {
		t.Fatal("the server was never away")
	}
	s.holds(at, source)
}

func TestOne503CostsLessThanASecondByDefault(t *testing.T) {
	for _, operation := range []string{opChunk, opCommit, opAsk, opList} {
		t.Run(operation, func(t *testing.T) {
			withFakeTime(t, func(t *testing.T, s *store) {
				u, err := upload.New(s.client, upload.WithChunkSize(someChunk))
				must(t, err)
				report, err := readerAt(t, u, noise(3*someChunk, 1))
				must(t, err)
				if report.Duration > time.Second {
					t.Errorf("it took %s", report.Duration)
				}
			}, emulator.WithFaults(emulator.Fault{Operation: operation, Count: 2, Action: emulator.Answer, Status: 503, Code: "E_ABORT"}))
		})
	}
}

// TestStalledConnection uses a server that reads nothing of a first chunk, which is larger than the
// buffers in between.
func TestStalledConnection(t *testing.T) {
	withFakeTime(t, func(t *testing.T, s *store) {
		const chunk = 100_000
		source := noise(chunk+1, 1)
		release := make(chan struct{})
		var chunks atomic.Int64
		s.round(func(_ int, _ http.ResponseWriter, r *http.Request) bool {
			if operationOf(r) != opChunk || chunks.Add(1) > 1 {
				return false
			}
			<-release
			panic(http.ErrAbortHandler)
		})
		var stalled error
		progress := upload.WithProgress(func(e upload.Event) {
			if e.Kind == upload.Retried && stalled == nil {
				stalled = e.Err
				close(release)
			}
		})
		_, err := readerAt(t, s.uploader(upload.WithChunkSize(chunk), upload.WithWorkers(1), upload.WithStallTimeout(20*time.Second), progress), source)
		must(t, err)
		s.holds(at, source)
		if stalled == nil || !strings.Contains(stalled.Error(), "accepted no byte for too long (20s)") {
			t.Errorf("the first attempt failed with %v", stalled)
		}
	})
}

var errDisk = errors.New("the disk is broken")

// broken is a source that can be read only once.
type broken struct {
	io.ReaderAt
	left atomic.Int64
}

func (b *broken) ReadAt(p []byte, at int64) (int, error) {
	if b.left.Add(-1) < 0 {
		return 0, &fs.PathError{Op: "read", Path: "/secret", Err: errDisk}
	}
	return b.ReaderAt.ReadAt(p, at)
}

func TestSourceThatCannotBeRead(t *testing.T) {
	for name, row := range map[string]struct {
		reads, requests int
	}{
		"at all":                 {0, 0},
		"after it was digested":  {4, 3 + 1}, // two listings and a query, and a chunk that ends early
		"in the middle of going": {6, 3 + 3},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStore(t)
			s.round(func(int, http.ResponseWriter, *http.Request) bool { return false })
			source := &broken{ReaderAt: bytes.NewReader(noise(4*someChunk, 1))}
			source.left.Store(int64(row.reads))
			_, err := s.uploader(upload.WithWorkers(1)).ReaderAt(t.Context(), at, source, 4*someChunk)
			failed, ok := errors.AsType[*upload.SourceError](err)
			if !ok || !errors.Is(err, errDisk) || failed.Name != at {
				t.Errorf("got %v", err)
			}
			s.settle()
			if n := int(s.requests.Load()); n > row.requests {
				t.Errorf("%d requests, more than %d", n, row.requests)
			}
			s.holdsNothing(at)
		})
	}
}

func TestOnlyRegularFilesAreOpened(t *testing.T) {
	device := "a device"
	if testhost.IsWindows { // a folder on Windows rejects the names of devices
		device = "invalid argument"
	}
	client := responding(t, func(http.ResponseWriter, *http.Request) { t.Error("a request was sent") })
	var seen events
	u := newUploader(t, client, seen.option())
	for name, want := range map[string]string{
		t.TempDir():                           "a folder",
		filepath.Join(t.TempDir(), "missing"): syscall.ENOENT.Error(),
		os.DevNull:                            device,
	} {
		report, err := u.File(t.Context(), at, name)
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), strconv.Quote(name)) {
			t.Errorf("%s: got %v", name, err)
		}
		if report.Err == nil || report.Path != at {
			t.Errorf("%s: the report is %+v", name, report)
		}
	}
	if n := len(seen.of(upload.Failed)); n != 3 {
		t.Errorf("%d failures were reported, not 3", n)
	}
}
