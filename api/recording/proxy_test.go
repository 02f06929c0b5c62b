package recording

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/sfstore/sfstore/api"
)

// proxied is a proxy that serves, with what it has told.
type proxied struct {
	address string
	file    string

	mu             sync.Mutex
	differs, fails []string

	end        func() Counts // stops it, and may be called again
	wantFailed error         // what the end has to fail with
}

// startProxy stands a proxy before an address.
func startProxy(t *testing.T, upstream string, changes ...func(*Proxy)) *proxied {
	t.Helper()
	contract, err := api.Load()
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r := &proxied{address: listener.Addr().String(), file: filepath.Join(t.TempDir(), "r.har")}
	file, err := Create(r.file, "test")
	if err != nil {
		t.Fatal(err)
	}
	p := &Proxy{
		Upstream: &url.URL{Scheme: "http", Host: upstream}, Contract: contract, File: file, MaxBody: 1 << 20,
		Name:    "r.har",
		Differs: func(found Finding) { r.tell(&r.differs, found.String()) },
		Fails:   func(err error) { r.tell(&r.fails, err.Error()) },
	}
	for _, change := range changes {
		change(p)
	}
	ctx, cancel := context.WithCancel(t.Context())
	served := make(chan Counts, 1)
	go func() {
		counts, err := p.Serve(ctx, listener)
		if err := errors.Join(err, file.Close()); !errors.Is(err, r.wantFailed) {
			t.Errorf("it ended with %v, want %v", err, r.wantFailed)
		}
		served <- counts
	}()
	r.end = sync.OnceValue(func() Counts {
		cancel()
		return <-served
	})
	t.Cleanup(func() { r.end() })
	return r
}

func (r *proxied) tell(list *[]string, text string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	*list = append(*list, text)
}

// entries are what is in a recording, which has to be a whole file.
func entries(t testing.TB, file string) []harEntry {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var har struct{ Log struct{ Entries []harEntry } }
	if err := json.Unmarshal(text, &har); err != nil {
		t.Fatalf("%v: %.300s", err, text)
	}
	return har.Log.Entries
}

// A play has two sides that say what is written for them, in turns, each when the other has
// heard what came before.
type line struct {
	who  byte // the client or the server
	says string
}

const (
	client = 'c'
	server = 's'
	bye    = "<bye>" // says nothing more, and listens on
	off    = "<off>" // resets the connection
)

