package upload_test

// Each guard of an upload, and the test that fails without it:
//
//	the query before a chunk is retried              TestGuardQueriesBeforeARetry
//	the check that nothing is expected before commit TestGuardCommitsOnlyWhatIsComplete
//	the check of the listing after a commit          TestGuardChecksTheListingAfterACommit
//	the check of the listing after a single PUT      TestGuardChecksTheListingAfterAPut
//	the digest of what is sent                       TestGuardDigestsWhatIsSent
//	the check of the file while it is sent           TestGuardChecksTheFileWhileItIsSent
//	the check of the file before commit              TestGuardChecksTheFileBeforeCommit
//	the path of a session                            TestGuardLeavesASessionOfAnotherPathAlone
//	the size of a session                            TestGuardLeavesASessionOfAnotherSizeAlone
//	the removal of marks before the first file       TestGuardRemovesMarksFirst
//	the marks after the last file is checked         TestGuardWritesMarksLast
//	the watch over a connection to its last byte     TestGuardWatchesTheConnectionToItsLastByte

import (
	"bytes"
	"context"
	"errors"
	"net"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/uuid"

	"github.com/sfstore/sfstore/emulator"
	"github.com/sfstore/sfstore/internal/testhost"
	"github.com/sfstore/sfstore/upload"
	"github.com/sfstore/sfstore/wrapper/imagestore"
)

const at = "App/Code.zip"

// readerAt uploads bytes to the usual path.
func readerAt(t tester, u *upload.Uploader, source []byte) (upload.FileReport, error) {
	t.Helper()
	return u.ReaderAt(context.Background(), at, bytes.NewReader(source), int64(len(source)))
}

func TestGuardQueriesBeforeARetry(t *testing.T) {
	s := newStore(t, emulator.WithFaults(emulator.Fault{Operation: opChunk, From: 2, Count: 1, Action: emulator.DropReply}))
	source := noise(4*someChunk, 1)
	_, err := readerAt(t, s.uploader(), source)
	must(t, err)
	s.holds(at, source)
	if n := s.count(opChunk); n != 4 {
		t.Errorf("%d chunks went out, not 4: the one whose response was lost had arrived", n)
	}
}

func TestGuardCommitsOnlyWhatIsComplete(t *testing.T) {
	s := newStore(t, emulator.WithFaults(emulator.Fault{Operation: opChunk, From: 2, Count: 1, Action: emulator.SkipChunk}))
	source := noise(4*someChunk, 1)
	_, err := readerAt(t, s.uploader(), source)
	must(t, err)
	s.holds(at, source)
	if n := s.count(opCommit); n != 1 {
		t.Errorf("%d commits, not 1: the first came while a chunk was missing", n)
	}
}

// swallow responds to an operation with success and does nothing.
func swallow(operation string) func(int, http.ResponseWriter, *http.Request) bool {
	return func(_ int, w http.ResponseWriter, r *http.Request) bool {
		if operationOf(r) != operation {
			return false
		}
		w.WriteHeader(http.StatusOK)
		return true
	}
}

func TestGuardChecksTheListingAfterACommit(t *testing.T) {
	s := newStore(t)
	s.round(swallow(opCommit))
	if _, err := readerAt(t, s.uploader(), noise(4*someChunk, 1)); !errors.Is(err, upload.ErrNotStored) {
		t.Errorf("got %v, not ErrNotStored", err)
	}
}

func TestGuardChecksTheListingAfterAPut(t *testing.T) {
	s := newStore(t)
	must(t, s.client.UploadFile(t.Context(), at, strings.NewReader("other"), 5))
	s.round(swallow(opPut))
	_, err := readerAt(t, s.uploader(), noise(someChunk, 1))
	if !errors.Is(err, upload.ErrNotStored) || !strings.Contains(err.Error(), "5 bytes there, not 1000") {
		t.Errorf("got %v, not ErrNotStored", err)
	}
}

// changing is a source whose bytes change after it was read once.
type changing struct {
	first, later []byte
	read         atomic.Int64
}

func (c *changing) ReadAt(p []byte, at int64) (int, error) {
	from := c.first
	if c.read.Load() >= int64(len(c.first)) {
		from = c.later
	}
	n, err := bytes.NewReader(from).ReadAt(p, at)
	c.read.Add(int64(n))
	return n, err
}

