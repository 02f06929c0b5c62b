package workbench_test

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/sfstore/sfstore/api"
	"github.com/sfstore/sfstore/emulator"
	"github.com/sfstore/sfstore/internal/workbench"
)

const (
	version = "api-version=6.5"
	session = "session-id=2032ac6c-a348-4594-86da-dab0f2bb1ae1"
	chunk   = "/ImageStore/App/Code.zip/$/UploadChunk?" + version + "&" + session
	query   = "/ImageStore/$/GetUploadSession?" + version + "&" + session
)

// bench is a workbench behind a real HTTP server. Its control API is validated against control.yaml.
type bench struct {
	t   *testing.T
	url string
}

func newBench(t *testing.T, options ...func(*workbench.Options)) bench {
	t.Helper()
	store, err := emulator.New(emulator.WithFolder(t.TempDir()))
	if err != nil {
		t.Fatal(err)
	}
	contract, err := api.Load()
	if err != nil {
		t.Fatal(err)
	}
	control, err := api.Parse(workbench.Document)
	if err != nil {
		t.Fatal(err)
	}
	o := workbench.Options{Contract: contract}
	for _, option := range options {
		option(&o)
	}
	w := workbench.New(store, o)
	held := control.Middleware(w, func(err error) {
		var found api.Differences
		if !errors.As(err, &found) || found[0].Side == api.InResponse { // requests are invalid on purpose
			t.Errorf("against the document of the control API: %v", err)
		}
	})
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if control.InScope(r) && !strings.HasSuffix(r.URL.Path, ".js") && !strings.HasSuffix(r.URL.Path, ".css") && !strings.HasSuffix(r.URL.Path, "/other") {
			held.ServeHTTP(rw, r)
			return
		}
		w.ServeHTTP(rw, r)
	}))
	t.Cleanup(func() {
		w.Close()
		server.Close()
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	return bench{t, server.URL}
}

// send returns the status and the body of the response, and 0 for a closed connection.
func (b bench) send(method, path, body string, headers ...string) (int, string) {
	b.t.Helper()
	r, err := http.NewRequestWithContext(b.t.Context(), method, b.url+path, strings.NewReader(body))
	if err != nil {
		b.t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	rsp, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, ""
	}
	defer rsp.Body.Close()
	text, err := io.ReadAll(rsp.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return rsp.StatusCode, string(text)
}

// control sends a request with the header.
func (b bench) control(method, path, body string) (int, string) {
	b.t.Helper()
	return b.send(method, workbench.Prefix+path, body, workbench.Header, "1", "Content-Type", "application/json")
}

// get decodes the response to a GET of the control API.
func get[T any](b bench, path string) T {
	b.t.Helper()
	status, text := b.send("GET", workbench.Prefix+path, "")
	var value T
	if err := json.Unmarshal([]byte(text), &value); err != nil || status != 200 && status != 409 {
		b.t.Fatalf("GET %s: %d %s %v", path, status, text, err)
	}
	return value
}

type state struct {
	Faults   []struct{ ID, Seen, Struck int }
	Files    []struct{ Path string }
	Sessions []struct {
		ID, Path       string
		Size, Received int
		Expected       []struct{ Start, End int }
	}
}

func TestAFaultIsAddedCountedAndRemoved(t *testing.T) {
	b := newBench(t)
	put := func() int {
		status, _ := b.send("PUT", "/ImageStore/a?"+version, "hello")
		return status
	}
	put()
	status, text := b.control("POST", "faults", `{"fault":"UploadFile:2=503/E_ABORT,*:from-100=cut"}`)
	if status != 200 || !strings.Contains(text, `"fault":"UploadFile:2=503/E_ABORT"`) {
		t.Fatal(status, text)
	}
	if first, second := put(), put(); first != 200 || second != 503 {
		t.Errorf("the next uploads are %d and %d, want 200 and 503", first, second)
	}
	faults := get[state](b, "faults").Faults
	if len(faults) != 2 || faults[0].Seen != 2 || faults[0].Struck != 1 {
		t.Errorf("faults %+v", faults)
	}
	for _, row := range []struct {
		method, path, body string
		status             int
	}{
		{"DELETE", "faults/1", "", 204},
		{"DELETE", "faults/1", "", 404},
		{"POST", "faults", `{"fault":"None=cut"}`, 400},
		{"POST", "faults", `{"fault":""}`, 400},
		{"POST", "faults", `UploadFile=cut`, 400},
		{"DELETE", "faults", "", 204},
	} {
		if status, text := b.control(row.method, row.path, row.body); status != row.status {
			t.Errorf("%s %s %s: %d %s, want %d", row.method, row.path, row.body, status, text, row.status)
		}
	}
	if faults := get[state](b, "state").Faults; len(faults) != 0 {
		t.Errorf("faults are left: %+v", faults)
	}
}

func TestOneResponseHasTheWholeState(t *testing.T) {
	b := newBench(t)
	b.send("PUT", "/ImageStore/App/a%3Cb%3E.txt?"+version, "hello")
	b.send("PUT", chunk, "45678", "Content-Range", "bytes 4-8/12")
	s := get[state](b, "state")
	if len(s.Files) != 0 || len(s.Sessions) != 1 {
		t.Fatalf("state %+v", s) // Windows cannot have the name of the file
	}
	b.send("PUT", "/ImageStore/App/a.txt?"+version, "hello")
	s = get[state](b, "state")
	u := s.Sessions[0]
	if len(s.Files) != 1 || s.Files[0].Path != "App/a.txt" || u.Received != 5 || u.Size != 12 || len(u.Expected) != 2 || u.Expected[1].Start != 9 {
		t.Errorf("state %+v", s)
	}
	if status, _ := b.control("DELETE", "files", ""); status != 204 {
		t.Errorf("empty the store: %d", status)
	}
	if s := get[state](b, "state"); len(s.Files) != 0 || len(s.Sessions) != 1 {
		t.Errorf("after the files are deleted: %+v", s)
	}
	if status, _ := b.control("DELETE", "sessions", ""); status != 204 || len(get[state](b, "sessions").Sessions) != 0 {
		t.Errorf("delete the sessions: %d", status)
	}
}

func TestASessionExpiresWithoutWaiting(t *testing.T) {
	b := newBench(t)
	b.send("PUT", chunk, "hello", "Content-Range", "bytes 0-4/10")
	if status, text := b.control("POST", "clock", `{"advance":"29m"}`); status != 200 {
		t.Fatal(status, text)
	}
	if status, _ := b.send("GET", query, ""); status != 200 {
		t.Errorf("after 29 minutes: %d, want 200", status)
	}
	b.control("POST", "clock", `{"advance":"6m"}`)
	if status, _ := b.send("GET", query, ""); status != 204 {
		t.Errorf("after 30 minutes and a sixth: %d, want 204", status)
	}
	for _, body := range []string{`{"advance":"-1m"}`, `{"advance":"soon"}`, `{}`, `{"by":"1m"}`} {
		if status, text := b.control("POST", "clock", body); status != 400 {
			t.Errorf("%s: %d %s", body, status, text)
		}
	}
}

func TestEachChangeNeedsTheHeader(t *testing.T) {
	var notices []string
	b := newBench(t, func(o *workbench.Options) { o.Notice = func(line string) { notices = append(notices, line) } })
	for _, change := range []string{"POST failover", "POST faults", "POST clock", "DELETE files", "DELETE sessions", "DELETE faults", "DELETE faults/1", "DELETE requests"} {
		method, path, _ := strings.Cut(change, " ")
		if status, _ := b.send(method, workbench.Prefix+path, `{"advance":"1m"}`); status != 403 {
			t.Errorf("%s without the header: %d", change, status)
		}
	}
	if len(notices) != 0 {
		t.Errorf("something changed: %q", notices)
	}
	if status, _ := b.control("POST", "failover", ""); status != 204 || len(notices) != 1 {
		t.Errorf("with the header: %d, %q", status, notices)
	}
	for _, site := range []string{"cross-site", "same-site"} {
		if status, _ := b.send("GET", workbench.Prefix+"state", "", "Sec-Fetch-Site", site); status != 403 {
			t.Errorf("a page of another site reads the state: %d", status)
		}
	}
	for call, want := range map[string]int{"GET other": 404, "PUT state/../other": 404, "DELETE faults/1/other": 404, "PUT faults/other": 405} {
		method, path, _ := strings.Cut(call, " ")
		if status, text := b.control(method, path, ""); status != want || !strings.HasPrefix(text, `{"error":"`) {
			t.Errorf("%s: %d %s, want %d", call, status, text, want)
		}
	}
	for path, body := range map[string]string{"faults": `{"fault":"*:1=cut"}`, "clock": `{"advance":"1s"}`} {
		for _, more := range []string{"{}", "x", "}"} {
			if status, text := b.control("POST", path, body+more); status != 400 {
				t.Errorf("POST %s with %s after the value: %d %s", path, more, status, text)
			}
		}
	}
	if status, text := b.send("GET", workbench.Prefix+"requests?after=%zz", ""); status != 400 {
		t.Errorf("an invalid query: %d %s", status, text)
	}
}

func TestAnotherMachineControlsNothing(t *testing.T) {
	store, err := emulator.New(emulator.WithFolder(t.TempDir()))
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	w := workbench.New(store, workbench.Options{})
	for path, want := range map[string]string{workbench.Prefix + "state": "for programs on this machine", "/": "This is a local Service Fabric image store"} {
		r := httptest.NewRequest("GET", path, nil) // from 192.0.2.1
		r.Header.Set("Accept", "text/html")
		rsp := httptest.NewRecorder()
		w.ServeHTTP(rsp, r)
		if !strings.Contains(rsp.Body.String(), want) {
			t.Errorf("GET %s: %d %s", path, rsp.Code, rsp.Body)
		}
	}
}

func TestTheEventsReportChanges(t *testing.T) {
	b := newBench(t)
	r, err := http.NewRequestWithContext(t.Context(), "GET", b.url+workbench.Prefix+"events", nil)
	if err != nil {
		t.Fatal(err)
	}
	rsp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer rsp.Body.Close()
	lines := bufio.NewScanner(rsp.Body)
	next := func() (counts struct{ Requests, Files, Sessions, Control int }) {
		t.Helper()
		for lines.Scan() {
			if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
				if err := json.Unmarshal([]byte(data), &counts); err != nil {
					t.Fatal(err)
				}
				return counts
			}
		}
		t.Fatal("the stream ended")
		return counts
	}
	if first := next(); first.Requests != 0 {
		t.Errorf("at first %+v", first)
	}
	b.send("PUT", "/ImageStore/a?"+version, "hello")
	if second := next(); second.Requests != 1 || second.Files != 1 {
		t.Errorf("after an upload %+v", second)
	}
	b.control("POST", "failover", "")
	if third := next(); third.Control != 1 || third.Requests != 1 {
		t.Errorf("after a failover %+v", third)
	}
}
