package api_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfstore/sfstore/api"
)

// reports collects what a middleware or a transport reports.
type reports struct {
	mu   sync.Mutex
	errs []error
}

func (r *reports) add(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.errs = append(r.errs, err)
}

func (r *reports) want(t testing.TB, want ...string) {
	t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	var got []string
	for _, err := range r.errs {
		got = append(got, err.Error())
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("reports (-want +got):\n%s", diff)
	}
}

const goodCopy = `{"RemoteSource": "a", "RemoteDestination": "b"}`

// responding returns a handler that reads the body and sends a response.
func responding(status int, contentType, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		if contentType != "" {
			w.Header().Set("Content-Type", contentType)
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

func TestMiddlewareReports(t *testing.T) {
	jsonAnswer := func(status int, body string) http.HandlerFunc { return responding(status, "application/json", body) }
	for _, row := range []struct {
		name    string
		request string // method, target, body
		handler http.HandlerFunc
		want    []string
	}{
		{"nothing of a good exchange", "GET " + askSessions, jsonAnswer(200, sessions), nil},
		{"nothing of a 204", "GET " + askSessions, responding(204, "", ""), nil},
		{"nothing of a handler that writes nothing", "DELETE /ImageStore/a?api-version=6.0", func(http.ResponseWriter, *http.Request) {}, nil},
		{"nothing of a good copy", "POST /ImageStore/$/Copy?api-version=6.0 " + goodCopy, responding(200, "", ""), nil},
		{"nothing of a copy that was not read", "POST /ImageStore/$/Copy?api-version=6.0 {}",
			func(http.ResponseWriter, *http.Request) {}, nil},
		{"nothing of an interim status", "DELETE /ImageStore/a?api-version=6.0", func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(http.StatusEarlyHints)
			w.WriteHeader(http.StatusOK)
		}, nil},
		{"a request", "GET /ImageStore/$/Info?api-version=6.5&x=1", jsonAnswer(200, "{}"),
			[]string{`GET /ImageStore/$/Info: GetImageStoreInfo: request query "x": is not documented`}},
		{"the body of a request", "POST /ImageStore/$/Copy?api-version=6.0 {}", jsonAnswer(400, `{"Error": {"Code": "E_INVALIDARG"}}`),
			[]string{`POST /ImageStore/$/Copy: CopyImageStoreContent: request /RemoteSource: property "RemoteSource" is missing; ` +
				`CopyImageStoreContent: request /RemoteDestination: property "RemoteDestination" is missing`}},
		{"a body of a request that nobody wants", "GET " + askInfo + " x", func(w http.ResponseWriter, _ *http.Request) {
			jsonAnswer(200, "{}")(w, httptest.NewRequest("GET", "/", nil))
		}, []string{"GET /ImageStore/$/Info: GetImageStoreInfo: request body: has 1 bytes, and no body is documented"}},
		{"a response", "GET " + askInfo, jsonAnswer(200, `{"DiskInfo": 5}`),
			[]string{`GET /ImageStore/$/Info: GetImageStoreInfo: response /DiskInfo: value must be an object, got 5`}},
		{"a response without its body", "GET " + askInfo, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
		}, []string{`GET /ImageStore/$/Info: GetImageStoreInfo: response body: is missing`}},
		{"a response to what is no operation, not at all", "GET /ImageStore/$/No", jsonAnswer(418, "x"),
			[]string{`no operation of the contract: GET /ImageStore/$/No`}},
		{"a status that came late", "GET " + askInfo, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			_, _ = io.WriteString(w, "{}")
			w.Header().Set("Content-Type", "text/html") // too late for the client to get it
		}, nil},
	} {
		t.Run(row.name, func(t *testing.T) {
			var got reports
			// Responses are compared with those of the same handler without the middleware.
			answers := make([]string, 2)
			for i, handler := range []http.Handler{row.handler, load(t).Middleware(row.handler, got.add)} {
				server := httptest.NewServer(handler)
				defer server.Close()
				parts := append(strings.SplitN(row.request, " ", 3), "")
				r, err := http.NewRequest(parts[0], server.URL+parts[1], strings.NewReader(parts[2]))
				if err != nil {
					t.Fatal(err)
				}
				r.Header.Set("Content-Type", "application/json")
				answers[i] = exchange(t, server.Client(), r)
			}
			if diff := cmp.Diff(answers[0], answers[1]); diff != "" {
				t.Errorf("the middleware changed the response (-without +with):\n%s", diff)
			}
			got.want(t, row.want...)
		})
	}
}

