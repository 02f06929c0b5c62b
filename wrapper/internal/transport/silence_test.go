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

// TestServersThatIgnoreExpect simulates servers that wait for a body, and servers behind a
// middlebox that does not forward 100 Continue.
func TestServersThatIgnoreExpect(t *testing.T) {
	certificate := testcert.NewAuthority().Issue()
	const wait = continueTimeout
	const again = 50 * time.Millisecond // how long net/http waits for the rest of a request that has its response
	for name, row := range map[string]struct {
		security Security
		server   func(net.Conn)
		pause    time.Duration   // before the last request
		took     []time.Duration // by each request
	}{
		"are not asked again":                            {Security{}, answerWhenComplete("200 OK", 0), 0, []time.Duration{wait, 0, 0}},
		"are asked again after a while":                  {Security{}, answerWhenComplete("200 OK", 0), ignoredFor, []time.Duration{wait, 0, wait}},
		"are asked twice with a certificate":             {Security{Certificate: &certificate}, answerWhenComplete("200 OK", 0), 0, []time.Duration{wait, wait, 0, 0}},
		"and with a certificate too after a while":       {Security{Certificate: &certificate}, answerWhenComplete("200 OK", 0), ignoredFor, []time.Duration{wait, wait, 0, wait}},
		"are asked always when they do not accept":       {Security{}, answerWhenComplete("503 Oops", 0), 0, []time.Duration{wait, wait, wait}},
		"are asked always when they were only late":      {Security{}, answerWhenComplete("200 OK", wait+time.Second), 0, []time.Duration{wait + time.Second, wait + time.Second}},
		"are not asked again after a 417":                {Security{}, failExpectations, 0, []time.Duration{again, 0, 0}},
		"are asked twice with a certificate after a 417": {Security{Certificate: &certificate}, failExpectations, 0, []time.Duration{again, again, 0}},
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
					go row.server(theirs)
					return ours, nil
				}
				for i, want := range row.took {
					if i == len(row.took)-1 {
						<-time.After(row.pause) // simulated
					}
					took, status := putTo(t, tr, "gateway")
					if took != want || status/100 == 4 {
						t.Errorf("request %d took %v, not %v, and the status is %d", i+1, took, want, status)
					}
				}
			})
		})
	}
}

// TestOneGatewayThatIgnoresExpectIsNotAll checks that bodies for another endpoint still wait.
func TestOneGatewayThatIgnoresExpectIsNotAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tr, err := New(Security{})
		if err != nil {
			t.Fatal(err)
		}
		defer tr.CloseIdleConnections()
		tr.http.DialContext = func(context.Context, string, string) (net.Conn, error) {
			ours, theirs := net.Pipe()
			go answerWhenComplete("200 OK", 0)(theirs)
			return ours, nil
		}
		for i, host := range []string{"a", "b", "a", "b"} {
			want := continueTimeout
			if i > 1 {
				want = 0
			}
			if took, _ := putTo(t, tr, host); took != want {
				t.Errorf("request %d to %s took %v, not %v", i+1, host, took, want)
			}
		}
	})
}

// TestAFailureIsRetriedWithWaiting uses a gateway that fails after bodies did not wait: with a
// certificate, that may be the reason for the failure.
func TestAFailureIsRetriedWithWaiting(t *testing.T) {
	certificate := testcert.NewAuthority().Issue()
	synctest.Test(t, func(t *testing.T) {
		tr, err := New(Security{Certificate: &certificate})
		if err != nil {
			t.Fatal(err)
		}
		defer tr.CloseIdleConnections()
		var gateway net.Conn
		tr.http.DialContext = func(context.Context, string, string) (net.Conn, error) {
			ours, theirs := net.Pipe()
			gateway = theirs
			go answerWhenComplete("200 OK", 0)(theirs)
			return ours, nil
		}
		for i, want := range []time.Duration{continueTimeout, continueTimeout, 0} {
			if took, _ := putTo(t, tr, "gateway"); took != want {
				t.Errorf("request %d took %v, not %v", i+1, took, want)
			}
		}
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPut, "http://gateway/", closer{gateway})
		if err != nil {
			t.Fatal(err)
		}
		r.ContentLength = 100
		if _, err := tr.RoundTrip(r); err == nil { //nolint:bodyclose // there is none
			t.Error("it succeeds")
		}
		if took, _ := putTo(t, tr, "gateway"); took != continueTimeout {
			t.Errorf("the next one took %v", took)
		}
	})
}

// closer closes a connection when it is read.
type closer struct{ io.Closer }

func (c closer) Read([]byte) (int, error) {
	_ = c.Close()
	return 0, io.ErrUnexpectedEOF
}

func putTo(t *testing.T, tr *Transport, host string) (took time.Duration, status int) {
	t.Helper()
	began := time.Now()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPut, "http://"+host+"/", strings.NewReader(strings.Repeat("x", 100_000)))
	if err != nil {
		t.Fatal(err)
	}
	rsp, err := tr.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	_ = rsp.Body.Close()
	return time.Since(began), rsp.StatusCode
}

// failExpectations responds with 417 to requests with an expectation, and normally to others.
func failExpectations(conn net.Conn) {
	defer func() { _ = conn.Close() }()
	r := bufio.NewReader(conn)
	for {
		length, expects, err := readLength(r)
		if err != nil {
			return
		}
		answer := "417 Expectation Failed"
		if !expects {
			answer = "200 OK"
			_, _ = io.CopyN(io.Discard, r, length)
		}
		_, _ = io.WriteString(conn, "HTTP/1.1 "+answer+"\r\nContent-Length: 0\r\n\r\n")
	}
}

// answerWhenComplete responds to each request once it has its body. With a delay, it sends 100 Continue
// first, and late.
func answerWhenComplete(answer string, delay time.Duration) func(net.Conn) {
	return func(conn net.Conn) {
		defer func() { _ = conn.Close() }()
		r := bufio.NewReader(conn)
		for {
			length, _, err := readLength(r)
			if err != nil {
				return
			}
			if delay > 0 {
				<-time.After(delay)
				_, _ = io.WriteString(conn, "HTTP/1.1 100 Continue\r\n\r\n")
			}
			_, _ = io.CopyN(io.Discard, r, length)
			if _, err := io.WriteString(conn, "HTTP/1.1 "+answer+"\r\nContent-Length: 0\r\n\r\n"); err != nil {
				return
			}
		}
	}
}

func readLength(r *bufio.Reader) (length int64, expects bool, err error) {
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return 0, false, err
		}
		_, _ = fmt.Sscanf(line, "Content-Length: %d", &length)
		expects = expects || strings.HasPrefix(line, "Expect:")
		if line == "\r\n" {
			return length, expects, nil
		}
	}
}
