package recorder

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"net/textproto"
	"slices"
	"strings"
	"testing"
	"time"
)

// listen returns an upstream that each test plays itself, with a proxy before it.
func listen(t *testing.T) (upstream net.Listener, p *proxied) {
	t.Helper()
	upstream, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = upstream.Close() })
	return upstream, startProxy(t, upstream.Addr().String())
}

// behind puts a proxy before a handler.
func behind(t *testing.T, h http.HandlerFunc) *proxied {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return startProxy(t, server.Listener.Addr().String())
}

// accept accepts a connection on which neither side waits forever.
func accept(t *testing.T, listener net.Listener) (net.Conn, *bufio.Reader) {
	t.Helper()
	conn, err := listener.Accept()
	if err != nil {
		t.Fatal(err)
	}
	return limited(t, conn)
}

func limited(t *testing.T, conn net.Conn) (net.Conn, *bufio.Reader) {
	t.Helper()
	t.Cleanup(func() { _ = conn.Close() })
	_ = conn.SetDeadline(time.Now().Add(20 * time.Second))
	return conn, bufio.NewReader(conn)
}

// head reads the lines of a head.
func head(t *testing.T, r *bufio.Reader) (lines []string) {
	t.Helper()
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			t.Fatalf("after %q: %v", lines, err)
		}
		if line == "\r\n" {
			return lines
		}
		lines = append(lines, strings.TrimSuffix(line, "\r\n"))
	}
}

func write(t *testing.T, to io.Writer, text string) {
	t.Helper()
	if _, err := io.WriteString(to, text); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, from io.Reader, want string) {
	t.Helper()
	got := make([]byte, len(want))
	if n, err := io.ReadFull(from, got); err != nil || string(got) != want {
		t.Fatalf("got %q, want %q: %v", got[:n], want, err)
	}
}

func TestTargetsPassAsTheyAreSpelled(t *testing.T) {
	upstream, p := listen(t)
	for _, row := range []struct{ target, want string }{
		{"/ImageStore/a%2Fb%5Cc%20d+e/%e4/{x}?api-version=6.0&&y=%2f+;z&%zz", ""},
		{"/ImageStore/a/../b?", ""},
		{"//ImageStore//a?b=%2f", ""},
		{"http://me:secret@gateway/ImageStore/a%2fb?c", "/ImageStore/a%2fb?c"},
		{"/ImageStore/ü|\"", ""},
	} {
		client, answer := limited(t, dial(t, p.address))
		write(t, client, "OPTIONS "+row.target+" HTTP/1.1\r\nHost: h\r\n\r\n")
		server, request := accept(t, upstream)
		if row.want == "" {
			row.want = row.target
		}
		if got := head(t, request)[0]; got != "OPTIONS "+row.want+" HTTP/1.1" {
			t.Errorf("%s passes as %s", row.target, got)
		}
		write(t, server, "HTTP/1.1 204 None\r\n\r\n")
		head(t, answer)
	}
}

// Gateways on Windows compare two header names with case. The headers that a reverse proxy usually
// removes are forwarded, and those that it usually adds are not added.
func TestHeadersPass(t *testing.T) {
	upstream, p := listen(t)
	client, answer := limited(t, dial(t, p.address))
	write(t, client, "GET /ImageStore HTTP/1.1\r\nhost: h\r\nclusterid: x\r\nx-SERVICEFABRICrequestid: 1\r\nX-Twice: a\r\nX-Twice: b\r\n"+
		"Proxy-Authorization: c\r\nX-Forwarded-For: d\r\nForwarded: for=e\r\nTe: trailers\r\nKeep-Alive: f\r\nConnection: keep-alive\r\nAuthorization: Bearer g\r\n\r\n")
	server, request := accept(t, upstream)
	got := head(t, request)[1:]
	slices.Sort(got)
	want := []string{
		"Authorization: Bearer g", "ClusterId: x", "Connection: keep-alive", "Forwarded: for=e", "Host: " + upstream.Addr().String(),
		"Keep-Alive: f", "Proxy-Authorization: c", "Te: trailers", "X-Forwarded-For: d", "X-ServiceFabricRequestId: 1", "X-Twice: a", "X-Twice: b",
	}
	if !slices.Equal(got, want) {
		t.Errorf("the upstream got\n%q, want\n%q", got, want)
	}
	write(t, server, "HTTP/1.1 403 Access Denied\r\nX-Twice: a\r\nX-Twice: b\r\nContent-Length: 6\r\nKeep-Alive: timeout=5\r\n\r\n<html>")
	if got := head(t, answer); !slices.Equal(got, []string{"HTTP/1.1 403 Forbidden", "Content-Length: 6", "X-Twice: a", "X-Twice: b"}) {
		t.Errorf("the client got %q", got)
	}
	read(t, answer, "<html>")
	p.end()
	if e := entries(t, p.file)[0].Response; e.StatusText != "Access Denied" || !slices.Contains(e.Headers, pair{"Keep-Alive", "timeout=5"}) {
		t.Errorf("recorded as %v", e)
	}
}

