package upload_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sfstore/sfstore/emulator"
	"github.com/sfstore/sfstore/upload"
	"github.com/sfstore/sfstore/wrapper/imagestore"
)

func newReader(b []byte) *bytes.Reader { return bytes.NewReader(b) }

func TestSizesAroundTheChunk(t *testing.T) {
	for _, platform := range platforms {
		for _, chunk := range []int{1, 7, 32 << 10, 32<<10 + 1, 128<<10 + 1} {
			s := newStore(t, emulator.WithPlatform(platform))
			for _, size := range []int{0, 1, chunk - 1, chunk, chunk + 1, 2*chunk - 1, 2 * chunk, 2*chunk + 1} {
				source := noise(size, 1)
				report, err := readerAt(t, s.uploader(upload.WithChunkSize(int64(chunk))), source)
				if err != nil {
					t.Fatalf("%d bytes in chunks of %d to %s: %v", size, chunk, platform, err)
				}
				s.holds(at, source)
				if report.Sent != int64(size) {
					t.Errorf("%d of %d bytes were sent", report.Sent, size)
				}
			}
		}
	}
}

func TestReadersOfAllKinds(t *testing.T) {
	const size = 3*someChunk + 1
	source := noise(size, 1)
	for name, row := range map[string]struct {
		reader readerFunc
		err    string
	}{
		"EOF with the last bytes": {func(p []byte, at int64) (int, error) {
			n := copy(p, source[at:])
			if at+int64(n) == size {
				return n, io.EOF
			}
			return n, nil
		}, ""},
		"less than asked for": {func(p []byte, at int64) (int, error) {
			return copy(p[:(len(p)+1)/2], source[at:]), nil
		}, ""},
		"nothing":               {func([]byte, int64) (int, error) { return 0, nil }, io.ErrNoProgress.Error()},
		"more than asked for":   {func(p []byte, _ int64) (int, error) { return len(p) + 1, nil }, "it reports"},
		"less than nothing":     {func([]byte, int64) (int, error) { return -1, nil }, "it reports"},
		"an error with all":     {func(p []byte, at int64) (int, error) { return copy(p, source[at:]), errDisk }, ""},
		"an error with less":    {func(p []byte, at int64) (int, error) { return copy(p[:1], source[at:]), errDisk }, errDisk.Error()},
		"the end before it":     {func(p []byte, at int64) (int, error) { return newReader(source[:size-1]).ReadAt(p, at) }, "it ends at 3000 of 3001 bytes"},
		"unexpected EOF at all": {func([]byte, int64) (int, error) { return 0, io.ErrUnexpectedEOF }, "unexpected EOF"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStore(t)
			_, err := s.uploader().ReaderAt(t.Context(), at, row.reader, size)
			if row.err == "" {
				must(t, err)
				s.holds(at, source)
				return
			}
			if err == nil || !strings.Contains(err.Error(), row.err) {
				t.Errorf("got %v, not %s", err, row.err)
			}
			s.holdsNothing(at)
		})
	}
}

func TestServerThatNeverRecords(t *testing.T) {
	s := newStore(t, emulator.WithFaults(emulator.Fault{Operation: opChunk, Action: emulator.SkipChunk}))
	_, err := readerAt(t, s.uploader(), noise(3*someChunk, 1))
	if err == nil || !strings.Contains(err.Error(), "rounds: the server keeps losing chunks") {
		t.Errorf("got %v", err)
	}
	if n := s.count(opChunk); n > 100 {
		t.Errorf("%d chunks of 3 were sent", n)
	}
	s.holdsNothing(at)
}

func TestServerThatRefusesEveryCommit(t *testing.T) {
	s := newStore(t, emulator.WithFaults(emulator.Fault{Operation: opCommit, Action: emulator.Answer, Status: 400, Code: "E_INVALIDARG"}))
	_, err := readerAt(t, s.uploader(), noise(3*someChunk, 1))
	failed, ok := errors.AsType[*upload.Error](err)
	if !ok || failed.Resumable() || !imagestore.HasCode(err, imagestore.CodeInvalidArgument) {
		t.Errorf("got %v", err)
	}
	if commits, chunks := s.count(opCommit), s.count(opChunk); commits > 6 || chunks > 6 {
		t.Errorf("%d commits and %d chunks of 3", commits, chunks)
	}
	if n := s.Stats().Sessions; n > 0 {
		t.Errorf("%d sessions are left", n)
	}
}

