package recording

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfstore/sfstore/api"
)

// send sends a request as it is spelled and reads what comes back.
func send(t *testing.T, address, request string) string {
	t.Helper()
	conn := dial(t, address)
	defer conn.Close()
	if _, err := io.WriteString(conn, request); err != nil {
		t.Fatal(err)
	}
	if err := conn.(*net.TCPConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	answer, err := io.ReadAll(conn)
	if err != nil {
		t.Fatal(err)
	}
	return string(answer)
}

// serving answers every request with the same bytes, and closes the connection.
func serving(t *testing.T, answer string) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		_, _ = io.WriteString(conn, answer)
		_ = conn.Close()
	}))
	t.Cleanup(server.Close)
	return server.Listener.Addr().String()
}

const (
	fine   = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
	aGet   = "GET /ImageStore?api-version=6.0 HTTP/1.1\r\nHost: h\r\n\r\n"
	aCopy  = "POST /ImageStore/$/Copy?api-version=6.0 HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nContent-Length: "
	asJSON = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
	empty  = `{"StoreFiles":[],"StoreFolders":[]}`
)

func withLength(head, body string) string {
	return fmt.Sprintf("%s%d\r\n\r\n%s", head, len(body), body)
}

// What is recorded is judged the same when it passes and when it is read again.
func TestRecordedExchanges(t *testing.T) {
	for _, row := range []struct {
		name, request, answer string
		want                  Counts
		differs               []string
		check                 func(*testing.T, harEntry)
	}{
		{
			name: "a listing", request: aGet, answer: withLength(asJSON, empty), want: Counts{Passed: 1},
			check: func(t *testing.T, e harEntry) {
				if e.Request.URL != "http://redacted.invalid/ImageStore?api-version=6.0" || e.Response.Content.Text != empty {
					t.Errorf("recorded as %v", e)
				}
			},
		},
		{
			name:    "a listing with more than the contract has",
			request: aGet, answer: withLength(asJSON, `{"StoreFiles":[],"Tenant":"canary of a tenant","StoreFolders":[]}`), want: Counts{Passed: 1},
			check: func(t *testing.T, e harEntry) {
				want := `{"StoreFiles":[],"REDACTED":"REDACTED","StoreFolders":[]}`
				length := harPair{"Content-Length", fmt.Sprint(len(want))}
				if e.Response.Content.Text != want || e.Response.Content.Size != int64(len(want)) || !slices.Contains(e.Response.Headers, length) {
					t.Errorf("recorded as %v", e)
				}
			},
		},
		{
			name: "a copy", request: withLength(aCopy, `{"RemoteSource":"a","RemoteDestination":"b"}`), answer: fine, want: Counts{Passed: 1},
			check: func(t *testing.T, e harEntry) {
				if e.Request.PostData.Text != `{"RemoteSource":"a","RemoteDestination":"b"}` {
					t.Errorf("recorded as %v", e.Request)
				}
			},
		},
		{
			name: "a copy without its destination", request: withLength(aCopy, `{"RemoteSource":"a"}`), answer: fine, want: Counts{Different: 1},
			differs: []string{`r.har: entry 1: POST /ImageStore/$/Copy: CopyImageStoreContent: request /RemoteDestination: property "RemoteDestination" is missing`},
		},
		{
			name: "an answer that is no JSON", request: aGet, answer: withLength(asJSON, "canary"), want: Counts{Different: 1},
			differs: []string{"r.har: entry 1: GET /ImageStore: GetImageStoreRootContent: response body: is not JSON at offset 1: invalid character 'c' looking for beginning of value"},
		},
		{
			name: "an upload in JSON", answer: fine, want: Counts{Passed: 1},
			request: "PUT /ImageStore/a?api-version=6.0 HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nContent-Length: 8\r\n\r\n\"canary\"",
			check: func(t *testing.T, e harEntry) {
				if p := e.Request.PostData; p.Text != "" || *p.Size != 8 || p.SHA256 != "57255a3192513e0ba439a993cb51f113b5b965801b3e9445aae04dff98e35676" {
					t.Errorf("recorded as %v, %d", p, *p.Size)
				}
			},
		},
		{
			name: "an upload in chunks", answer: fine, want: Counts{Passed: 1},
			request: "PUT /ImageStore/a?api-version=6.0 HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n8\r\n\"canary\"\r\n0\r\n\r\n",
			check: func(t *testing.T, e harEntry) {
				if p := e.Request.PostData; e.Request.BodySize != 8 || *p.Size != 8 || p.SHA256 == "" {
					t.Errorf("recorded as %v", e.Request)
				}
			},
		},
		{
			name: "an upload that breaks off", answer: fine, want: Counts{Passed: 1},
			request: "PUT /ImageStore/a?api-version=6.0 HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\n\"canary\"",
			check: func(t *testing.T, e harEntry) {
				if p := e.Request.PostData; *p.Size != 8 || p.SHA256 != "" || e.Comment != "the request broke off" {
					t.Errorf("recorded as %v: %s", e.Request, e.Comment)
				}
			},
		},
		{
			name: "an answer that breaks off", request: aGet, answer: asJSON + "90\r\n\r\n{\"canary", want: Counts{NotWhole: 1},
			check: func(t *testing.T, e harEntry) {
				if e.Response.Content.Text != "" || e.Comment != "the response broke off" {
					t.Errorf("recorded as %v: %s", e.Response, e.Comment)
				}
			},
		},
		{
			name: "no answer", request: aGet, answer: "", want: Counts{NotWhole: 1},
			check: func(t *testing.T, e harEntry) {
				if e.Response.Status != 0 || e.Comment != "no response came" {
					t.Errorf("recorded as %v: %s", e.Response, e.Comment)
				}
			},
		},
		{
			name: "an answer that is packed", request: aGet, want: Counts{NotWhole: 1},
			answer: withLength("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Type: application/json\r\nContent-Length: ", "canary"),
		},
		{
			name: "an answer that is too large to be recorded", request: aGet, want: Counts{Passed: 1},
			answer: withLength(asJSON, `{"StoreFiles":[],"StoreFolders":[],"ContinuationToken":"`+strings.Repeat("canary", 200_000)+`"}`),
			check: func(t *testing.T, e harEntry) {
				if c := e.Response.Content; c.Text != "" || c.Size < 1_200_000 || len(c.SHA256) != 64 {
					t.Errorf("recorded as %v", c)
				}
			},
		},
		{
			name: "a body where none belongs", answer: withLength(asJSON, empty), want: Counts{Different: 1},
			request: "GET /ImageStore?api-version=6.0 HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n6\r\ncanary\r\n0\r\n\r\n",
			differs: []string{"r.har: entry 1: GET /ImageStore: GetImageStoreRootContent: request body: has 6 bytes where none is documented"},
		},
		{
			name: "a command of the cluster", want: Counts{Foreign: 1},
			request: "GET /$/GetAadMetadata?api-version=6.0 HTTP/1.1\r\nHost: h\r\n\r\n", answer: withLength(asJSON, `{"metadata":{"tenant":"canary"}}`),
			check: func(t *testing.T, e harEntry) {
				if c := e.Response.Content; c.Text != "" || c.SHA256 != "" || c.Size != 32 {
					t.Errorf("recorded as %v", c)
				}
			},
		},
		{
			name: "another service", request: "GET /canary?canary=canary HTTP/1.1\r\nHost: canary\r\n\r\n", answer: fine, want: Counts{Foreign: 1},
			check: func(t *testing.T, e harEntry) {
				if e.Request.URL != "http://redacted.invalid/REDACTED?REDACTED" && e.Request.URL != "http://redacted.invalid/REDACTED?canary=REDACTED" {
					t.Errorf("recorded as %s", e.Request.URL)
				}
			},
		},
		{
			name: "secrets everywhere", want: Counts{Different: 1},
			request: "GET http://canary:canary@canary/ImageStore?api-version=6.0&code=canary HTTP/1.1\r\nHost: canary\r\nAuthorization: Bearer canary\r\n" +
				"Cookie: a=canary\r\nProxy-Authorization: canary\r\nClusterId: canary\r\nX-ServiceFabricRequestId: canary\r\nReferer: http://canary/\r\n\r\n",
			answer: withLength("HTTP/1.1 403 canary said no\r\nSet-Cookie: canary\r\nWWW-Authenticate: canary\r\nLocation: http://canary\r\nX-Node: canary\r\n"+
				"Content-Type: application/json\r\nContent-Length: ", `{"Error":{"Code":"E_ACCESSDENIED","Message":"canary"},"canary2":"canary"}`),
			differs: []string{`r.har: entry 1: GET /ImageStore: GetImageStoreRootContent: request query "code": is not documented`},
		},
	} {
		t.Run(row.name, func(t *testing.T) {
			p := startProxy(t, serving(t, row.answer))
			send(t, p.address, row.request)
			got := p.end()
			if got != row.want {
				t.Errorf("counts %+v, want %+v", got, row.want)
			}
			if diff := cmp.Diff(row.differs, p.differs); diff != "" {
				t.Errorf("differences (-want +got):\n%s", diff)
			}
			if row.check != nil {
				row.check(t, entries(t, p.file)[0])
			}
			withoutCanary(t, p.file)
			judgedAgain(t, p.file, row.want)
		})
	}
}

