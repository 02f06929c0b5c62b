package imagestore_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/sfstore/sfstore/wrapper/imagestore"
)

// store starts a server that responds to every operation with an example of the document.
func store(t *testing.T) string {
	t.Helper()
	bodies := map[string]string{} // by verb and path
	for id, operation := range operations() {
		bodies[operation.verb+" "+strings.Replace(operation.path, "{contentPath}", escapedPath, 1)] = okBody(t, id)
	}
	return serve(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		body, ok := bodies[r.Method+" "+r.URL.EscapedPath()]
		if !ok {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		w.Header().Set("Content-Type", jsonType)
		_, _ = io.WriteString(w, body)
	})
}

// TestClientIsShared lets many goroutines call all operations of one client, and make clients of it. It
// is for the race detector.
func TestClientIsShared(t *testing.T) {
	c := newClient(t, store(t))
	var workers sync.WaitGroup
	for range 16 {
		workers.Go(func() {
			mine, err := c.With(imagestore.WithUserAgent("worker"), imagestore.WithServerTimeout(time.Minute))
			if err != nil {
				t.Error(err)
				return
			}
			for _, call := range calls() {
				for _, client := range []*imagestore.Client{c, mine} {
					if _, err := call.do(t.Context(), client); err != nil {
						t.Errorf("%s: %v", call.id, err)
					}
				}
			}
		})
	}
	workers.Wait()
}

func TestWithLeavesTheClientAsItIs(t *testing.T) {
	var got []string
	c := newClient(t, serve(t, func(_ http.ResponseWriter, r *http.Request) {
		got = append(got, r.URL.RawQuery+" "+r.UserAgent()+" "+r.Header.Get("X-ServiceFabricRequestId"))
	}), imagestore.WithUserAgent("first"), imagestore.WithRequestID(func() string { return "1" }))
	other, err := c.With(imagestore.WithServerTimeout(10*time.Minute), imagestore.WithAPIVersion("6.4"),
		imagestore.WithUserAgent("second"), imagestore.WithRequestID(func() string { return "2" }), imagestore.WithReservedCharacters())
	if err != nil {
		t.Fatal(err)
	}
	for _, client := range []*imagestore.Client{c, other, c} {
		if err := client.CommitUploadSession(t.Context(), someSession); err != nil {
			t.Fatal(err)
		}
	}
	const session = "&session-id=4a2340e8-32f3-4d5a-9a5c-1bdc2a1a1f0e&timeout="
	first, second := "api-version=6.0"+session+"60 first 1", "api-version=6.4"+session+"600 second 2"
	if diff := cmp.Diff([]string{first, second, first}, got); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
	if c.CheckPath("C#") == nil || other.CheckPath("C#") != nil {
		t.Error("the one who asked is not the one who may send C#")
	}
	if c.Endpoint() != other.Endpoint() {
		t.Errorf("the endpoints differ: %s and %s", c.Endpoint(), other.Endpoint())
	}
}

// TestHTTPClientIsNotChanged checks that the caller's HTTP client is used unchanged.
func TestHTTPClientIsNotChanged(t *testing.T) {
	theirs := &http.Client{Timeout: time.Hour}
	before := *theirs
	if err := newClient(t, store(t), imagestore.WithHTTPClient(theirs)).DeleteContent(t.Context(), somePath); err != nil {
		t.Fatal(err)
	}
	if before.Transport != theirs.Transport || before.Timeout != theirs.Timeout || theirs.CheckRedirect != nil || theirs.Jar != nil {
		t.Errorf("it is %+v, and was %+v", theirs, before)
	}
}

