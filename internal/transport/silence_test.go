package transport

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sfstore/sfstore/internal/testcert"
)

// TestServersThatKnowNothingOfExpect simulates servers that wait for a body themselves.
func TestServersThatKnowNothingOfExpect(t *testing.T) {
	certificate := testcert.NewAuthority().Issue()
	for name, row := range map[string]struct {
		security Security
		took     []time.Duration // by each of three requests
	}{
		"are not asked again":             {Security{}, []time.Duration{continueTimeout, 0, 0}},
		"are asked with each certificate": {Security{Certificate: &certificate}, []time.Duration{continueTimeout, continueTimeout, continueTimeout}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				tr, err := New(row.security)
				if err != nil {
					t.Fatal(err)
				}
				defer tr.CloseIdleConnections()
				tr.http.DialContext = func(context.Context, string, string) (net.Conn, error) {
					ours, theirs := net.Pipe()
					go answerWhenComplete(theirs)
					return ours, nil
				}
				for _, want := range row.took {
					began := time.Now()
					r, err := http.NewRequestWithContext(t.Context(), http.MethodPut, "http://gateway/", strings.NewReader(strings.Repeat("x", 100_000)))
					if err != nil {
						t.Fatal(err)
					}
					rsp, err := tr.RoundTrip(r)
					if err != nil {
						t.Fatal(err)
					}
					_ = rsp.Body.Close()
					if took := time.Since(began); took != want || rsp.StatusCode != http.StatusOK {
						t.Errorf("it took %v, not %v, and the status is %d", took, want, rsp.StatusCode)
					}
				}
			})
		})
	}
}

// answerWhenComplete answers to each request once it has its body.
func answerWhenComplete(conn net.Conn) {
	defer func() { _ = conn.Close() }()
	r := bufio.NewReader(conn)
	for {
		length := int64(0)
		for {
			line, err := r.ReadString('\n')
			if err != nil {
				return
			}
			_, _ = fmt.Sscanf(line, "Content-Length: %d", &length)
			if line == "\r\n" {
				break
			}
		}
		_, _ = io.CopyN(io.Discard, r, length)
		if _, err := io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"); err != nil {
			return
		}
	}
}