func TestGuardDigestsWhatIsSent(t *testing.T) {
	for name, size := range map[string]int{"in a single PUT": someChunk, "in chunks": 4 * someChunk} {
		t.Run(name, func(t *testing.T) {
			s := newStore(t)
			first := noise(size, 1)
			later := slices.Clone(first)
			later[size-1]++
			_, err := s.uploader().ReaderAt(t.Context(), at, &changing{first: first, later: later}, int64(size))
			if !errors.Is(err, upload.ErrSourceChanged) {
				t.Errorf("got %v, not ErrSourceChanged", err)
			}
			s.settle()
			s.holdsNothing(at)
			if n := s.Stats().ChunkBytesRecorded; n > int64(size-someChunk) {
				t.Errorf("%d bytes of chunks were taken, with a changed one among them", n)
			}
		})
	}
}

// touch changes only the modification time of a file.
func touch(t *testing.T, name string) {
	t.Helper()
	long := time.Date(2001, 2, 3, 4, 5, 6, 0, time.UTC)
	must(t, os.Chtimes(name, long, long))
}

// grow adds a byte to a file.
func grow(t *testing.T, name string) {
	t.Helper()
	f, err := os.OpenFile(name, os.O_APPEND|os.O_WRONLY, 0)
	must(t, err)
	_, err = f.WriteString("x")
	must(t, errors.Join(err, f.Close()))
}

// rewrite overwrites the beginning of a file, and restores its modification time.
func rewrite(t *testing.T, name string) {
	t.Helper()
	before, err := os.Stat(name)
	must(t, err)
	f, err := os.OpenFile(name, os.O_WRONLY, 0)
	must(t, err)
	_, err = f.WriteString("other")
	must(t, errors.Join(err, f.Close(), os.Chtimes(name, before.ModTime(), before.ModTime())))
}

func TestGuardChecksTheFileWhileItIsSent(t *testing.T) {
	s := newStore(t)
	name := onDisk(t, noise(someChunk, 1))
	// The file changes after the only check before the request.
	begun := upload.WithProgress(func(e upload.Event) {
		if e.Kind == upload.Begun {
			grow(t, name)
		}
	})
	if _, err := s.uploader(begun).File(t.Context(), at, name); !errors.Is(err, upload.ErrSourceChanged) {
		t.Errorf("got %v, not ErrSourceChanged", err)
	}
	s.settle()
	s.holdsNothing(at)
}

func TestGuardChecksTheFileBeforeCommit(t *testing.T) {
	testhost.NotOnWindows(t, "the test sets the time of the last write back, and os gives no other time there")
	s := newStore(t)
	name := onDisk(t, noise(4*someChunk, 1))
	// The second query precedes the commit. By then, the first chunk was sent.
	s.round(onOperation(opAsk, 2, func() { rewrite(t, name) }))
	if _, err := s.uploader().File(t.Context(), at, name); !errors.Is(err, upload.ErrSourceChanged) {
		t.Errorf("got %v, not ErrSourceChanged", err)
	}
	s.holdsNothing(at)
	if n := s.count(opCommit); n != 0 {
		t.Errorf("%d commits", n)
	}
}

// sessionOf returns the id of the session of some bytes, which it begins and abandons.
func (s *store) sessionOf(t *testing.T, source []byte) uuid.UUID {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	s.round(onOperation(opChunk, 1, cancel))
	_, err := s.uploader().ReaderAt(ctx, at, bytes.NewReader(source), int64(len(source)))
	failed, ok := errors.AsType[*upload.Error](err)
	if !ok || failed.Session == uuid.Nil {
		t.Fatalf("the error names no session: %v", err)
	}
	s.settle()
	s.Failover()
	s.round(nil)
	return failed.Session
}

func TestGuardLeavesASessionOfAnotherPathAlone(t *testing.T) {
	s := newStore(t)
	source := noise(2*someChunk, 1)
	id := s.sessionOf(t, source)
	whole := imagestore.Range{First: 0, Last: 2*someChunk - 1}
	must(t, s.client.UploadFileChunk(t.Context(), "Other/File", id, whole, 2*someChunk, bytes.NewReader(source)))
	if _, err := readerAt(t, s.uploader(), source); err == nil || !strings.Contains(err.Error(), `belongs to "Other/File"`) {
		t.Errorf("got %v", err)
	}
	if n := s.count(opCommit); n != 0 {
		t.Errorf("%d commits of a session that is not ours", n)
	}
}

