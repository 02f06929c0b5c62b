package emulator

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
)

// BenchmarkSmallFiles stores files of 4 KiB over 16 connections: into a Store,
// and through a bare handler that does no more than the same writes, syncs and
// renames.
func BenchmarkSmallFiles(b *testing.B) {
	b.Run("store", func(b *testing.B) {
		s, err := New(WithFolder(b.TempDir()))
		if err != nil {
			b.Fatal(err)
		}
		defer s.Close()
		putSmallFiles(b, s)
	})
	b.Run("bare", func(b *testing.B) {
		dir := b.TempDir()
		var n atomic.Int64
		putSmallFiles(b, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if err := bareWrite(dir, fmt.Sprint(n.Add(1)), r.Body); err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
			}
		}))
	})
}

func bareWrite(dir, name string, body io.Reader) error {
	staged := filepath.Join(dir, "staged-"+name)
	f, err := os.Create(staged)
	if err != nil {
		return err
	}
	defer f.Close()
	if _, err := io.Copy(f, body); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	if err := os.Rename(staged, filepath.Join(dir, name)); err != nil {
		return err
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

func putSmallFiles(b *testing.B, h http.Handler) {
	server := httptest.NewServer(h)
	defer server.Close()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 16}}
	defer client.CloseIdleConnections()
	body := bytes.Repeat([]byte("x"), 4096)
	var n atomic.Int64
	b.SetBytes(int64(len(body)))
	b.SetParallelism(8) // times two processors
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			i := n.Add(1)
			target := fmt.Sprintf("%s/ImageStore/f%d/%d?%s", server.URL, i%10, i, version)
			req, err := http.NewRequestWithContext(b.Context(), http.MethodPut, target, bytes.NewReader(body))
			if err != nil {
				b.Error(err)
				return
			}
			resp, err := client.Do(req)
			if err != nil {
				b.Error(err)
				return
			}
			resp.Body.Close()
			if resp.StatusCode != http.StatusOK {
				b.Error(resp.Status)
				return
			}
		}
	})
}