// withoutCanary wants that no value of a recording has what stands for a secret. A
// parameter's name stays.
func withoutCanary(t *testing.T, file string) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"canary=REDACTED", `"name":"canary"`} {
		text = []byte(strings.ReplaceAll(string(text), name, ""))
	}
	if strings.Contains(string(text), "canary") {
		t.Errorf("a secret is in the recording:\n%s", text)
	}
}

// judgedAgain reads a recording. What was looked at while it passed, and was not recorded, is
// not whole then.
func judgedAgain(t *testing.T, file string, want Counts) {
	t.Helper()
	contract, err := api.Load()
	if err != nil {
		t.Fatal(err)
	}
	report := Check(contract, file)
	for _, f := range report.Files {
		if f.Error != "" {
			t.Error(f.Error)
		}
	}
	got := report.Exchanges
	if e := entries(t, file)[0]; e.Response.Content.SHA256 != "" {
		want = Counts{NotWhole: 1}
	}
	if got != want {
		t.Errorf("read again it counts as %+v, want %+v\n%v", got, want, report.Differences)
	}
}

func TestAnUpstreamOfHTTPS(t *testing.T) {
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, r.Proto+" "+r.Host)
	}))
	defer server.Close()
	upstream := server.Listener.Addr().String()
	p := startProxy(t, upstream, func(p *Proxy) {
		p.Upstream.Scheme = "https"
		p.TLS = server.Client().Transport.(*http.Transport).TLSClientConfig
	})
	rsp, err := http.Get("http://" + p.address + "/$/GetClusterVersion")
	if err != nil {
		t.Fatal(err)
	}
	defer rsp.Body.Close()
	if body, err := io.ReadAll(rsp.Body); string(body) != "HTTP/1.1 "+upstream {
		t.Errorf("the server got %q: %v", body, err)
	}
	p.end()
	if got := entries(t, p.file)[0].Request.URL; got != "https://redacted.invalid/$/GetClusterVersion" {
		t.Errorf("recorded as %s", got)
	}
}

