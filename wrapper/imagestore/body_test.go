package imagestore_test

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/iotest"

	"github.com/sfstore/sfstore/wrapper/imagestore"
)

// TestABodyHasExactlyItsSize sends bodies whose length is not their size. The server must not get a
// request that looks complete, because it would store it.
func TestABodyHasExactlyItsSize(t *testing.T) {
	const size = 300_000
	for name, row := range map[string]struct {
		bytes int
		want  string // in the error, none for success
	}{
		"one byte less":  {size - 1, "ends 1 bytes before its size says"},
		"nothing":        {0, "300000 bytes"},
		"as it should":   {size, ""},
		"one byte more":  {size + 1, "longer than its size says"},
		"twice as large": {2 * size, "longer than its size says"},
	} {
		for how, reader := range map[string]func(io.Reader) io.Reader{
			"in large pieces":              func(r io.Reader) io.Reader { return r },
			"in small pieces":              iotest.HalfReader,
			"with the end in the last one": iotest.DataErrReader,
		} {
			t.Run(name+", "+how, func(t *testing.T) {
				var whole atomic.Int64
				server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
					if n, err := io.Copy(io.Discard, r.Body); err == nil && n == size {
						whole.Add(1)
					}
				}))
				c := newClient(t, server.URL)
				err := c.UploadFile(t.Context(), "App", reader(strings.NewReader(strings.Repeat("x", row.bytes))), size)
				server.Close() // waits for the handler
				if row.want == "" {
					if err != nil || whole.Load() != 1 {
						t.Errorf("got %v, and %d whole requests", err, whole.Load())
					}
					return
				}
				if err == nil || !strings.Contains(err.Error(), row.want) {
					t.Errorf("got %v, want %q", err, row.want)
				}
				if whole.Load() != 0 {
					t.Error("the server got a request that looks whole")
				}
			})
		}
	}
}

// TestABodyInMemoryGoesOutWithItsHead counts the writes of an upload that net/http can send in one
// write.
func TestABodyInMemoryGoesOutWithItsHead(t *testing.T) {
	const size = 10_000
	writes := 0
	through := imagestore.WithHTTPClient(&http.Client{Transport: &http.Transport{
		DisableKeepAlives: true,
		WriteBufferSize:   2 * size,
		DialContext: func(context.Context, string, string) (net.Conn, error) {
			ours, theirs := net.Pipe()
			go func() {
				defer func() { _ = theirs.Close() }()
				readRequest(theirs)
				_, _ = io.WriteString(theirs, rawAnswer("200 OK", "", ""))
			}()
			return &countingConn{ours, &writes}, nil
		},
	}})
	err := newClient(t, "http://gateway", through).UploadFile(t.Context(), "App", bytes.NewReader(make([]byte, size)), size)
	if err != nil || writes != 1 {
		t.Errorf("there were %d writes, %v", writes, err)
	}
}

type countingConn struct {
	net.Conn
	writes *int
}

func (c *countingConn) Write(p []byte) (int, error) {
	*c.writes++
	return c.Conn.Write(p)
}
