package cli_test

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
)

// raw sends a request unchanged to a server at a URL, and returns the status line.
func raw(t *testing.T, url, request string) string {
	t.Helper()
	line, _, _ := strings.Cut(rawWhole(t, url, request), "\r\n")
	return line
}

// rawWhole returns the whole response to a request that closes its connection.
func rawWhole(t *testing.T, url, request string) string {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, strings.ReplaceAll(request, "\n", "\r\n")); err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(conn)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// form is what a browser sends for a form on another site that copies an empty folder over App.
const form = `POST /ImageStore/$/Copy?api-version=6.0 HTTP/1.1
Host: %s
Origin: %s
Content-Type: text/plain
Content-Length: 59
Connection: close

{"RemoteSource":"Empty","RemoteDestination":"App","x":"="}
`

func TestServeRejectsWebPages(t *testing.T) {
	t.Parallel()
	s := serve(t, "--allow-host", "store")
	host := strings.TrimPrefix(s.url, "http://")
	for _, path := range []string{"App/a.txt", "Empty/_.dir"} {
		if status := do(t, "PUT", s.url+"/ImageStore/"+path+"?api-version=6.0", ""); status != http.StatusOK {
			t.Fatalf("PUT: %d", status)
		}
	}
	for name, request := range map[string]string{
		"a form of another site":                  fmt.Sprintf(form, host, "https://example.org"),
		"a form of a page that hides its site":    fmt.Sprintf(form, host, "null"),
		"a name with the address of this machine": fmt.Sprintf(form, "rebound.example.org", "http://rebound.example.org"),
	} {
		if line := raw(t, s.url, request); line != "HTTP/1.1 403 Forbidden" {
			t.Errorf("%s: %s", name, line)
		}
	}
	if text := rawWhole(t, s.url, "GET /$sfstore/state HTTP/1.1\nHost: rebound.example.org\nConnection: close\n\n"); !strings.Contains(text, `{"error":"the Host`) {
		t.Errorf("the control API rejects in another form: %s", text)
	}
	if t.Failed() {
		return
	}
	s.logged(t, "refused POST /ImageStore/$/Copy: ")
	if status := do(t, "GET", s.url+"/ImageStore/App/a.txt?api-version=6.2", ""); status != http.StatusOK {
		t.Errorf("the file after the forms: %d", status)
	}
	if line := raw(t, s.url, "GET /ImageStore?api-version=6.0 HTTP/1.1\nHost: store:19080\nConnection: close\n\n"); line != "HTTP/1.1 200 OK" {
		t.Errorf("by a name that is allowed: %s", line)
	}
	s.stop(t)
}

func TestServePrintsAURLThatClientsCanUse(t *testing.T) {
	t.Parallel()
	for _, listen := range []string{":0", "0.0.0.0:0"} {
		s := start(t, "serve", "--listen", listen)
		if !strings.HasPrefix(s.url, "http://127.0.0.1:") {
			t.Errorf("--listen %s prints %s", listen, s.url)
		}
		s.logged(t, "sfstore: WARNING: --listen "+listen+": every machine that can connect can read, change and delete")
		if status := do(t, "GET", s.url+"/ImageStore/none?api-version=6.2", ""); status != http.StatusNotFound {
			t.Errorf("--listen %s: %d", listen, status)
		}
		s.stop(t)
	}
}

func TestServeFailsOverByHTTP(t *testing.T) {
	t.Parallel()
	s := serve(t)
	begin := func() {
		t.Helper()
		if status := do(t, "PUT", s.url+sessionURL, "0123456789", "Content-Range", "bytes 0-9/20"); status != http.StatusOK {
			t.Fatalf("chunk: %d", status)
		}
	}
	query := s.url + "/ImageStore/App/Code.zip/$/GetUploadSession?api-version=6.0"
	begin()
	for _, row := range []struct {
		name, method, path string
		header             []string
		status, session    int
	}{
		{"without the header", http.MethodPost, "/$sfstore/failover", nil, 403, 200},
		{"another verb", http.MethodPost, "/$sfstore/other", []string{"X-Sfstore-Control", "1"}, 404, 200},
		{"another method", http.MethodGet, "/$sfstore/failover", []string{"X-Sfstore-Control", "1"}, 405, 200},
		{"as it should be", http.MethodPost, "/$sfstore/failover", []string{"X-Sfstore-Control", "1"}, 204, 204},
	} {
		if status := control(t, row.method, s.url+row.path, row.header...); status != row.status {
			t.Errorf("%s: %d, want %d", row.name, status, row.status)
		}
		if status := do(t, "GET", query, ""); status != row.session {
			t.Errorf("%s: the session is %d, want %d", row.name, status, row.session)
		}
	}
	s.stop(t)
}

func TestServeReportsWhetherAClientConformed(t *testing.T) {
	s := serve(t)
	verdict := func(s *served) int { return control(t, http.MethodGet, s.url+"/$sfstore/contract") }
	do(t, "GET", s.url+"/ImageStore?api-version=6.0", "")
	if status := verdict(s); status != http.StatusOK {
		t.Errorf("after a good request: %d", status)
	}
	control(t, http.MethodGet, s.url+"/ImageStore?api-version=6.0&timeout=soon")
	if status := verdict(s); status != http.StatusConflict {
		t.Errorf("after a bad request: %d", status)
	}
	s.stop(t)
	unchecked := serve(t, "--no-check")
	if status := verdict(unchecked); status != http.StatusNotImplemented {
		t.Errorf("--no-check: %d", status)
	}
	unchecked.stop(t)
}

// The stream of events never ends by itself; the store ends it.
func TestServeStopsWhileAPageIsOpen(t *testing.T) {
	s := serve(t)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url+"/$sfstore/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	rsp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer rsp.Body.Close()
	s.stop(t)
	if _, err := io.Copy(io.Discard, rsp.Body); err != nil {
		t.Errorf("the stream is cut: %v", err)
	}
}

// control sends a request that is not in the contract.
func control(t *testing.T, method, url string, header ...string) int {
	t.Helper()
	rsp := respond(t, method, url, "", header...)
	_ = rsp.Body.Close()
	return rsp.StatusCode
}