// TestSessionOffTheGrid finds a session whose chunks are not on our grid: the upload begins again.
func TestSessionOffTheGrid(t *testing.T) {
	s := newStore(t)
	source := noise(3*someChunk, 1)
	id := s.sessionOf(t, source)
	must(t, s.client.UploadFileChunk(t.Context(), at, id, imagestore.Range{First: 1, Last: 2}, 3*someChunk, strings.NewReader("xx")))
	report, err := readerAt(t, s.uploader(), source)
	must(t, err)
	s.holds(at, source)
	if report.Retries != 1 || report.Sent != 3*someChunk {
		t.Errorf("the report is %+v", report)
	}
}

// A chunk whose length is not that of its range makes a session that can never be committed.
func TestSessionThatCannotBeCommitted(t *testing.T) {
	s := newStore(t)
	source := noise(3*someChunk, 1)
	id := s.sessionOf(t, source)
	unchecked := httptest.NewServer(s.Store) // our client never sends such a chunk
	defer unchecked.Close()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPut, unchecked.URL+"/ImageStore/"+at+"/$/UploadChunk?api-version=6.0&session-id="+id.String(), strings.NewReader("short"))
	must(t, err)
	r.Header.Set("Content-Range", "bytes 0-999/3000")
	r.Header.Set("Content-Type", "application/octet-stream")
	rsp, err := s.http.Do(r)
	must(t, err)
	_ = rsp.Body.Close()
	_, err = readerAt(t, s.uploader(), source)
	must(t, err)
	s.holds(at, source)
}

