package imagestore_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sfstore/sfstore/wrapper/imagestore"
)

// piped returns an HTTP client whose one connection is a pipe to the given server, so that
// time can be simulated.
func piped(server func(net.Conn)) imagestore.Option {
	return imagestore.WithHTTPClient(&http.Client{Transport: &http.Transport{
		DisableKeepAlives: true,
		DialContext: func(context.Context, string, string) (net.Conn, error) {
			ours, theirs := net.Pipe()
			go func() {
				defer func() { _ = theirs.Close() }()
				server(theirs)
			}()
			return ours, nil
		},
	}})
}

// untilClosed reads until the client closes the connection.
func untilClosed(conn net.Conn) { _, _ = io.Copy(io.Discard, conn) }

// TestLateResponses simulates servers that receive the request and then take their time.
func TestLateResponses(t *testing.T) {
	for name, row := range map[string]struct {
		server  func(net.Conn)
		timeout time.Duration // of the server
		after   time.Duration // when the call ends
		status  int
		classes []string
	}{
		"no response at all":                        {untilClosed, 60 * time.Second, 90 * time.Second, 0, []string{"no response", "timeout"}},
		"no response, and more time for the server": {untilClosed, time.Hour, time.Hour + 30*time.Second, 0, []string{"no response", "timeout"}},
		"the head of a response and then nothing": {func(conn net.Conn) {
			readRequest(conn)
			_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{")
			untilClosed(conn)
		}, 60 * time.Second, 90 * time.Second, 200, []string{"timeout"}},
		"the head of an error and then nothing": {func(conn net.Conn) {
			readRequest(conn)
			_, _ = io.WriteString(conn, "HTTP/1.1 500 Oops\r\nContent-Length: 100\r\n\r\n{")
			untilClosed(conn)
		}, 60 * time.Second, 90 * time.Second, 500, []string{"timeout"}},
		"a response that drips": {func(conn net.Conn) {
			readRequest(conn)
			_, err := io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n")
			for err == nil {
				<-time.After(10 * time.Second)
				_, err = io.WriteString(conn, " ")
			}
		}, 60 * time.Second, 90 * time.Second, 200, []string{"timeout"}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				defer func() { <-time.After(time.Minute) }() // simulated too, until the server has noticed
				c := newClient(t, "http://gateway", piped(row.server), imagestore.WithServerTimeout(row.timeout))
				begin := time.Now()
				_, err := c.List(t.Context(), "App")
				if took := time.Since(begin); took != row.after {
					t.Errorf("it took %v, not %v", took, row.after)
				}
				var got *imagestore.FabricError
				if !errors.As(err, &got) || got.StatusCode != row.status {
					t.Fatalf("got %v", err)
				}
				if diff := cmp.Diff(row.classes, classesOf(err)); diff != "" {
					t.Errorf("classes (-want +got):\n%s", diff)
				}
				if !strings.Contains(err.Error(), "was not received in time") {
					t.Errorf("the error reads %v", err)
				}
			})
		})
	}
}

// TestSendingABodyTakesItsTime uses a server that reads a body for hours and then responds.
func TestSendingABodyTakesItsTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newClient(t, "http://gateway", piped(func(conn net.Conn) {
			r := bufio.NewReaderSize(conn, 16)
			for line := ""; line != "\r\n"; {
				line, _ = r.ReadString('\n')
			}
			for range 10 {
				<-time.After(time.Hour)
				_, _ = r.Discard(10_000)
			}
			<-time.After(89 * time.Second)
			_, _ = io.WriteString(conn, rawAnswer("200 OK", jsonType, ""))
		}))
		begin := time.Now()
		if err := c.UploadFile(t.Context(), "App", strings.NewReader(strings.Repeat("x", 100_000)), 100_000); err != nil {
			t.Error(err)
		}
		if took, want := time.Since(begin), 10*time.Hour+89*time.Second; took != want {
			t.Errorf("it took %v, not %v", took, want)
		}
	})
}

// TestAnEarlyResponseThatStops uses a server that begins its response before it has the body, and then
// does nothing.
func TestAnEarlyResponseThatStops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newClient(t, "http://gateway", piped(func(conn net.Conn) {
			_, _ = bufio.NewReaderSize(conn, 16).ReadString('\n')
			_, _ = io.WriteString(conn, "HTTP/1.1 403 Forbidden\r\nContent-Length: 100\r\n\r\n{")
			<-time.After(time.Hour)
		}))
		begin := time.Now()
		err := c.UploadFile(t.Context(), "App", strings.NewReader(strings.Repeat("x", 100_000)), 100_000)
		if took := time.Since(begin); took != 90*time.Second || !errors.Is(err, imagestore.ErrRefused) {
			t.Errorf("it took %v: %v", took, err)
		}
		<-time.After(time.Hour) // simulated too, until the server has noticed
	})
}

// TestContextEndsACall checks that a cancelled context ends a call at once, and that its error is kept.
func TestContextEndsACall(t *testing.T) {
	const half = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"
	for name, row := range map[string]struct {
		half    string // of a response
		status  int
		classes []string
	}{
		"before a response":           {"", 0, []string{"no response"}},
		"in the middle of a response": {half, 200, nil},
	} {
		server := func(conn net.Conn) {
			readRequest(conn)
			_, _ = io.WriteString(conn, row.half)
			untilClosed(conn)
		}
		check := func(t *testing.T, ctx context.Context, want error) {
			t.Helper()
			begin := time.Now()
			_, err := newClient(t, "http://gateway", piped(server)).List(ctx, "App")
			if took := time.Since(begin); took != time.Second {
				t.Errorf("it took %v, not a second", took)
			}
			var got *imagestore.FabricError
			if !errors.As(err, &got) || !errors.Is(err, want) || got.StatusCode != row.status {
				t.Fatalf("got %v", err)
			}
			classes := row.classes
			if errors.Is(want, context.DeadlineExceeded) {
				classes = append(slices.Clip(classes), "timeout")
			}
			if diff := cmp.Diff(classes, classesOf(err)); diff != "" {
				t.Errorf("classes (-want +got):\n%s", diff)
			}
		}
		t.Run("cancelled "+name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				time.AfterFunc(time.Second, cancel)
				check(t, ctx, context.Canceled)
			})
		})
		t.Run("a deadline "+name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), time.Second)
				defer cancel()
				check(t, ctx, context.DeadlineExceeded)
			})
		})
		t.Run("cancelled with a cause "+name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				cause := errors.New("the operator said stop")
				ctx, cancel := context.WithCancelCause(t.Context())
				time.AfterFunc(time.Second, func() { cancel(cause) })
				check(t, ctx, cause)
			})
		})
	}
}
