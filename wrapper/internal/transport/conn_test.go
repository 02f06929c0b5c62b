package transport

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// TestServersThatStopReading simulates servers that request a body and read some of it.
func TestServersThatStopReading(t *testing.T) {
	for name, row := range map[string]struct {
		server func(*bufio.Reader)
		took   time.Duration
		fails  bool
	}{
		"at once": {func(*bufio.Reader) { <-time.After(time.Hour) }, writeTimeout, true},
		"after a while": {func(r *bufio.Reader) {
			<-time.After(writeTimeout - time.Second)
			_, _ = r.Discard(10_000)
			<-time.After(time.Hour)
		}, 2 * writeTimeout, true}, // the time limit of the rest starts when that of the first piece ends
		"and go on byte by byte": {func(r *bufio.Reader) {
			for range 100 {
				<-time.After(writeTimeout - time.Second)
				_, _ = r.Discard(1000)
			}
		}, 100 * (writeTimeout - time.Second), false},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				tr, err := New(Security{})
				if err != nil {
					t.Fatal(err)
				}
				defer tr.CloseIdleConnections()
				tr.http.DialContext = limitWrites(func(context.Context, string, string) (net.Conn, error) {
					ours, theirs := net.Pipe()
					go func() {
						defer func() { _ = theirs.Close() }()
						r := bufio.NewReaderSize(theirs, 16)
						_, _, _ = readLength(r)
						_, _ = io.WriteString(theirs, "HTTP/1.1 100 Continue\r\n\r\n")
						row.server(r)
						_, _ = io.WriteString(theirs, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
					}()
					return ours, nil
				})
				defer func() { <-time.After(2 * time.Hour) }() // simulated, until the server has noticed
				began := time.Now()
				r, err := http.NewRequestWithContext(t.Context(), http.MethodPut, "http://gateway/", strings.NewReader(strings.Repeat("x", 100_000)))
				if err != nil {
					t.Fatal(err)
				}
				rsp, err := tr.RoundTrip(r)
				took := time.Since(began)
				if err == nil {
					_ = rsp.Body.Close()
				}
				if took != row.took || (err != nil) != row.fails || row.fails && (!errors.Is(err, errNotTaken) || !isTimeout(err)) {
					t.Errorf("it took %v, not %v: %v", took, row.took, err)
				}
			})
		})
	}
}

// TestClosingDoesNotWait checks that a deadline that was set before applies, as crypto/tls sets one
// when it closes.
func TestClosingDoesNotWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ours, theirs := net.Pipe()
		defer theirs.Close()
		conn := &limitedConn{Conn: ours}
		began := time.Now()
		if err := conn.SetWriteDeadline(began.Add(5 * time.Second)); err != nil {
			t.Fatal(err)
		}
		_, err := conn.Write([]byte("goodbye"))
		if took := time.Since(began); took != 5*time.Second || err == nil {
			t.Errorf("it took %v: %v", took, err)
		}
	})
}
