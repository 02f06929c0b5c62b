package upload_test

import (
	"bytes"
	"cmp"
	"crypto/tls"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/sfstore/sfstore/api"
	"github.com/sfstore/sfstore/emulator"
	"github.com/sfstore/sfstore/upload"
	"github.com/sfstore/sfstore/wrapper/imagestore"
)

// The operations that the tests speak of.
const (
	opPut     = "UploadFile"
	opChunk   = "UploadFileChunk"
	opAsk     = "GetImageStoreUploadSessionById"
	opCommit  = "CommitImageStoreUploadSession"
	opList    = "GetImageStoreContent"
	opEnd     = "DeleteImageStoreUploadSession"
	opDelete  = "DeleteImageStoreContent"
	someChunk = 1000 // bytes
)

// quick is a budget for tests: as many attempts as by default, in little time.
var quick = upload.Retry{Attempts: 10, First: time.Millisecond, Longest: 4 * time.Millisecond}

func TestMain(m *testing.M) {
	if os.Getenv(childVariable) != "" {
		uploadAsChild()
		return
	}
	flag.Parse()
	histories := cmp.Or(os.Getenv("SFSTORE_HISTORIES"), "75")
	if flag.Lookup("rapid.checks").Value.String() == flag.Lookup("rapid.checks").DefValue {
		if err := flag.Set("rapid.checks", histories); err != nil {
			panic(err)
		}
	}
	goleak.VerifyTestMain(m)
}

// soak returns the number in an environment variable, or a small one without it.
func soak(t *testing.T, variable string, small int) int {
	t.Helper()
	text, set := os.LookupEnv(variable)
	if !set {
		return small
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatalf("%s: %v", variable, err)
	}
	return n
}

// tester is a test or a part of one that was drawn at random.
type tester interface {
	Helper()
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}

// store is an emulator behind a server and the contract's fence.
type store struct {
	tester
	*emulator.Store
	folder string
	server *httptest.Server
	http   *http.Client
	client *imagestore.Client

	// before is called before each request of a round, with its number from 1. It may do the
	// request's work itself, and then returns true.
	before   func(n int, w http.ResponseWriter, r *http.Request) bool
	requests atomic.Int64 // of the present round

	mu          sync.Mutex
	log         []string // operation and path of what was answered, in the order of the answers
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
	s := &store{tester: t, folder: folder, connections: map[net.Conn]http.ConnState{}}
	s.changed = sync.NewCond(&s.mu)
	var err error
	options = append([]emulator.Option{emulator.WithFolder(folder), emulator.WithRequestLog(s.answered)}, options...)
	if s.Store, err = emulator.New(options...); err != nil {
		t.Fatalf("new store: %v", err)
	}
	s.server = httptest.NewUnstartedServer(http.HandlerFunc(s.handle))
	s.server.Config.ConnState = s.connection
	s.server.Config.ErrorLog = silent
	s.server.Start()
	s.http = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}
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
	c.Fence(s.Store, func(err error) {
		// A gateway on Linux has no upload sessions, and says so in its own way.
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

// answers returns what was answered, and forgets it.
func (s *store) answers() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	log := s.log
	s.log = nil
	return log
}

func (s *store) connection(c net.Conn, state http.ConnState) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.connections[c] = state
	if state == http.StateClosed || state == http.StateHijacked {
		delete(s.connections, c)
	}
	s.changed.Broadcast()
}

