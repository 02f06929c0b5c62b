package transport_test

import (
	"bufio"
	"crypto/tls"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/sfstore/sfstore/internal/testcert"
	"github.com/sfstore/sfstore/wrapper/internal/transport"
)

// authority issues the certificates of the servers.
var authority = testcert.NewAuthority()

// serve starts a server, with TLS if secure is set.
func serve(t *testing.T, secure bool, handler http.HandlerFunc) *httptest.Server {
	t.Helper()
	server := httptest.NewUnstartedServer(handler)
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.TLS = &tls.Config{Certificates: []tls.Certificate{authority.Issue()}, ClientAuth: tls.RequestClientCert}
	if secure {
		server.StartTLS()
	} else {
		server.Start()
	}
	t.Cleanup(server.Close)
	return server
}

// responding listens without an HTTP server, and calls answer for each connection.
func responding(t *testing.T, answer func(*bufio.Reader, net.Conn)) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer func() { _ = conn.Close() }()
				answer(bufio.NewReader(conn), conn)
			}()
		}
	}()
	return "http://" + listener.Addr().String()
}

// readHead reads a request up to its body.
func readHead(r *bufio.Reader) string {
	var head strings.Builder
	for {
		line, err := r.ReadString('\n')
		head.WriteString(line)
		if err != nil || line == "\r\n" {
			return head.String()
		}
	}
}

// newTransport returns one that trusts the authority.
func newTransport(t *testing.T, certificate bool) *transport.Transport {
	t.Helper()
	s := security{RootCAs: authority.Pool()}
	if certificate {
		client := authority.Issue(testcert.CommonName("client"))
		s.Certificate = &client
	}
	tr, err := transport.New(s)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(tr.CloseIdleConnections)
	return tr
}

// body counts what is read from it, and how often it is closed.
type body struct {
	io.Reader
	size   int
	read   atomic.Int64
	closed atomic.Int64
}

func newBody(size int) *body { return &body{Reader: io.LimitReader(zeros{}, int64(size)), size: size} }

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

func (b *body) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	b.read.Add(int64(n))
	return n, err
}

func (b *body) Close() error {
	b.closed.Add(1)
	return nil
}

func newRequest(t *testing.T, method, target string, b *body, size int) *http.Request {
	t.Helper()
	var reader io.Reader
	if b != nil {
		reader = b
	}
	r, err := http.NewRequestWithContext(t.Context(), method, target, reader)
	if err != nil {
		t.Fatal(err)
	}
	if b != nil {
		r.ContentLength = int64(size)
	}
	return r
}

// status drains and closes a response.
func status(t *testing.T, rsp *http.Response, err error) int {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, rsp.Body)
	_ = rsp.Body.Close()
	return rsp.StatusCode
}

func parse(t *testing.T, text string) *url.URL {
	t.Helper()
	u, err := url.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return u
}