// A proxy that shows a certificate does so for programs, and not for web pages in a browser.
func TestRequestsOfWebPagesAreCutOff(t *testing.T) {
	var reached atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached.Add(1) }))
	defer server.Close()
	p := startProxy(t, server.Listener.Addr().String(), func(p *Proxy) { p.LocalOnly = true })
	for _, row := range []struct {
		name, host, origin string
		passes             bool
	}{
		{"a program that asks for the address", p.address, "", true},
		{"a program that asks for the name", "localhost:19090", "", true},
		{"a page of somewhere", p.address, "http://page.example", false},
		{"a page whose host was made to point here", "page.example", "", false},
	} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+p.address+"/ImageStore/$/Copy", strings.NewReader("{}"))
		if err != nil {
			t.Fatal(err)
		}
		r.Host = row.host
		if row.origin != "" {
			r.Header.Set("Origin", row.origin)
		}
		before := reached.Load()
		rsp, err := new(http.Transport).RoundTrip(r)
		if err == nil {
			_ = rsp.Body.Close()
		}
		if passed := reached.Load() > before; passed != row.passes || passed != (err == nil) {
			t.Errorf("%s: passed is %v: %v", row.name, passed, err)
		}
	}
	p.end()
	if len(p.fails) != 2 || !strings.Contains(p.fails[1], `cut off a request to "page.example" that a web page may have made`) {
		t.Errorf("it told %q", p.fails)
	}
}

func TestAnUpstreamThatIsNotThere(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nowhere := listener.Addr().String()
	_ = listener.Close()
	p := startProxy(t, nowhere)
	p.wantFailed = ErrNoUpstream
	if rsp, err := http.Get("http://" + p.address + "/"); err == nil {
		rsp.Body.Close()
		t.Errorf("an answer that nobody gave: %s", rsp.Status)
	}
	if counts := p.end(); counts != (Counts{}) {
		t.Errorf("counts %+v", counts)
	}
	if len(p.fails) == 0 || !strings.Contains(p.fails[0], "connect to the upstream: dial tcp "+nowhere) {
		t.Errorf("it told %q", p.fails)
	}
}

