package imagestore_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/sfstore/sfstore"
	"github.com/sfstore/sfstore/wrapper/imagestore"
)

// The content path of all calls, as given and as sent.
const (
	somePath    = `App/Calc Pkg\Code.exe`
	escapedPath = "App/Calc%20Pkg%5CCode.exe"
)

// someSession is the id that the contract's examples have.
var someSession = uuid.MustParse("4a2340e8-32f3-4d5a-9a5c-1bdc2a1a1f0e")

const someBody = "the bytes"

// call is one operation of the contract, called with the client's method.
type call struct {
	id string // operationId
	do func(context.Context, *imagestore.Client) (any, error)
}

func nothing(err error) (any, error) { return nil, err }

func calls() []call { return callsAt(somePath) }

// callsAt returns a call of each operation, with a content path if it has one. An operation that is new
// in the document needs a row here.
func callsAt(path string) []call {
	type client = *imagestore.Client
	return []call{
		{"GetImageStoreRootContent", func(ctx context.Context, c client) (any, error) { return c.ListRoot(ctx) }},
		{"GetImageStoreContent", func(ctx context.Context, c client) (any, error) { return c.List(ctx, path) }},
		{"UploadFile", func(ctx context.Context, c client) (any, error) {
			return nothing(c.UploadFile(ctx, path, strings.NewReader(someBody), int64(len(someBody))))
		}},
		{"DeleteImageStoreContent", func(ctx context.Context, c client) (any, error) {
			return nothing(c.DeleteContent(ctx, path))
		}},
		{"UploadFileChunk", func(ctx context.Context, c client) (any, error) {
			r := imagestore.Range{First: 300, Last: 300 + int64(len(someBody)) - 1}
			return nothing(c.UploadFileChunk(ctx, path, someSession, r, 20000, strings.NewReader(someBody)))
		}},
		{"GetImageStoreUploadSessionByPath", func(ctx context.Context, c client) (any, error) {
			sessions, err := c.UploadSessionsByPath(ctx, path)
			return map[string]any{"UploadSessions": sessions}, err
		}},
		{"GetImageStoreFolderSize", func(ctx context.Context, c client) (any, error) { return c.FolderSize(ctx, path) }},
		{"GetImageStoreUploadSessionById", func(ctx context.Context, c client) (any, error) {
			session, found, err := c.UploadSessionByID(ctx, someSession)
			sessions := []imagestore.UploadSession{}
			if found {
				sessions = append(sessions, session)
			}
			return map[string]any{"UploadSessions": sessions}, err
		}},
		{"CommitImageStoreUploadSession", func(ctx context.Context, c client) (any, error) {
			return nothing(c.CommitUploadSession(ctx, someSession))
		}},
		{"DeleteImageStoreUploadSession", func(ctx context.Context, c client) (any, error) {
			return nothing(c.DeleteUploadSession(ctx, someSession))
		}},
		{"CopyImageStoreContent", func(ctx context.Context, c client) (any, error) {
			return nothing(c.CopyContent(ctx, imagestore.Copy{Source: "App", Destination: "Backup/App"}))
		}},
		{"GetImageStoreRootFolderSize", func(ctx context.Context, c client) (any, error) { return c.RootFolderSize(ctx) }},
		{"GetImageStoreInfo", func(ctx context.Context, c client) (any, error) { return c.Info(ctx) }},
	}
}

// callOf returns the call of an operation.
func callOf(t testing.TB, id string) call {
	t.Helper()
	for _, call := range calls() {
		if call.id == id {
			return call
		}
	}
	t.Fatalf("operation %s has no row in callsAt", id)
	return call{}
}

// document is the contract, parsed once.
var document = sync.OnceValue(func() *openapi3.T {
	doc, err := openapi3.NewLoader().LoadFromData(sfstore.Document)
	if err != nil {
		panic(err)
	}
	return doc
})

// documented is an operation as the contract describes it.
type documented struct {
	verb, path string
	*openapi3.Operation
}

// takesPath reports whether the operation has a content path.
func (d documented) takesPath() bool { return strings.Contains(d.path, "{contentPath}") }

// operations returns the operations of the contract by operationId.
func operations() map[string]documented {
	all := map[string]documented{}
	for path, item := range document().Paths.Map() {
		for verb, operation := range item.Operations() {
			all[operation.OperationID] = documented{verb, path, operation}
		}
	}
	return all
}

// examplesOf returns the JSON examples of a response by name, or none if it has no body.
func examplesOf(response *openapi3.Response) openapi3.Examples {
	if media := response.Content.Get("application/json"); media != nil {
		return media.Examples
	}
	return nil
}

// okBody returns an example of the operation's response 200, or "" if it has no body.
func okBody(t testing.TB, id string) string {
	t.Helper()
	ok := operations()[id].Responses.Value("200")
	if ok == nil {
		t.Fatalf("operation %s has no response 200 in the document", id)
	}
	if ok.Value.Content.Get("application/json") == nil {
		return ""
	}
	examples := examplesOf(ok.Value)
	for _, name := range slices.Sorted(maps.Keys(examples)) {
		body := encode(t, examples[name].Value.Value)
		// One with a token needs a second page.
		if !strings.Contains(body, `"ContinuationToken":"`) || strings.Contains(body, `"ContinuationToken":""`) {
			return body
		}
	}
	t.Fatalf("operation %s has no example of its response 200 in the document", id)
	return ""
}

