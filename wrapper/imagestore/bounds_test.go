package imagestore_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/sfstore/sfstore/wrapper/imagestore"
)

// dialer counts connections, and the bytes that are read from them.
type dialer struct{ count, read atomic.Int64 }

func (d *dialer) client(t *testing.T) *http.Client {
	transport := &http.Transport{DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
		d.count.Add(1)
		conn, err := new(net.Dialer).DialContext(ctx, network, address)
		return &countedConn{conn, &d.read}, err
	}}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

type countedConn struct {
	net.Conn
	read *atomic.Int64
}

func (c *countedConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.read.Add(int64(n))
	return n, err
}

const mebibyte = 1 << 20

// TestHugeResponses serves 100 MiB, and measures how much of it is read and how much memory that takes.
// It is not parallel, because it measures.
func TestHugeResponses(t *testing.T) {
	const huge = 100 * mebibyte
	for _, row := range []struct {
		name        string
		status      int
		contentType string
		sized       bool
		operation   string
		read, alloc int64 // at most
		reason      string
	}{
		{"a list that says how long it is", 200, jsonType, true, "GetImageStoreUploadSessionByPath", mebibyte, 4 * mebibyte, "longer than 67108864 bytes"},
		{"a list that does not say how long it is", 200, jsonType, false, "GetImageStoreUploadSessionByPath", 65 * mebibyte, 512 * mebibyte, "longer than 67108864 bytes"},
		{"a page that is no JSON", 200, "text/html", false, "GetImageStoreUploadSessionByPath", mebibyte, 4 * mebibyte, "not JSON (text/html)"},
		{"a body where none belongs", 200, jsonType, false, "CommitImageStoreUploadSession", mebibyte, 4 * mebibyte, "unexpected response body"},
		{"an error", 500, jsonType, false, "GetImageStoreUploadSessionByPath", mebibyte, 4 * mebibyte, "500 Internal Server Error: xxxx"},
		{"an error that says how long it is", 500, jsonType, true, "UploadFile", mebibyte, 4 * mebibyte, "500 Internal Server Error: xxxx"},
	} {
		t.Run(row.name, func(t *testing.T) {
			piece := []byte(strings.Repeat("x", 64<<10))
			endpoint := serve(t, func(w http.ResponseWriter, r *http.Request) {
				_, _ = io.Copy(io.Discard, r.Body)
				w.Header().Set("Content-Type", row.contentType)
				if row.sized {
					w.Header().Set("Content-Length", strconv.Itoa(huge))
				}
				w.WriteHeader(row.status)
				for range huge / len(piece) {
					if _, err := w.Write(piece); err != nil {
						return
					}
				}
			})
			dials := &dialer{}
			c := newClient(t, endpoint, imagestore.WithHTTPClient(dials.client(t)))

			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := callOf(t, row.operation).do(t.Context(), c)
			runtime.ReadMemStats(&after)

			var got *imagestore.FabricError
			if !errors.As(err, &got) || got.StatusCode != row.status || !strings.Contains(err.Error(), row.reason) {
				t.Errorf("got %v", err)
			}
			if len(err.Error()) > 2000 {
				t.Errorf("the error has %d bytes", len(err.Error()))
			}
			if n := dials.read.Load(); n > row.read {
				t.Errorf("%d bytes were read", n)
			}
			if n := int64(after.TotalAlloc - before.TotalAlloc); n > row.alloc {
				t.Errorf("%d bytes of memory were taken", n)
			}
		})
	}
}
