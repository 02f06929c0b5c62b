package upload_test

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/fstest"

	"github.com/sfstore/sfstore/upload"
)

// counted counts the bytes that are read from it.
type counted struct {
	mu   sync.Mutex
	data []byte
	n    atomic.Int64
}

func (c *counted) ReadAt(p []byte, at int64) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	n, err := bytes.NewReader(c.data).ReadAt(p, at)
	c.n.Add(int64(n))
	return n, err
}

func (c *counted) change() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.data = slices.Clone(c.data)
	for i := range c.data {
		c.data[i]++
	}
}

// TestWithoutResumeReadsOnce uploads a file in chunks, one in a single PUT, and a small one.
func TestWithoutResumeReadsOnce(t *testing.T) {
	for name, row := range map[string]struct {
		size, chunk int64
		operation   string
	}{
		"a file in chunks":       {10*someChunk + 1, someChunk, opChunk},
		"a file in a single PUT": {100 << 10, 1 << 20, opPut},
		"a small file":           {10, someChunk, opPut},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStore(t)
			source := &counted{data: noise(int(row.size), 1)}
			s.round(onOperation(row.operation, 1, func() {
				if n := source.n.Load(); n > max(row.chunk, row.size/2) && row.size > row.chunk {
					t.Errorf("%d bytes were read before the first request", n)
				}
			}))
			_, err := s.uploader(upload.WithoutResume(), upload.WithChunkSize(row.chunk), upload.WithWorkers(1)).ReaderAt(t.Context(), at, source, row.size)
			must(t, err)
			s.holds(at, source.data)
			if n := source.n.Load(); n != row.size {
				t.Errorf("%d bytes were read of %d", n, row.size)
			}
		})
	}
}

// TestWithoutResumeAChangeIsFound changes bytes that a failed request had sent.
func TestWithoutResumeAChangeIsFound(t *testing.T) {
	for name, row := range map[string]struct {
		size      int
		operation string
	}{
		"a chunk":      {3 * someChunk, opChunk},
		"a small file": {10, opPut},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStore(t)
			source := &counted{data: noise(row.size, 1)}
			var once sync.Once
			s.round(func(_ int, w http.ResponseWriter, r *http.Request) (done bool) {
				if operationOf(r) == row.operation {
					once.Do(func() {
						done = true
						_, _ = new(bytes.Buffer).ReadFrom(r.Body)
						source.change()
						w.WriteHeader(http.StatusServiceUnavailable)
					})
				}
				return done
			})
			_, err := s.uploader(upload.WithoutResume(), upload.WithWorkers(1)).ReaderAt(t.Context(), at, source, int64(row.size))
			if !errors.Is(err, upload.ErrSourceChanged) {
				t.Errorf("got %v, not ErrSourceChanged", err)
			}
			s.holdsNothing(at)
		})
	}
}

// TestWithoutResumeLeavesNothing cancels an upload and runs it again.
func TestWithoutResumeLeavesNothing(t *testing.T) {
	s := newStore(t)
	source := noise(10*someChunk, 1)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	chunks := 0
	s.round(func(_ int, _ http.ResponseWriter, r *http.Request) bool {
		if operationOf(r) != opChunk {
			return false
		}
		if chunks++; chunks < 6 {
			return false
		}
		cancel()
		return true // a chunk that is stored late would create the session again
	})
	u := s.uploader(upload.WithoutResume(), upload.WithWorkers(1))
	_, err := u.ReaderAt(ctx, at, bytes.NewReader(source), int64(len(source)))
	if err == nil || !strings.Contains(err.Error(), "run the same upload again to start from the beginning") {
		t.Errorf("got %v", err)
	}
	s.round(nil)
	sessions, err := s.client.UploadSessionsByPath(t.Context(), at)
	must(t, err)
	if len(sessions) > 0 {
		t.Errorf("%d sessions are left", len(sessions))
	}
	report, err := u.ReaderAt(t.Context(), at, bytes.NewReader(source), int64(len(source)))
	must(t, err)
	s.holds(at, source)
	if report.Sent != int64(len(source)) || report.Resumed != 0 {
		t.Errorf("%d bytes were sent and %d resumed", report.Sent, report.Resumed)
	}
}

// TestWithoutResumeAFolder checks that files are opened, and not read, before the claim.
func TestWithoutResumeAFolder(t *testing.T) {
	s := newStore(t)
	files := fstest.MapFS{"a": {Data: noise(10, 1)}, "b/c": {Data: noise(3*someChunk, 2)}}
	_, err := s.uploader(upload.WithoutResume()).Folder(t.Context(), "App", files)
	must(t, err)
	for name, file := range files {
		s.holds("App/"+name, file.Data)
	}
}

// TestAByteThatChangesAfterItWasSent shows what is not noticed with a plain io.ReaderAt: each chunk is
// stored as it was when it was digested and when it was sent.
func TestAByteThatChangesAfterItWasSent(t *testing.T) {
	s := newStore(t)
	source := &counted{data: noise(2*someChunk, 1)}
	first := source.data
	s.round(onOperation(opCommit, 1, source.change))
	_, err := s.uploader().ReaderAt(t.Context(), at, source, 2*someChunk)
	must(t, err)
	s.holds(at, first)
	if n := source.n.Load(); n != 2*2*someChunk {
		t.Errorf("%d bytes were read, not each one twice", n)
	}
}
