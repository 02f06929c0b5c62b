package emulator_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sfstore/sfstore/emulator"
)

const (
	smallFiles  = 10_000
	rounds      = 20
	connections = 16
)

// BenchmarkSmallFiles stores 10,000 files of 4 KiB over 16 connections, once in a Store, and once with
// a bare handler that only makes the same writes, syncs and renames. They take turns, so that a disk
// that is slow for a while is slow for both. Run it with -benchtime 1x.
func BenchmarkSmallFiles(b *testing.B) {
	for range b.N {
		store, err := emulator.New(emulator.WithFolder(b.TempDir()))
		if err != nil {
			b.Fatal(err)
		}
		handlers := []http.Handler{store, bareHandler(b.TempDir())}
		took := make([]time.Duration, len(handlers))
		for round := range rounds {
			for i := range handlers {
				i = (i + round) % len(handlers) // neither is always first
				took[i] += putSmallFiles(b, handlers[i], round)
			}
		}
		if err := store.Close(); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(smallFiles/took[0].Seconds(), "store-files/s")
		b.ReportMetric(smallFiles/took[1].Seconds(), "bare-files/s")
		b.ReportMetric(100*took[1].Seconds()/took[0].Seconds(), "%-of-bare")
	}
}

// putSmallFiles stores the files of one round, and returns how long that took.
func putSmallFiles(b *testing.B, h http.Handler, round int) time.Duration {
	server := httptest.NewServer(h)
	defer server.Close()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: connections}}
	defer client.CloseIdleConnections()
	body := strings.Repeat("x", 4096)
	var next, failed atomic.Int64
	began := time.Now()
	var group sync.WaitGroup
	for range connections {
		group.Go(func() {
			for i := next.Add(1); i <= smallFiles/rounds; i = next.Add(1) {
				if status := putOnce(client, server.URL, fmt.Sprintf("f%d/%d-%d", i%10, round, i), body); status != http.StatusOK {
					failed.Add(1)
				}
			}
		})
	}
	group.Wait()
	if n := failed.Load(); n > 0 {
		b.Fatalf("%d uploads failed", n)
	}
	return time.Since(began)
}

// bareHandler stores bodies by path, and does nothing else.
func bareHandler(dir string) http.Handler {
	var n atomic.Int64
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		staged := filepath.Join(dir, fmt.Sprint("staged-", n.Add(1)))
		if err := bareWrite(staged, filepath.Join(dir, r.URL.Path), r.Body); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	})
}

func bareWrite(staged, name string, body io.Reader) error {
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
	folder := filepath.Dir(name)
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	if err := os.Rename(staged, name); err != nil {
		return err
	}
	d, err := os.Open(folder)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

// zeros returns a body of n zeros.
func zeros(n int64) io.Reader { return io.LimitReader(zeroReader{}, n) }

type zeroReader struct{}

func (zeroReader) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}