var plays = []struct {
	name  string
	lines []line
}{
	{"escapes, letters and order of a head", []line{
		{client, "PUT /ImageStore/a%2Fb%5Cc%20d+e/%e4/{x}?api-version=6.0&&y=%2f+;z HTTP/1.1\r\nx-first:1\r\nHOST:  {host}\r\nclusterID: x\r\n" +
			"X-ServiceFabricRequestId: 1\r\nX-Twice: a \r\nx-twice:b\r\nUser-Agent:\r\nContent-Length: 3\r\n\r\nabc"},
		{server, "HTTP/1.1 200 Fine With Me\r\nx-ODD: 1\r\nX-odd:2\r\ncontent-length: 2\r\n\r\nok"},
	}},
	{"lines that end in LF", []line{
		{client, "GET /ImageStore?api-version=6.0 HTTP/1.1\nHost: {host}\n\n"},
		{server, "HTTP/1.1 204 None\n\n"},
		{client, "GET / HTTP/1.1\nHost: {host}\n\n"},
	}},
	{"a whole URL with a password", []line{
		{client, "GET http://me:secret@gateway/ImageStore?api-version=6.0 HTTP/1.1\r\nHost: {host}\r\n\r\n"},
		{server, "HTTP/1.1 204 None\r\n\r\n"},
	}},
	{"chunks, their extensions and trailers", []line{
		{client, "PUT /ImageStore/a?api-version=6.0 HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n"},
		{client, "3;note=1\r\nabc\r\n"},
		{client, "000A\r\n0123456789\r\n0\r\nX-Sum: 1\r\n\r\n"},
		{server, "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n2\r\nok\r\n"},
		{server, "00\r\nx-more: 1\r\n\r\n"},
		{client, "GET / HTTP/1.1\r\nHost: {host}\r\n\r\n"},
	}},
	{"a body that waits for leave", []line{
		{client, "PUT /ImageStore/a?api-version=6.0 HTTP/1.1\r\nHost: {host}\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n"},
		{server, "HTTP/1.1 100 Go On\r\nX-Why: 1\r\n\r\n"},
		{client, "abc"},
		{server, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"},
	}},
	{"a body that gets no leave", []line{
		{client, "PUT /ImageStore/a?api-version=6.0 HTTP/1.1\r\nHost: {host}\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n"},
		{server, "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"},
		{server, bye},
		{client, bye},
	}},
	{"interim responses", []line{
		{client, "GET /ImageStore?api-version=6.0 HTTP/1.1\r\nHost: {host}\r\n\r\n"},
		{server, "HTTP/1.1 102 Processing\r\n\r\n"},
		{server, "HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n"},
		{server, "HTTP/1.1 204 None\r\n\r\n"},
	}},
	{"an answer before the body has come", []line{
		{client, "PUT /ImageStore/a?api-version=6.0 HTTP/1.1\r\nHost: {host}\r\nContent-Length: 6\r\n\r\nabc"},
		{server, "HTTP/1.1 503 Busy\r\nContent-Length: 4\r\n\r\nbusy"},
		{client, "def"},
		{client, "GET / HTTP/1.1\r\nHost: {host}\r\n\r\n"},
		{server, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"},
	}},
	{"two requests at once", []line{
		{client, "GET /ImageStore?api-version=6.0 HTTP/1.1\r\nHost: {host}\r\n\r\n" +
			"PUT /ImageStore/b?api-version=6.0 HTTP/1.1\r\nHost: {host}\r\nContent-Length: 1\r\n\r\n2"},
		{server, "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1HTTP/1.1 204 None\r\n\r\n"},
	}},
	{"lengths without a body", []line{
		{client, "HEAD /ImageStore?api-version=6.0 HTTP/1.1\r\nHost: {host}\r\n\r\n"},
		{server, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n"},
		{client, "GET /ImageStore?api-version=6.0 HTTP/1.1\r\nHost: {host}\r\n\r\n"},
		{server, "HTTP/1.1 304 Same\r\nContent-Length: 10\r\n\r\n"},
		{client, "GET / HTTP/1.1\r\nHost: {host}\r\n\r\n"},
	}},
	{"a body that ends with the connection", []line{
		{client, "GET /ImageStore?api-version=6.0 HTTP/1.0\r\n\r\n"},
		{server, "HTTP/1.0 200 OK\r\n\r\none"},
		{server, "two"},
		{server, bye},
		{client, bye},
	}},
	{"a client that says nothing more", []line{
		{client, "GET /ImageStore?api-version=6.0 HTTP/1.1\r\nHost: {host}\r\n\r\n"},
		{client, bye},
		{server, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"},
		{server, bye},
	}},
	{"a server that was idle too long", []line{
		{client, "GET / HTTP/1.1\r\nHost: {host}\r\n\r\n"},
		{server, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"},
		{server, bye},
		{client, bye},
	}},
	{"a client that is cut off", []line{
		{client, "PUT /ImageStore/a?api-version=6.0 HTTP/1.1\r\nHost: {host}\r\nContent-Length: 6\r\n\r\nabc"},
		{client, off},
	}},
	{"a client that ends half way", []line{
		{client, "PUT /ImageStore/a?api-version=6.0 HTTP/1.1\r\nHost: {host}\r\nContent-Length: 6\r\n\r\nabc"},
		{client, bye},
		{server, off},
	}},
	{"a server that is cut off before it answers", []line{
		{client, "GET /ImageStore?api-version=6.0 HTTP/1.1\r\nHost: {host}\r\n\r\n"},
		{server, off},
	}},
	{"a server that is cut off half way", []line{
		{client, "GET /ImageStore?api-version=6.0 HTTP/1.1\r\nHost: {host}\r\n\r\n"},
		{server, "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\nok"},
		{server, off},
	}},
	{"a server that ends half way", []line{
		{client, "GET /ImageStore?api-version=6.0 HTTP/1.1\r\nHost: {host}\r\n\r\n"},
		{server, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nok"},
		{server, bye},
		{client, bye},
	}},
	{"another protocol after an upgrade", []line{
		{client, "GET / HTTP/1.1\r\nHost: {host}\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n"},
		{server, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: echo\r\n\r\n"},
		{server, "\x00\x01"},
		{client, "what comes:\x02 no head\r\n"},
		{server, "\x03"},
	}},
	{"another protocol whose client begins, without an end of line", []line{
		{client, "GET / HTTP/1.1\r\nHost: {host}\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n"},
		{server, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: echo\r\n\r\n"},
		{client, "\x81\x05hello"},
		{server, "\x81\x05hello"},
		{client, "GET"},
		{server, "HTTP"},
		{client, bye},
		{server, bye},
	}},
	{"another protocol that the client speaks before it is agreed", []line{
		{client, "GET / HTTP/1.1\r\nHost: {host}\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n"},
		{client, "\x81\x05hello"},
		{server, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: echo\r\n\r\n"},
		{client, "GET"},
	}},
	{"more behind a request of HTTP/1.0", []line{
		{client, "POST /ImageStore HTTP/1.0\r\nHost: {host}\r\n\r\ntail"},
		{server, "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok"},
		{client, "more"},
	}},
	{"more behind the last request", []line{
		{client, "GET /ImageStore HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\nhi"},
		{server, "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nokhi"},
	}},
	{"no request and no answer, without an end of line", []line{
		{client, "GET / HTTP/1.1\r\nHost: {host}\r\n\r\n"},
		{server, "220 hello"},
		{client, "\x16\x03\x01"},
		{server, "\x15"},
	}},
	{"no HTTP", []line{
		{client, "EHLO there\r\n"},
		{server, "250 hello\r\n"},
		{client, "\x00\xff"},
		{server, "\x01"},
		{client, bye},
		{server, bye},
	}},
	{"a chunk that comes in pieces", []line{
		{client, "PUT /ImageStore/a?api-version=6.0 HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: chunked\r\n\r\n"},
		{client, "1"}, {client, "0\r"}, {client, "\n01234"}, {client, "56789abcdef\r"}, {client, "\n0\r\n\r"}, {client, "\n"},
		{client, "GET / HTTP/1.1\r\nHost: {host}\r\n\r\n"},
	}},
	{"chunks that are none", []line{
		{client, "PUT /ImageStore/a?api-version=6.0 HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n"},
		{server, "HTTP/1.1 400 Bad\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n"},
		{client, "and more"},
		{server, "here too"},
	}},
	{"a length of two minds", []line{
		{client, "PUT /ImageStore/a?api-version=6.0 HTTP/1.1\r\nHost: left-as-it-is\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd"},
		{server, "HTTP/1.1 400 Bad\r\nContent-Length: 0\r\n\r\n"},
	}},
}

// Each play has to go without a proxy as it does with one.
func TestEveryByteAndEveryEndPasses(t *testing.T) {
	for _, play := range plays {
		t.Run(play.name, func(t *testing.T) {
			for _, through := range []string{"nothing", "a proxy"} {
				t.Run("through "+through, func(t *testing.T) {
					listener, err := net.Listen("tcp", "127.0.0.1:0")
					if err != nil {
						t.Fatal(err)
					}
					defer listener.Close()
					upstream := listener.Addr().String()
					address := upstream
					if through == "a proxy" {
						address = startProxy(t, upstream).address
					}
					stage := &stage{client: dial(t, address), clientHost: address, serverHost: upstream}
					defer stage.client.Close()
					if stage.server, err = listener.Accept(); err != nil {
						t.Fatal(err)
					}
					defer stage.server.Close()
					for _, l := range play.lines {
						stage.say(t, l)
					}
				})
			}
		})
	}
}

func dial(t *testing.T, address string) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	return conn
}

// stage is where a play is played.
type stage struct {
	client, server         net.Conn
	clientHost, serverHost string // what each side takes the server's name to be
}

func (s *stage) say(t *testing.T, l line) {
	t.Helper()
	from, to := s.client, s.server
	if l.who == server {
		from, to = to, from
	}
	_ = to.SetReadDeadline(time.Now().Add(10 * time.Second))
	switch l.says {
	case bye:
		if err := from.(*net.TCPConn).CloseWrite(); err != nil {
			t.Fatal(err)
		}
		if n, err := to.Read(make([]byte, 1)); n > 0 || err != io.EOF {
			t.Fatalf("%c ended: the other side got %d bytes and %v", l.who, n, err)
		}
	case off:
		reset(from)
		if n, err := to.Read(make([]byte, 1)); n > 0 || !errors.Is(err, syscall.ECONNRESET) {
			t.Fatalf("%c was cut off: the other side got %d bytes and %v", l.who, n, err)
		}
	default:
		if _, err := io.WriteString(from, strings.ReplaceAll(l.says, "{host}", s.clientHost)); err != nil {
			t.Fatal(err)
		}
		want := strings.ReplaceAll(l.says, "{host}", s.serverHost)
		got := make([]byte, len(want))
		n, err := io.ReadFull(to, got)
		if err != nil || string(got) != want {
			t.Fatalf("%c said %q,\nthe other side heard %q: %v", l.who, want, got[:n], err)
		}
	}
}