// What is under way when the proxy is told to end comes to its end.
func TestTheEndWaitsForWhatIsUnderWay(t *testing.T) {
	reached, answer := make(chan bool), make(chan bool)
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		reached <- true
		<-answer
	}))
	defer server.Close()
	p := startProxy(t, server.Listener.Addr().String())
	idle := dial(t, p.address) // does not hold it up
	defer idle.Close()
	got := make(chan error, 1)
	go func() {
		rsp, err := http.Get("http://" + p.address + "/ImageStore/a?api-version=6.2")
		if err == nil {
			err = rsp.Body.Close()
		}
		got <- err
	}()
	<-reached
	ended := make(chan Counts, 1)
	go func() { ended <- p.end() }()
	if _, err := idle.Read(make([]byte, 1)); err == nil { // closed, so the end has begun
		t.Error("an idle connection got an answer")
	}
	answer <- true
	if err := <-got; err != nil {
		t.Errorf("the request under way failed: %v", err)
	}
	if counts := <-ended; counts.Different != 1 { // an answer without its body
		t.Errorf("counts %+v", counts)
	}
	if _, err := net.Dial("tcp", p.address); !errors.Is(err, net.ErrClosed) && err == nil {
		t.Error("it still takes connections")
	}
}

// Who is told and does not return holds up nobody, and hears how much there was no room for.
func TestNothingWaitsForWhoIsTold(t *testing.T) {
	answers := withLength(asJSON, empty)
	stuck := make(chan bool)
	places := make(map[string]bool)
	missed := make(chan string, 1)
	p := startProxy(t, serving(t, answers), func(p *Proxy) {
		p.Differs = func(found Finding) { places[fmt.Sprint(found.Entry, found.Place)] = true; <-stuck }
		p.Fails = func(err error) { missed <- err.Error() }
	})
	for range 10 {
		query := "a=1&"
		for i := range 199 {
			query += fmt.Sprintf("a%d=1&", i)
		}
		if got := send(t, p.address, "GET /ImageStore?api-version=6.0&"+query+" HTTP/1.1\r\nHost: h\r\n\r\n"); got != answers {
			t.Fatalf("got %q", got)
		}
	}
	if counts := p.end(); counts.Different != 10 {
		t.Errorf("counts %+v, want 10 that differ", counts)
	}
	close(stuck)
	if got := <-missed; got != fmt.Sprintf("%d more were not told, for who is told was too slow", 2000-1-maxUntold) || len(places) != 1+maxUntold {
		t.Errorf("%d were told, and %q", len(places), got)
	}
}

// What waits for answers is held up to a bound; then its bodies are not kept, and then nothing is.
func TestRequestsThatWaitAreBounded(t *testing.T) {
	const size, requests = 4 << 20, 20
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	p := startProxy(t, listener.Addr().String())
	client := dial(t, p.address)
	defer client.Close()
	server, err := listener.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	body := `{"RemoteSource":"a","RemoteDestination":"` + strings.Repeat("b", size) + `"}`
	request := withLength(aCopy, body)
	go func() { _, _ = io.WriteString(client, strings.Repeat(request, requests)) }()
	// The upstream's name is longer or shorter than h.
	heard := int64(requests * (len(request) - len("h") + len(listener.Addr().String())))
	if _, err := io.CopyN(io.Discard, server, heard); err != nil {
		t.Fatal(err)
	}
	go func() { _, _ = io.WriteString(server, strings.Repeat(fine, requests)) }()
	if _, err := io.CopyN(io.Discard, client, int64(requests*len(fine))); err != nil {
		t.Fatal(err)
	}
	if counts := p.end(); counts != (Counts{Passed: 4, NotWhole: requests - 4}) {
		t.Errorf("counts %+v, want 4 that passed and the others not whole", counts)
	}
}

func TestRequestsWithoutAnEndAreBounded(t *testing.T) {
	c := silent(t)
	c.room.Store(1)
	w := newWire(strings.NewReader(strings.Repeat(aGet, 2*maxWaiting)), io.Discard)
	c.passRequests(w)
	if n := len(c.waiting); n != maxWaiting {
		t.Errorf("%d requests wait, want %d", n, maxWaiting)
	}
}
