package transport_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/sfstore/sfstore/wrapper/internal/transport"
)

const mib = 1 << 20

// TestEarlyRefusalsAreSeen lets a server refuse, repeatedly, a large body that it does not read. The
// refusal must be seen each time, and the body not be read.
func TestEarlyRefusalsAreSeen(t *testing.T) {
	const tries, size = 200, 25 * mib
	forbidden := func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) }
	abrupt := responding(t, func(r *bufio.Reader, conn net.Conn) {
		readHead(r)
		_, _ = io.WriteString(conn, "HTTP/1.1 403 Forbidden\r\nContent-Length: 5\r\n\r\nwhy")
		_, _ = io.WriteString(conn, "so")
	})
	for name, row := range map[string]struct {
		url         string
		certificate bool
	}{
		"without TLS":                       {serve(t, false, forbidden).URL, false},
		"with TLS":                          {serve(t, true, forbidden).URL, false},
		"with TLS and a client certificate": {serve(t, true, forbidden).URL, true},
		"by a server that keeps the connection until it shuts it": {abrupt, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tr := newTransport(t, row.certificate)
			var workers sync.WaitGroup
			for range 10 {
				workers.Go(func() {
					for range tries / 10 {
						checkRefused(t, tr, newBody(size), row.url)
					}
				})
			}
			workers.Wait()
		})
	}
}

// checkRefused sends a body that waits.
func checkRefused(t *testing.T, tr *transport.Transport, b *body, target string) {
	rsp, err := tr.RoundTrip(newRequest(t, http.MethodPut, target, b, b.size))
	if err != nil {
		t.Errorf("got %v", err)
		return
	}
	text, err := io.ReadAll(rsp.Body)
	_ = rsp.Body.Close()
	if rsp.StatusCode != http.StatusForbidden || err != nil || rsp.ContentLength != int64(len(text)) {
		t.Errorf("got %d with %q, %v", rsp.StatusCode, text, err)
	}
	if n := b.read.Load(); n != 0 {
		t.Errorf("%d bytes of the body were read", n)
	}
}

func TestWhichBodiesWait(t *testing.T) {
	for name, row := range map[string]struct {
		certificate bool
		secure      bool
		size        int
		want        string
	}{
		"a small one over HTTP":               {false, false, 64 << 10, ""},
		"a larger one over HTTP":              {false, false, 64<<10 + 1, "100-continue"},
		"a small one over HTTPS":              {false, true, 64 << 10, ""},
		"a larger one over HTTPS":             {false, true, 64<<10 + 1, "100-continue"},
		"a byte with a client certificate":    {true, true, 1, "100-continue"},
		"nothing with a client certificate":   {true, true, 0, ""},
		"a large one of a certificate's user": {true, true, 4 * mib, "100-continue"},
	} {
		t.Run(name, func(t *testing.T) {
			var expect atomic.Value
			server := serve(t, row.secure, func(_ http.ResponseWriter, r *http.Request) {
				n, err := io.Copy(io.Discard, r.Body)
				expect.Store(fmt.Sprint(r.Header.Get("Expect"), n, err))
			})
			b := newBody(row.size)
			rsp, err := newTransport(t, row.certificate).RoundTrip(newRequest(t, http.MethodPut, server.URL, b, row.size))
			if got := status(t, rsp, err); got != http.StatusOK {
				t.Errorf("status %d", got)
			}
			if got, want := expect.Load(), fmt.Sprint(row.want, row.size, nil); got != want {
				t.Errorf("the server got %v, not %v", got, want)
			}
			if b.closed.Load() != 1 {
				t.Errorf("the body was closed %d times", b.closed.Load())
			}
		})
	}
}

