package upload_test

import (
	"bytes"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sfstore/sfstore/api"
	"github.com/sfstore/sfstore/emulator"
	"github.com/sfstore/sfstore/upload"
	"github.com/sfstore/sfstore/wrapper/imagestore"
)

// store is an emulator behind a server. The contract's middleware validates every exchange.
type store struct {
	tester
	*emulator.Store
	folder string
	server *httptest.Server
	http   *http.Client
	client *imagestore.Client

	// before is called before each request of a round, with its number from 1. It may serve the request
	// itself, and then returns true.
	before   func(n int, w http.ResponseWriter, r *http.Request) bool
	requests atomic.Int64 // of the current round

	mu          sync.Mutex
	log         []string // operation and path of each request, in the order of the responses
	connections map[net.Conn]http.ConnState
	changed     *sync.Cond
}

// newStore serves a new store for as long as the test runs.
func newStore(t *testing.T, options ...emulator.Option) *store {
	t.Helper()
	s := serve(t, t.TempDir(), options...)
	t.Cleanup(s.close)
	return s
}

func serve(t tester, folder string, options ...emulator.Option) *store {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	return serveOn(t, listener, &http.Transport{MaxIdleConnsPerHost: 64}, folder, options...)
}

// serveOn serves a store at a listener, for clients that reach it by a transport.
func serveOn(t tester, listener net.Listener, transport *http.Transport, folder string, options ...emulator.Option) *store {
	t.Helper()
	s := &store{tester: t, folder: folder, connections: map[net.Conn]http.ConnState{}}
	s.changed = sync.NewCond(&s.mu)
	var err error
	options = append([]emulator.Option{emulator.WithFolder(folder), emulator.WithRequestLog(s.answered)}, options...)
	if s.Store, err = emulator.New(options...); err != nil {
		t.Fatalf("new store: %v", err)
	}
	s.server = &httptest.Server{Listener: listener, Config: &http.Server{
		Handler: http.HandlerFunc(s.handle), ConnState: s.connection, ErrorLog: silent,
	}}
	s.server.Start()
	s.http = &http.Client{Transport: transport}
	if s.client, err = imagestore.New(s.server.URL, imagestore.WithHTTPClient(s.http)); err != nil {
		t.Fatalf("new client: %v", err)
	}
	return s
}

var contract = sync.OnceValues(api.Load)

func (s *store) handle(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/" {
		s.ServeHTTP(w, r) // see settle
		return
	}
	if s.before != nil && s.before(int(s.requests.Add(1)), w, r) {
		return
	}
	c, err := contract()
	if err != nil {
		s.Errorf("the contract: %v", err)
		return
	}
	c.Middleware(s.Store, func(err error) {
		// A gateway on Linux has no upload sessions, and reports that in its own way.
		if differences, ok := errors.AsType[api.Differences](err); !ok || slices.ContainsFunc(differences, func(d api.Difference) bool { return d.Place != "status" || d.Side != api.InResponse }) {
			s.Errorf("against the contract: %v", err)
		}
	}).ServeHTTP(w, r)
}

func (s *store) answered(e emulator.Exchange) {
	path, _, _ := strings.Cut(strings.TrimPrefix(e.Path, "/ImageStore/"), "?")
	s.mu.Lock()
	defer s.mu.Unlock()
	s.log = append(s.log, e.Operation+" "+path)
}

// answers returns the log of responses, and clears it.
func (s *store) answers() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	log := s.log
	s.log = nil
	return log
}

// changes returns the log of requests that change something, and clears the whole log.
func (s *store) changes() []string {
	return slices.DeleteFunc(s.answers(), func(line string) bool {
		return strings.HasPrefix(line, "GetImageStore") || strings.HasSuffix(line, "/$/GetUploadSession") // queries of sessions on Linux have no operation
	})
}

// isClaim reports whether a request makes or renews a claim on a folder.
func isClaim(r *http.Request) bool { return strings.HasSuffix(r.URL.Path, "/_.dir/$/UploadChunk") }

func (s *store) connection(c net.Conn, state http.ConnState) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.connections[c] = state
	if state == http.StateClosed || state == http.StateHijacked {
		delete(s.connections, c)
	}
	s.changed.Broadcast()
}

// settle waits until the server has finished every request that was ever sent, including those that the
// client abandoned.
func (s *store) settle() {
	s.Helper()
	s.http.CloseIdleConnections()
	last := s.http.Transport.(*http.Transport).Clone()
	last.DisableKeepAlives = true
	rsp, err := (&http.Client{Transport: last}).Get(s.server.URL) // accepted after all others
	if err != nil {
		s.Fatalf("settle: %v", err)
	}
	_ = rsp.Body.Close()
	// A connection may become idle after its last response was read.
	again := time.NewTicker(10 * time.Millisecond)
	defer again.Stop()
	done := make(chan struct{})
	defer close(done)
	go func() {
		for {
			select {
			case <-done:
				return
			case <-again.C:
				s.http.CloseIdleConnections()
			}
		}
	}()
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(s.connections) > 0 {
		s.changed.Wait()
	}
}

func (s *store) close() {
	s.http.CloseIdleConnections()
	s.server.CloseClientConnections()
	s.server.Close()
	if err := s.Close(); err != nil {
		s.Errorf("close the store: %v", err)
	}
}

// uploader returns an uploader with small chunks and short pauses.
func (s *store) uploader(options ...upload.Option) *upload.Uploader {
	s.Helper()
	return newUploader(s, s.client, options...)
}

// round clears the requests so far, and calls before for the next ones.
func (s *store) round(before func(n int, w http.ResponseWriter, r *http.Request) bool) {
	s.settle()
	s.before = before
	s.requests.Store(0)
	s.answers()
}

// onRequest calls do before the n-th request.
func onRequest(n int, do func()) func(int, http.ResponseWriter, *http.Request) bool {
	return func(i int, _ http.ResponseWriter, _ *http.Request) bool {
		if i == n {
			do()
		}
		return false
	}
}

// onOperation calls do before the n-th request of an operation.
func onOperation(operation string, n int, do func()) func(int, http.ResponseWriter, *http.Request) bool {
	var seen atomic.Int64
	return func(_ int, _ http.ResponseWriter, r *http.Request) bool {
		if operationOf(r) == operation && seen.Add(1) == int64(n) {
			do()
		}
		return false
	}
}

func operationOf(r *http.Request) string {
	c, err := contract()
	if err != nil {
		panic(err)
	}
	id, _ := c.Operation(r)
	return id
}

// stored returns a file's bytes, or nil if there is no such file.
func (s *store) stored(path string) []byte {
	s.Helper()
	content, err := os.ReadFile(filepath.Join(s.folder, "content", filepath.FromSlash(path)))
	if err != nil && !os.IsNotExist(err) {
		s.Fatalf("read what is stored: %v", err)
	}
	return content
}

// holds fails the test unless the file in the store has exactly these bytes.
func (s *store) holds(path string, want []byte) {
	s.Helper()
	got := s.stored(path)
	if got == nil {
		s.Fatalf("nothing is stored at %q", path)
	}
	if !bytes.Equal(got, want) {
		s.Fatalf("other bytes are stored at %q: %d, not %d of them", path, len(got), len(want))
	}
}

// holdsNothing fails the test if there is something at the path.
func (s *store) holdsNothing(path string) {
	s.Helper()
	if got := s.stored(path); got != nil {
		s.Fatalf("%d bytes are stored at %q", len(got), path)
	}
}

// count returns the number of requests of an operation.
func (s *store) count(operation string) int { return s.Stats().Requests[operation] }