// exchange returns a response as text.
func exchange(t testing.TB, client *http.Client, r *http.Request) string {
	t.Helper()
	answer, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	answer.Header.Del("Date")
	return fmt.Sprint(answer.Status, answer.Header, answer.ContentLength, string(body), err)
}

// An upload reaches the handler while the client still sends, and a response reaches the client while
// the handler still writes.
func TestMiddlewareStreams(t *testing.T) {
	var got reports
	begun := make(chan string)
	handler := func(w http.ResponseWriter, r *http.Request) {
		if r.Method == "PUT" {
			first := make([]byte, 5)
			_, _ = io.ReadFull(r.Body, first)
			begun <- string(first)
			_, _ = io.Copy(io.Discard, r.Body)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"DiskInfo":`)
		if err := http.NewResponseController(w).Flush(); err != nil {
			t.Error(err)
		}
		<-begun
		_, _ = io.WriteString(w, `{}}`)
	}
	server := httptest.NewServer(load(t).Middleware(http.HandlerFunc(handler), got.add))
	defer server.Close()

	source, sink := io.Pipe()
	go func() {
		_, _ = io.WriteString(sink, "first")
		if text := <-begun; text != "first" {
			t.Errorf("the handler read %q", text)
		}
		_ = sink.Close()
	}()
	r, err := http.NewRequest("PUT", server.URL+"/ImageStore/a?api-version=6.0", source)
	if err != nil {
		t.Fatal(err)
	}
	exchange(t, server.Client(), r)

	answer, err := server.Client().Get(server.URL + askInfo)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	first := make([]byte, len(`{"DiskInfo":`))
	if _, err := io.ReadFull(answer.Body, first); err != nil {
		t.Fatal(err)
	}
	begun <- ""
	if rest, err := io.ReadAll(answer.Body); string(rest) != "{}}" {
		t.Errorf("the rest is %q: %v", rest, err)
	}
	server.Close()
	got.want(t)
}

// The bytes of an upload are not validated: the handler gets the original body.
func TestMiddlewareLeavesUploadsAlone(t *testing.T) {
	var body io.ReadCloser
	var got reports
	middleware := load(t).Middleware(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { body = r.Body }), got.add)
	r := httptest.NewRequest("PUT", "/ImageStore/a?api-version=6.0", io.LimitReader(neverRead{t}, 1<<40))
	middleware.ServeHTTP(httptest.NewRecorder(), r)
	if body != r.Body {
		t.Error("the body that the handler got is not the one that came")
	}
	got.want(t)
}

// Both the end of a body and its length show that it is complete. A body that is not JSON by its media
// type is not even read.
func TestMiddlewareValidatesBodiesAsFarAsTheyWereRead(t *testing.T) {
	const bare = "POST /ImageStore/$/Copy: CopyImageStoreContent: request "
	for _, row := range []struct {
		name, target, contentType string
		announced                 int64
		read                      int // bytes that the handler reads
		want                      []string
	}{
		{"to its end", "/ImageStore/$/Copy?api-version=6.0", "application/json", -1, 10, []string{bare + "body: value must be an object, got an array"}},
		{"to its announced length", "/ImageStore/$/Copy?api-version=6.0", "application/json", 2, 2, []string{bare + "body: value must be an object, got an array"}},
		{"in part", "/ImageStore/$/Copy?api-version=6.0", "application/json", 2, 1, nil},
		{"not at all", "/ImageStore/$/Copy?api-version=6.0", "application/json", -1, 0, nil},
		{"of another media type", "/ImageStore/$/Copy?api-version=6.0", "text/plain", 2, 10, []string{bare + `content type: "text/plain" is not documented, want application/json`}},
		{"where none belongs", "/ImageStore/$/CommitUploadSession?api-version=6.0&session-id=" + session, "", -1, 10,
			[]string{"POST /ImageStore/$/CommitUploadSession: CommitImageStoreUploadSession: request body: has 2 bytes, and no body is documented"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			var got reports
			middleware := load(t).Middleware(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				_, _ = io.ReadFull(r.Body, make([]byte, row.read))
			}), got.add)
			r := httptest.NewRequest("POST", row.target, strings.NewReader("[]"))
			r.Header.Set("Content-Type", row.contentType)
			r.ContentLength = row.announced
			middleware.ServeHTTP(httptest.NewRecorder(), r)
			got.want(t, row.want...)
		})
	}
}

type neverRead struct{ testing.TB }

func (n neverRead) Read([]byte) (int, error) {
	n.Error("the body was read")
	return 0, io.EOF
}

func TestMiddlewarePassesAnAbortOn(t *testing.T) {
	var got reports
	middleware := load(t).Middleware(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"DiskInfo":`)
		panic(http.ErrAbortHandler)
	}), got.add)
	defer func() {
		if p := recover(); p != http.ErrAbortHandler {
			t.Errorf("the panic became %v", p)
		}
		got.want(t, `GET /ImageStore/$/Info: GetImageStoreInfo: request query "x": is not documented`)
	}()
	middleware.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", askInfo+"&x=1", nil))
}