// TestSmallBodiesWaitOnNewConnectionsAlone sends with a client certificate, which the server has once a
// connection was used.
func TestSmallBodiesWaitOnNewConnectionsAlone(t *testing.T) {
	var expected []string
	server := serve(t, true, func(_ http.ResponseWriter, r *http.Request) {
		n, err := io.Copy(io.Discard, r.Body)
		if err != nil {
			t.Error(err)
		}
		expected = append(expected, fmt.Sprintf("%d %s", n, r.Header.Get("Expect")))
	})
	tr := newTransport(t, true)
	for _, size := range []int{1, 2, 64 << 10, 64<<10 + 1} {
		rsp, err := tr.RoundTrip(newRequest(t, http.MethodPut, server.URL, newBody(size), size))
		if got := status(t, rsp, err); got != http.StatusOK {
			t.Errorf("status %d", got)
		}
	}
	if want := []string{"1 100-continue", "2 ", "65536 ", "65537 100-continue"}; !slices.Equal(expected, want) {
		t.Errorf("the server got %q, not %q", expected, want)
	}
}

// TestExpectationThatFails uses a middlebox that does not support Expect.
func TestExpectationThatFails(t *testing.T) {
	var asked, plain atomic.Int64
	server := serve(t, false, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Expect") != "" {
			asked.Add(1)
			w.WriteHeader(http.StatusExpectationFailed)
			return
		}
		plain.Add(1)
		_, _ = io.Copy(io.Discard, r.Body)
	})
	tr := newTransport(t, false)
	for range 3 {
		b := newBody(mib)
		rsp, err := tr.RoundTrip(newRequest(t, http.MethodPut, server.URL, b, mib))
		if got := status(t, rsp, err); got != http.StatusOK || b.read.Load() != mib || b.closed.Load() != 1 {
			t.Errorf("status %d, %d bytes, closed %d times", got, b.read.Load(), b.closed.Load())
		}
	}
	if asked.Load() != 1 || plain.Load() != 3 {
		t.Errorf("%d requests asked and %d did not, not 1 and 3", asked.Load(), plain.Load())
	}
}

// TestFloodsOfHeaders bounds how much is read before a response.
func TestFloodsOfHeaders(t *testing.T) {
	for name, row := range map[string]struct {
		begin, flood, want string
	}{
		"headers without an end":        {"HTTP/1.1 200 OK\r\n", "X-More: and more\r\n", "headers exceeded 65536 bytes"},
		"one header without end":        {"HTTP/1.1 200 OK\r\nX-More: ", "and more ", "headers exceeded 65536 bytes"},
		"responds with 102 without end": {"", "HTTP/1.1 102 Processing\r\n\r\n", ""},
		"responds with 100 without end": {"", "HTTP/1.1 100 Continue\r\n\r\n", ""},
		"responds with 103 with links":  {"", "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", ""},
	} {
		for method, b := range map[string]*body{http.MethodGet: nil, http.MethodPut: newBody(mib)} {
			t.Run(name+" to "+method, func(t *testing.T) {
				var sent atomic.Int64
				done := make(chan struct{})
				target := responding(t, func(r *bufio.Reader, conn net.Conn) {
					defer close(done)
					readHead(r)
					go func() { _, _ = io.Copy(io.Discard, r) }()
					_, err := io.WriteString(conn, row.begin)
					for err == nil {
						var n int
						n, err = io.WriteString(conn, strings.Repeat(row.flood, 100))
						sent.Add(int64(n))
					}
				})
				_, err := newTransport(t, false).RoundTrip(newRequest(t, method, target, b, mib)) //nolint:bodyclose // there is none
				want := row.want
				if want == "" {
					want = map[string]string{http.MethodGet: "headers exceeded 65536 bytes", http.MethodPut: "interim responses without end"}[method]
				}
				if err == nil || !strings.Contains(err.Error(), want) {
					t.Errorf("got %v", err)
				}
				<-done
				// Most of what the server could send is in the buffers of the system.
				if sent.Load() > 16*mib {
					t.Errorf("the server got rid of %d bytes", sent.Load())
				}
			})
		}
	}
}