// TestSessionOfManyRanges has every second of 200,000 chunks of one byte missing, and cancels when the
// first of them is sent: so many ranges must not take long.
func TestSessionOfManyRanges(t *testing.T) {
	const size = 50_000
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	client := responding(t, func(w http.ResponseWriter, r *http.Request) {
		switch operationOf(r) {
		case opList:
			w.WriteHeader(http.StatusNotFound)
			return
		case opAsk:
		default:
			cancel()
			hang(r)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"UploadSessions":[{"StoreRelativePath":%q,"SessionId":%q,"FileSize":"%d","ModifiedDate":"2026-01-02T03:04:05.000Z","ExpectedRanges":[`, at, r.URL.Query().Get("session-id"), size)
		for i := range size / 2 {
			if i > 0 {
				fmt.Fprint(w, ",")
			}
			fmt.Fprintf(w, `{"StartPosition":"%d","EndPosition":"%d"}`, 2*i, 2*i)
		}
		fmt.Fprint(w, "]}]}")
	})
	report, err := newUploader(t, client, upload.WithChunkSize(1)).ReaderAt(ctx, at, newReader(make([]byte, size)), size)
	wantInterrupted(t, err, true)
	if report.Resumed != size/2 {
		t.Errorf("%d bytes were resumed, not %d", report.Resumed, size/2)
	}
}

func TestRetriesThatNoClockCanHold(t *testing.T) {
	const forever = time.Duration(1<<63 - 1)
	for name, retry := range map[string]upload.Retry{
		"pauses that grow for ever":      {First: 1, Longest: forever, Elapsed: forever, Attempts: 1 << 30},
		"a first pause above the bound":  {First: forever, Longest: time.Millisecond, Attempts: 10},
		"attempts that outgrow a number": {First: 1 << 20, Longest: 1<<20 + 1, Attempts: 1 << 30, Elapsed: forever},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStore(t, emulator.WithFaults(emulator.Fault{Operation: opAsk, Count: 5, Action: emulator.Answer, Status: 503, Code: "E_ABORT"}))
			_, err := readerAt(t, s.uploader(upload.WithRetry(retry)), noise(3*someChunk, 1))
			must(t, err)
		})
	}
}

func TestWrongOptions(t *testing.T) {
	for name, option := range map[string]upload.Option{
		"chunks of nothing":       upload.WithChunkSize(0),
		"chunks beyond measure":   upload.WithChunkSize(upload.MaxChunkSize + 1),
		"no worker":               upload.WithWorkers(0),
		"an army of workers":      upload.WithWorkers(257),
		"a pause before time":     upload.WithRetry(upload.Retry{First: -1}),
		"no patience":             upload.WithStallTimeout(0),
		"nobody to report to":     upload.WithProgress(nil),
		"an exclusion of no use":  upload.WithExclude(""),
		"a pattern from the root": upload.WithExclude("/bin"),
		"no option":               nil,
	} {
		if _, err := upload.New(new(imagestore.Client), option); err == nil {
			t.Errorf("%s: taken", name)
		} else if _, ok := err.(*imagestore.ArgumentError); !ok {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := upload.New(nil); !isError[*imagestore.ArgumentError](err) {
		t.Errorf("a nil client: %v", err)
	}
	u, err := upload.New(new(imagestore.Client))
	must(t, err)
	if _, err := u.ReaderAt(t.Context(), at, nil, 0); !isError[*imagestore.ArgumentError](err) {
		t.Errorf("a nil reader: %v", err)
	}
	if _, err := u.Folder(t.Context(), "App", nil); !isError[*imagestore.ArgumentError](err) {
		t.Errorf("a nil folder: %v", err)
	}
	if _, err := u.VerifyFile(t.Context(), at, -1); !isError[*imagestore.ArgumentError](err) {
		t.Errorf("a negative size: %v", err)
	}
}

func TestKindsHaveNames(t *testing.T) {
	for kind := upload.Planned; kind <= upload.Reading; kind++ {
		if kind.String() == "" {
			t.Errorf("kind %d has no name", int(kind))
		}
	}
	if got := fmt.Sprint(upload.Stored, upload.Unmatched, upload.Kind(99)); got != "stored unmatched Kind(99)" {
		t.Errorf("got %s", got)
	}
}

// TestMemoryOfALargeFile uploads 5 GiB of zeros to a server that counts them, if SFSTORE_LARGE is set.
func TestMemoryOfALargeFile(t *testing.T) {
	if os.Getenv("SFSTORE_LARGE") == "" {
		t.Skip("SFSTORE_LARGE is not set")
	}
	const size = 5 << 30
	debug.FreeOSMemory()
	var got atomic.Int64
	var complete, committed atomic.Bool
	client := responding(t, func(w http.ResponseWriter, r *http.Request) {
		switch operationOf(r) {
		case opAsk:
			if !complete.Load() {
				w.WriteHeader(http.StatusNoContent)
				return
			}
			w.Header().Set("Content-Type", "application/json")
			fmt.Fprintf(w, `{"UploadSessions":[{"StoreRelativePath":%q,"SessionId":%q,"FileSize":"%d","ModifiedDate":"2026-01-02T03:04:05.000Z","ExpectedRanges":[]}]}`, at, r.URL.Query().Get("session-id"), size)
		case opChunk:
			n, _ := io.CopyBuffer(struct{ io.Writer }{io.Discard}, r.Body, make([]byte, 32<<10))
			complete.Store(got.Add(n) == size)
		case opCommit:
			committed.Store(true)
		case opList:
			if !committed.Load() {
				w.WriteHeader(http.StatusNotFound)
				return
			}
			w.Header().Set("Content-Type", "application/json")
			fmt.Fprintf(w, `{"StoreFiles":[{"StoreRelativePath":%q,"FileVersion":{"EpochDataLossNumber":"1","VersionNumber":"1","EpochConfigurationNumber":"1"},"FileSize":"%d","ModifiedDate":"2026-01-02T03:04:05.000Z"}],"StoreFolders":[]}`, at, size)
		}
	})
	u, err := upload.New(client)
	must(t, err)
	before := peak(t)
	_, err = u.ReaderAt(t.Context(), at, sparse{}, size)
	must(t, err)
	if !committed.Load() || got.Load() != size {
		t.Errorf("%d bytes came", got.Load())
	}
	if grown := peak(t) - before; grown > 40<<20 {
		t.Errorf("the process grew by %d MiB", grown>>20)
	}
}

// sparse is any number of zeros, with a number here and there that distinguishes the parts.
type sparse struct{}

func (sparse) ReadAt(p []byte, at int64) (int, error) {
	const every = 32 << 10
	clear(p)
	for i := (every - at%every) % every; i < int64(len(p)); i += every {
		p[i] = byte((at + i) / every % 251)
	}
	return len(p), nil
}

// peak returns the most memory that the process had resident, in bytes.
func peak(t *testing.T) int64 {
	t.Helper()
	if runtime.GOOS != "linux" {
		return 0
	}
	status, err := os.ReadFile("/proc/self/status")
	must(t, err)
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	kib, err := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
	must(t, err)
	return kib << 10
}