func TestMiddlewareLetsAHandlerHijack(t *testing.T) {
	var got reports
	middleware := load(t).Middleware(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		_ = conn.Close()
	}), got.add)
	here, there := net.Pipe()
	middleware.ServeHTTP(hijackedWriter{httptest.NewRecorder(), here}, httptest.NewRequest("GET", askInfo, nil))
	if _, err := there.Read(make([]byte, 1)); err != io.EOF {
		t.Errorf("the connection is not closed: %v", err)
	}
	got.want(t)
}

type hijackedWriter struct {
	http.ResponseWriter
	conn net.Conn
}

func (h hijackedWriter) Hijack() (net.Conn, *bufio.ReadWriter, error) { return h.conn, nil, nil }

func TestMiddlewareCannotHijackWithoutAConnection(t *testing.T) {
	var got reports
	middleware := load(t).Middleware(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if _, _, err := http.NewResponseController(w).Hijack(); !errors.Is(err, http.ErrNotSupported) {
			t.Errorf("error %v, want ErrNotSupported", err)
		}
		w.WriteHeader(202)
	}), got.add)
	middleware.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", askInfo, nil))
	got.want(t, "GET /ImageStore/$/Info: GetImageStoreInfo: response status: 202 is not documented")
}

// If the client did not receive a part of the response, that is not reported as a difference.
func TestMiddlewareForgivesABrokenConnection(t *testing.T) {
	var got reports
	middleware := load(t).Middleware(responding(200, "application/json", `{"DiskInfo":`), got.add)
	middleware.ServeHTTP(brokenWriter{httptest.NewRecorder()}, httptest.NewRequest("GET", askInfo, nil))
	got.want(t)
}

type brokenWriter struct{ http.ResponseWriter }

func (brokenWriter) Write(p []byte) (int, error) { return len(p) / 2, errors.New("connection reset") }

// A handler may change its request: the original one is validated.
func TestMiddlewareValidatesTheOriginalRequest(t *testing.T) {
	var got reports
	middleware := load(t).Middleware(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.URL.RawQuery, r.URL.Path, r.Header = "", "/", http.Header{}
		w.WriteHeader(http.StatusNoContent)
	}), got.add)
	middleware.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", askSessions, nil))
	got.want(t)
}

func TestMiddlewareReportsWithDifferences(t *testing.T) {
	var got reports
	middleware := load(t).Middleware(responding(202, "", ""), got.add)
	middleware.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", askInfo, nil))
	if len(got.errs) != 1 {
		t.Fatalf("reports %v, want one", got.errs)
	}
	want := api.Difference{Operation: "GetImageStoreInfo", Side: api.InResponse, Place: "status", Reason: "202 is not documented"}
	if all, _ := errors.AsType[api.Differences](got.errs[0]); !cmp.Equal(all, api.Differences{want}) {
		t.Errorf("differences %v, want %v", all, want)
	}
	if one, _ := errors.AsType[api.Difference](got.errs[0]); one != want {
		t.Errorf("difference %v, want %v", one, want)
	}
}

func TestMiddlewareBoundsWhatItKeeps(t *testing.T) {
	var got reports
	block := make([]byte, 1<<20)
	middleware := load(t).Middleware(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		for range 65 {
			_, _ = w.Write(block)
		}
	}), got.add)
	middleware.ServeHTTP(discardingWriter{http.Header{}}, httptest.NewRequest("GET", askInfo, nil))
	got.want(t, "GET /ImageStore/$/Info: GetImageStoreInfo: response body: is longer than the 67108864 bytes that are validated")
}

type discardingWriter struct{ header http.Header }

func (d discardingWriter) Header() http.Header       { return d.header }
func (discardingWriter) WriteHeader(int)             {}
func (discardingWriter) Write(p []byte) (int, error) { return len(p), nil }
