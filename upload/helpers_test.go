package upload_test

import (
	"cmp"
	"crypto/tls"
	"flag"
	"fmt"
	"io"
	"log"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/sfstore/sfstore/upload"
	"github.com/sfstore/sfstore/wrapper/imagestore"
)

// The operations that tests name.
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

// quick is a budget for tests: as many attempts as by default, in a short time.
var quick = upload.Retry{Attempts: 10, First: time.Millisecond, Longest: 4 * time.Millisecond}

// patient is a budget for uploads that wait for each other, however slow the machine is.
var patient = upload.Retry{Attempts: 10_000, First: time.Millisecond, Longest: 10 * time.Millisecond}

func TestMain(m *testing.M) {
	if os.Getenv(childVariable) != "" {
		uploadAsChild()
		return
	}
	flag.Parse()
	histories := cmp.Or(os.Getenv("SFSTORE_HISTORIES"), "40")
	if flag.Lookup("rapid.checks").Value.String() == flag.Lookup("rapid.checks").DefValue {
		if err := flag.Set("rapid.checks", histories); err != nil {
			panic(err)
		}
	}
	goleak.VerifyTestMain(m)
}

// soak returns the number in an environment variable, or small if it is not set.
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

// tester is a test, or a part of a test that was drawn at random.
type tester interface {
	Helper()
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
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

// noise returns n bytes that do not repeat. The same seed gives the same bytes.
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

// responding serves a handler, and returns a client for it.
func responding(t *testing.T, handler http.HandlerFunc) *imagestore.Client {
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

// fail responds with a status and a code.
func fail(w http.ResponseWriter, r *http.Request, status int, code string) {
	_, _ = io.Copy(io.Discard, r.Body)
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	fmt.Fprintf(w, `{"Error":{"Code":%q,"Message":"Null"}}`, code)
}

// events collects what an upload reports. It needs no lock, because reports come one at a time;
// otherwise the race detector would report it.
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

// silent discards the log of servers whose connections are refused.
var silent = log.New(io.Discard, "", 0)

// wantsCertificate uses TLS 1.2, in which the client is refused in the handshake.
var wantsCertificate = &tls.Config{ClientAuth: tls.RequireAnyClientCert, MinVersion: tls.VersionTLS12, MaxVersion: tls.VersionTLS12}

// hang never responds. A server notices that a client has gone away only after it has read the body.
func hang(r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	<-r.Context().Done()
}