func TestLogHasOneRecordForEachRequest(t *testing.T) {
	tokens := throughTransport(func(r *http.Request) (*http.Response, error) {
		r = r.Clone(r.Context())
		r.Header.Set("Authorization", "Bearer hush")
		return http.DefaultTransport.RoundTrip(r)
	})
	gone, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = gone.Close()
	for name, row := range map[string]struct {
		endpoint string
		want     map[string]any
	}{
		"a success":   {responding(t, 200, jsonType, ""), map[string]any{"status": 200.0}},
		"a failure":   {responding(t, 503, jsonType, fabricError("E_ABORT", "hush")), map[string]any{"status": 503.0}},
		"nobody home": {"http://" + gone.Addr().String(), map[string]any{"error": "connection refused"}},
	} {
		t.Run(name, func(t *testing.T) {
			var log bytes.Buffer
			c := newClient(t, row.endpoint, tokens,
				imagestore.WithLogger(slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))),
				imagestore.WithRequestID(func() string { return "trace-7" }))
			_ = c.UploadFile(t.Context(), "App", strings.NewReader("hush"), 4)

			if n := strings.Count(log.String(), "\n"); n != 1 {
				t.Fatalf("there are %d records:\n%s", n, &log)
			}
			if strings.Contains(log.String(), "hush") {
				t.Errorf("the log contains a secret: %s", &log)
			}
			var got map[string]any
			if err := json.Unmarshal(log.Bytes(), &got); err != nil {
				t.Fatal(err)
			}
			if text, _ := got["error"].(string); strings.Contains(strings.ToLower(text), "refused") {
				got["error"] = "connection refused"
			}
			if took, ok := got["took"].(float64); !ok || took <= 0 {
				t.Errorf("it took %v", got["took"])
			}
			delete(got, "time")
			delete(got, "took")
			want := map[string]any{
				"level": "DEBUG", "msg": "image store request", "method": "PUT", "request": "trace-7",
				"url": row.endpoint + "/ImageStore/App?api-version=6.0&timeout=60",
			}
			maps.Copy(want, row.want)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("record (-want +got):\n%s", diff)
			}
		})
	}
}

// closer is a body of a type that net/http does not know. It records whether it was closed.
type closer struct {
	io.Reader
	once   sync.Once
	closed chan struct{}
}

func newCloser(text string) *closer {
	return &closer{Reader: strings.NewReader(text), closed: make(chan struct{})}
}

func (c *closer) Close() error {
	c.once.Do(func() { close(c.closed) })
	return nil
}

// TestBodiesAreClosed checks that uploads close their bodies, however they end.
func TestBodiesAreClosed(t *testing.T) {
	done := responding(t, 200, jsonType, "")
	refusing := responding(t, 400, jsonType, fabricError("E_INVALIDARG", "Invalid argument"))
	cut, _ := onTheWire(t, "")
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	one := imagestore.Range{First: 0, Last: 3}
	for name, row := range map[string]struct {
		endpoint string
		send     func(c *imagestore.Client, body io.Reader) error
		fails    bool
	}{
		"a file is stored": {done, func(c *imagestore.Client, body io.Reader) error {
			return c.UploadFile(t.Context(), "App", body, 4)
		}, false},
		"a file of nothing is stored": {done, func(c *imagestore.Client, body io.Reader) error {
			return c.UploadFile(t.Context(), "App", body, 0)
		}, false},
		"a chunk is stored": {done, func(c *imagestore.Client, body io.Reader) error {
			return c.UploadFileChunk(t.Context(), "App", someSession, one, 4, body)
		}, false},
		"the server refuses a file": {refusing, func(c *imagestore.Client, body io.Reader) error {
			return c.UploadFile(t.Context(), "App", body, 4)
		}, true},
		"the server refuses a chunk": {refusing, func(c *imagestore.Client, body io.Reader) error {
			return c.UploadFileChunk(t.Context(), "App", someSession, one, 4, body)
		}, true},
		"the connection is cut": {cut, func(c *imagestore.Client, body io.Reader) error {
			return c.UploadFile(t.Context(), "App", body, 4)
		}, true},
		"the context has ended": {done, func(c *imagestore.Client, body io.Reader) error {
			return c.UploadFile(cancelled, "App", body, 4)
		}, true},
		"the path of a file is refused": {done, func(c *imagestore.Client, body io.Reader) error {
			return c.UploadFile(t.Context(), "..", body, 4)
		}, true},
		"the size of a file is refused": {done, func(c *imagestore.Client, body io.Reader) error {
			return c.UploadFile(t.Context(), "App", body, -4)
		}, true},
		"the path of a chunk is refused": {done, func(c *imagestore.Client, body io.Reader) error {
			return c.UploadFileChunk(t.Context(), "", someSession, one, 4, body)
		}, true},
		"the session of a chunk is refused": {done, func(c *imagestore.Client, body io.Reader) error {
			return c.UploadFileChunk(t.Context(), "App", uuid.Nil, one, 4, body)
		}, true},
		"the range of a chunk is refused": {done, func(c *imagestore.Client, body io.Reader) error {
			return c.UploadFileChunk(t.Context(), "App", someSession, one, 3, body)
		}, true},
	} {
		t.Run(name, func(t *testing.T) {
			body := newCloser("four")
			if err := row.send(newClient(t, row.endpoint), body); (err != nil) != row.fails {
				t.Errorf("got %v", err)
			}
			soon(t, body.closed, "closing the body")
		})
	}
}