func encode(t testing.TB, value any) string {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatalf("encode: %v", err)
	}
	return string(text)
}

// diffJSON compares the values of two JSON texts.
func diffJSON(t testing.TB, want, got string) string {
	t.Helper()
	var a, b any
	if err := json.Unmarshal([]byte(want), &a); err != nil {
		t.Fatalf("decode %s: %v", want, err)
	}
	if err := json.Unmarshal([]byte(got), &b); err != nil {
		t.Fatalf("decode %s: %v", got, err)
	}
	return cmp.Diff(a, b)
}

func newClient(t testing.TB, endpoint string, options ...imagestore.Option) *imagestore.Client {
	t.Helper()
	c, err := imagestore.New(endpoint, options...)
	if err != nil {
		t.Fatalf("new client of %s: %v", endpoint, err)
	}
	return c
}

// serve starts a server and returns its URL.
func serve(t testing.TB, handler http.HandlerFunc) string {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server.URL
}

// counted starts a server that supports every operation, and counts requests.
func counted(t testing.TB) (endpoint string, requests *atomic.Int64) {
	requests = new(atomic.Int64)
	return serve(t, func(w http.ResponseWriter, _ *http.Request) {
		requests.Add(1)
		w.WriteHeader(http.StatusOK)
	}), requests
}

// responding starts a server that responds to everything in the same way.
func responding(t testing.TB, status int, contentType, body string) string {
	t.Helper()
	return serve(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header()["Content-Type"] = nil
		if contentType != "" {
			w.Header().Set("Content-Type", contentType)
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	})
}

const jsonType = "application/json; charset=utf-8"

// onTheWire listens without an HTTP server. It keeps the one request of each connection byte for byte,
// sends the next of the responses, and closes the connection; the last response is used for all further
// requests.
func onTheWire(t testing.TB, answers ...string) (endpoint string, requests func() []string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var (
		mu   sync.Mutex
		seen []string
		done sync.WaitGroup
	)
	done.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			request := readRequest(conn)
			mu.Lock()
			n := min(len(seen), len(answers)-1)
			seen = append(seen, request)
			mu.Unlock()
			_, _ = io.WriteString(conn, answers[n])
			_ = conn.Close()
		}
	})
	t.Cleanup(func() {
		_ = listener.Close()
		done.Wait()
	})
	return "http://" + listener.Addr().String(), func() []string {
		mu.Lock()
		defer mu.Unlock()
		return slices.Clone(seen)
	}
}

// readRequest reads a request to the end of its body, whose length must be announced.
func readRequest(conn io.Reader) string {
	var request strings.Builder
	r := bufio.NewReader(io.TeeReader(conn, &request))
	length := 0
	for {
		line, err := r.ReadString('\n')
		if err != nil || line == "\r\n" {
			break
		}
		_, _ = fmt.Sscanf(line, "Content-Length: %d", &length)
	}
	_, _ = io.CopyN(io.Discard, r, int64(length))
	return request.String()
}

// rawAnswer is a response as onTheWire sends it.
func rawAnswer(status, contentType, body string) string {
	return fmt.Sprintf("HTTP/1.1 %s\r\nContent-Type: %s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s",
		status, contentType, len(body), body)
}

// headerLines returns the lines of a request's head with the given name, in any case.
func headerLines(request, name string) []string {
	head, _, _ := strings.Cut(request, "\r\n\r\n")
	var found []string
	for _, line := range strings.Split(head, "\r\n")[1:] {
		if key, _, _ := strings.Cut(line, ":"); strings.EqualFold(key, name) {
			found = append(found, line)
		}
	}
	return found
}

// soon fails the test unless the channel is closed before a hanging test would be noticed.
func soon(t testing.TB, closed <-chan struct{}, what string) {
	t.Helper()
	select {
	case <-closed:
	case <-time.After(time.Minute):
		t.Fatalf("%s did not happen", what)
	}
}

// transport is a function that implements RoundTripper.
type transport func(*http.Request) (*http.Response, error)

func (f transport) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func throughTransport(f transport) imagestore.Option {
	return imagestore.WithHTTPClient(&http.Client{
		Transport:     f,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	})
}

// inMemory is a gateway without a network, for fuzzing. It responds to everything in the same way.
func inMemory(status int, body []byte) imagestore.Option {
	return throughTransport(func(r *http.Request) (*http.Response, error) {
		return &http.Response{
			StatusCode:    status,
			Header:        http.Header{"Content-Type": {jsonType}},
			Body:          io.NopCloser(strings.NewReader(string(body))),
			ContentLength: int64(len(body)),
			Request:       r,
		}, nil
	})
}