// settle waits until the server is done with every request that was ever sent, those that the
// client gave up included.
func (s *store) settle() {
	s.Helper()
	s.http.CloseIdleConnections()
	last := &http.Transport{DisableKeepAlives: true}
	rsp, err := (&http.Client{Transport: last}).Get(s.server.URL) // accepted after all others
	if err != nil {
		s.Fatalf("settle: %v", err)
	}
	_ = rsp.Body.Close()
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

// uploader has small chunks and little patience.
func (s *store) uploader(options ...upload.Option) *upload.Uploader {
	s.Helper()
	return newUploader(s, s.client, options...)
}

func newUploader(t tester, client *imagestore.Client, options ...upload.Option) *upload.Uploader {
	t.Helper()
	options = append([]upload.Option{upload.WithChunkSize(someChunk), upload.WithRetry(quick)}, options...)
	u, err := upload.New(client, options...)
	if err != nil {
		t.Fatalf("new uploader: %v", err)
	}
	return u
}

// round forgets the requests so far and calls before for those to come.
func (s *store) round(before func(n int, w http.ResponseWriter, r *http.Request) bool) {
	s.settle()
	s.before = before
	s.requests.Store(0)
	s.answers()
}

// onRequest makes something happen before the n-th request.
func onRequest(n int, do func()) func(int, http.ResponseWriter, *http.Request) bool {
	return func(i int, _ http.ResponseWriter, _ *http.Request) bool {
		if i == n {
			do()
		}
		return false
	}
}

// onOperation makes something happen before the n-th request of an operation.
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

// stored returns a file's bytes, nil when there is no such file.
func (s *store) stored(path string) []byte {
	s.Helper()
	content, err := os.ReadFile(filepath.Join(s.folder, "content", filepath.FromSlash(path)))
	if err != nil && !os.IsNotExist(err) {
		s.Fatalf("read what is stored: %v", err)
	}
	return content
}

// holds fails the test unless the store has exactly these bytes at the path.
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

// holdsNothing fails the test when there is something at the path.
func (s *store) holdsNothing(path string) {
	s.Helper()
	if got := s.stored(path); got != nil {
		s.Fatalf("%d bytes are stored at %q", len(got), path)
	}
}

// noise is n bytes that do not repeat, the same for the same seed.
func noise(n int, seed byte) []byte {
	b := make([]byte, n)
	_, _ = rand.NewChaCha8([32]byte{seed}).Read(b)
	return b
}

// onDisk writes a file for the test and returns its name.
func onDisk(t *testing.T, content []byte) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "source")
	writeFile(t, name, content)
	return name
}

func writeFile(t *testing.T, name string, content []byte) {
	t.Helper()
	if err := os.WriteFile(name, content, 0o644); err != nil {
		t.Fatal(err)
	}
}

// must fails the test on an error.
func must(t tester, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%v", err)
	}
}

// count says how often an operation was asked for.
func (s *store) count(operation string) int { return s.Stats().Requests[operation] }

// answering serves a handler of the test's own, and returns a client of it.
func answering(t *testing.T, handler http.HandlerFunc) *imagestore.Client {
	t.Helper()
	server := httptest.NewServer(handler)
	transport := &http.Transport{MaxIdleConnsPerHost: 64}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		server.CloseClientConnections()
		server.Close()
	})
	client, err := imagestore.New(server.URL, imagestore.WithHTTPClient(&http.Client{Transport: transport}))
	must(t, err)
	return client
}

// fail answers with a status and a code.
func fail(w http.ResponseWriter, r *http.Request, status int, code string) {
	_, _ = io.Copy(io.Discard, r.Body)
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	fmt.Fprintf(w, `{"Error":{"Code":%q,"Message":"Null"}}`, code)
}

// events collects what an upload reports. It needs no lock, because reports come one at a
// time: the race detector would see it otherwise.
type events struct{ all []upload.Event }

func (e *events) add(event upload.Event) { e.all = append(e.all, event) }

func (e *events) option() upload.Option { return upload.WithProgress(e.add) }

// of returns the events of a kind.
func (e *events) of(kind upload.Kind) []upload.Event {
	return slices.DeleteFunc(slices.Clone(e.all), func(event upload.Event) bool { return event.Kind != kind })
}

// bytes adds up the bytes of a kind.
func (e *events) bytes(kind upload.Kind) (n int64) {
	for _, event := range e.of(kind) {
		n += event.Bytes
	}
	return n
}

// silent is a log that keeps what the servers of refused connections say to itself.
var silent = log.New(io.Discard, "", 0)

// wantsCertificate is TLS 1.2, in which the client learns in the handshake that it is refused.
var wantsCertificate = &tls.Config{ClientAuth: tls.RequireAnyClientCert, MinVersion: tls.VersionTLS12, MaxVersion: tls.VersionTLS12}

// hang never answers. A server learns that a client went away only once it has the body.
func hang(r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	<-r.Context().Done()
}