// The upstream reports whether it wants a body, and the client's body waits for that.
func TestABodyWaitsForTheUpstream(t *testing.T) {
	const request = "PUT /ImageStore/a HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n"
	upstream, p := listen(t)
	client, answer := limited(t, dial(t, p.address))
	write(t, client, request)
	server, got := accept(t, upstream)
	if lines := head(t, got); !slices.Contains(lines, "Expect: 100-continue") {
		t.Errorf("the upstream got %q", lines)
	}
	write(t, server, "HTTP/1.1 100 Continue\r\n\r\n")
	read(t, answer, "HTTP/1.1 100 Continue\r\n")
	head(t, answer)
	write(t, client, "abc")
	read(t, got, "abc")
	write(t, server, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
	read(t, answer, "HTTP/1.1 200 OK\r\n")

	refused, answer := limited(t, dial(t, p.address))
	write(t, refused, request)
	server, got = accept(t, upstream)
	head(t, got)
	write(t, server, "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
	read(t, answer, "HTTP/1.1 403 Forbidden\r\n") // and no 100 before it
}

func TestInterimResponsesPass(t *testing.T) {
	p := behind(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Link", "a")
		w.WriteHeader(http.StatusEarlyHints)
		w.Header().Set("Link", "b")
		w.WriteHeader(http.StatusNoContent)
	})
	var early []string
	ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{Got1xxResponse: func(code int, header textproto.MIMEHeader) error {
		early = append(early, fmt.Sprint(code, header.Get("Link")))
		return nil
	}})
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+p.address+"/ImageStore", nil)
	if err != nil {
		t.Fatal(err)
	}
	rsp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	rsp.Body.Close()
	if rsp.StatusCode != 204 || rsp.Header.Get("Link") != "b" || !slices.Equal(early, []string{"103a"}) {
		t.Errorf("got %q and then %s, %v", early, rsp.Status, rsp.Header)
	}
}

// A response that arrives before the request has ended is forwarded at once.
func TestAnEarlyResponsePasses(t *testing.T) {
	upstream, p := listen(t)
	client, answer := limited(t, dial(t, p.address))
	write(t, client, "PUT /ImageStore/a?api-version=6.0 HTTP/1.1\r\nHost: h\r\nContent-Length: 6\r\n\r\nabc")
	server, request := accept(t, upstream)
	head(t, request)
	read(t, request, "abc")
	write(t, server, "HTTP/1.1 503 Busy\r\nContent-Length: 4\r\n\r\nbusy")
	if got := head(t, answer)[0]; got != "HTTP/1.1 503 Service Unavailable" {
		t.Errorf("the client got %s", got)
	}
	read(t, answer, "busy")
	write(t, client, "def") // which the upstream may get or not
	p.end()
	if e := entries(t, p.file)[0]; e.Response.Status != 503 || e.Response.Content.Size != 4 {
		t.Errorf("recorded as %v", e)
	}
}

// Each side gets what the other sends at once, however little it is.
func TestBodiesAreStreamed(t *testing.T) {
	upstream, p := listen(t)
	client, answer := limited(t, dial(t, p.address))
	write(t, client, "PUT /ImageStore/a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n3;note=1\r\nabc\r\n")
	server, request := accept(t, upstream)
	head(t, request)
	read(t, request, "3\r\nabc\r\n")
	write(t, client, "A\r\n0123456789\r\n0\r\nX-Sum: 1\r\n\r\n")
	read(t, request, "a\r\n0123456789\r\n0\r\nX-Sum: 1\r\n\r\n")
	write(t, server, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-More\r\n\r\n")
	if lines := head(t, answer); !slices.Contains(lines, "Trailer: X-More") {
		t.Errorf("the client got %q", lines)
	}
	write(t, server, "2\r\nok\r\n")
	read(t, answer, "2\r\nok\r\n")
	write(t, server, "0\r\nX-More: 2\r\n\r\n")
	read(t, answer, "0\r\nX-More: 2\r\n\r\n")

	write(t, client, aGet)
	head(t, request)
	write(t, server, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n")
	head(t, answer)
	write(t, server, "ok")
	read(t, answer, "ok")
}

func TestLengthsWithoutABodyPass(t *testing.T) {
	p := behind(t, func(w http.ResponseWriter, r *http.Request) { w.Header().Set("Content-Length", "10") })
	rsp, err := http.Head("http://" + p.address + "/ImageStore")
	if err != nil {
		t.Fatal(err)
	}
	rsp.Body.Close()
	if rsp.ContentLength != 10 {
		t.Errorf("the length is %d, want 10", rsp.ContentLength)
	}
}