func TestGuardLeavesASessionOfAnotherSizeAlone(t *testing.T) {
	s := newStore(t)
	source := noise(2*someChunk, 1)
	id := s.sessionOf(t, source)
	must(t, s.client.UploadFileChunk(t.Context(), at, id, imagestore.Range{First: 0, Last: 3}, 4, strings.NewReader("four")))
	if _, err := readerAt(t, s.uploader(), source); err == nil || !strings.Contains(err.Error(), "with 4 bytes, not to") {
		t.Errorf("got %v", err)
	}
	if n := s.count(opCommit); n != 0 {
		t.Errorf("%d commits of a session that is not ours", n)
	}
}

var smallTree = fstest.MapFS{
	"a":            {Data: []byte("a")},
	"Code/b":       {Data: noise(2*someChunk, 2)},
	"Code/sub/c":   {Data: []byte("c")},
	"Data/empty/d": {Data: nil},
}

func TestGuardRemovesMarksFirst(t *testing.T) {
	s := newStore(t)
	_, err := s.uploader().Folder(t.Context(), "App", smallTree)
	must(t, err)
	s.round(func(_ int, w http.ResponseWriter, r *http.Request) bool {
		if op := operationOf(r); op != opPut && op != opChunk || isClaim(r) {
			return false
		}
		if s.stored("App/_.dir") != nil {
			t.Error("the root has its mark when the first file goes up")
		}
		fail(w, r, http.StatusForbidden, "E_ACCESSDENIED")
		return true
	})
	if _, err := s.uploader().Folder(t.Context(), "App", smallTree); !errors.Is(err, imagestore.ErrRefused) {
		t.Errorf("got %v, not a refusal", err)
	}
	s.holdsNothing("App/_.dir")
	if log := s.answers(); !slices.Equal(deletions(log)[:1], []string{opDelete + " App/_.dir"}) {
		t.Errorf("the first deletion is not that of the root's mark: %q", log)
	}
}

func deletions(log []string) []string {
	return slices.DeleteFunc(slices.Clone(log), func(line string) bool { return !strings.HasPrefix(line, opDelete+" ") })
}

func TestGuardWritesMarksLast(t *testing.T) {
	s := newStore(t)
	var marked atomic.Bool
	s.round(func(_ int, _ http.ResponseWriter, r *http.Request) bool {
		isMark := strings.HasSuffix(r.URL.Path, "/_.dir") && r.Method == http.MethodPut
		if isMark {
			marked.Store(true)
		}
		if marked.Load() && !isMark && r.Method != http.MethodGet && operationOf(r) != opEnd {
			t.Errorf("%s %s comes after the first mark", r.Method, r.URL.Path)
		}
		return false
	})
	_, err := s.uploader().Folder(t.Context(), "App", smallTree)
	must(t, err)
	changes := slices.DeleteFunc(s.changes(), func(line string) bool { return strings.HasPrefix(line, opEnd) })
	if last := changes[len(changes)-1]; last != opPut+" App/_.dir" {
		t.Errorf("the last change is %q", last)
	}
}

// TestGuardWatchesTheConnectionToItsLastByte uses a connection that accepts all but the end of a body,
// as when the network fails: net/http has read the whole body then.
func TestGuardWatchesTheConnectionToItsLastByte(t *testing.T) {
	withFakeTime(t, func(t *testing.T, s *store) {
		source := noise(someChunk, 1)
		transport := s.http.Transport.(*http.Transport)
		dial := transport.DialContext
		var dials atomic.Int64
		transport.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
			conn, err := dial(ctx, network, address)
			if err == nil && dials.Add(1) == 1 {
				return &stuck{Conn: conn, closed: make(chan struct{})}, nil
			}
			return conn, err
		}
		report, err := s.uploader().ReaderAt(t.Context(), at, bytes.NewReader(source), int64(len(source)))
		must(t, err)
		s.holds(at, source)
		if report.Retries != 1 {
			t.Errorf("%d retries, not 1", report.Retries)
		}
	})
}

// stuck is a connection that accepts the head of a request, and then nothing until it is closed.
type stuck struct {
	net.Conn
	writes atomic.Int64
	closed chan struct{}
}

func (s *stuck) Write(p []byte) (int, error) {
	if s.writes.Add(1) == 1 {
		return s.Conn.Write(p)
	}
	<-s.closed
	return 0, net.ErrClosed
}

func (s *stuck) Close() error {
	close(s.closed)
	return s.Conn.Close()
}
