package main

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net/http"
	"os"
	"sync"
	"sync/atomic"

	"github.com/zeebo/xxh3"
)

// bare sends and does nothing else: no digest, no query, no retry, no check. No uploader with the same
// workers and chunks can be faster.
type bare struct {
	client  *http.Client
	url     string
	workers int
	digests bool // of a file before it is sent, and of each chunk on the way
}

func newBare(url string, workers int) *bare {
	return &bare{client: &http.Client{Transport: newTransport(&tls.Config{InsecureSkipVerify: true})}, url: url, workers: workers}
}

// newTransport returns a transport of net/http that keeps a connection for each worker.
func newTransport(config *tls.Config) *http.Transport {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = 64
	transport.DisableCompression = true
	transport.Protocols = new(http.Protocols)
	transport.Protocols.SetHTTP1(true)
	transport.TLSClientConfig = config
	return transport
}

// chunks sends a file in chunks and commits it.
func (b *bare) chunks(ctx context.Context, file *os.File, size, chunk int64, id string) error {
	if b.digests {
		if err := b.digest(file, size, chunk); err != nil {
			return err
		}
	}
	var next atomic.Int64
	err := b.parallel(func() error {
		for first := next.Add(chunk) - chunk; first < size; first = next.Add(chunk) - chunk {
			n := min(chunk, size-first)
			header := fmt.Sprintf("bytes %d-%d/%d", first, first+n-1, size)
			var body io.Reader = io.NewSectionReader(file, first, n)
			if b.digests {
				body = io.TeeReader(body, xxh3.New())
			}
			if err := b.send(ctx, http.MethodPut, "/ImageStore/App/big/$/UploadChunk?api-version=6.0&session-id="+id, header, body, n); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, end := range []struct{ method, operation string }{{http.MethodPost, "Commit"}, {http.MethodDelete, "Delete"}} {
		if err := b.send(ctx, end.method, "/ImageStore/$/"+end.operation+"UploadSession?api-version=6.0&session-id="+id, "", http.NoBody, 0); err != nil {
			return err
		}
	}
	return nil
}

// digest reads a file once by all workers.
func (b *bare) digest(file io.ReaderAt, size, chunk int64) error {
	var next atomic.Int64
	return b.parallel(func() error {
		buffer := make([]byte, 256<<10)
		for first := next.Add(chunk) - chunk; first < size; first = next.Add(chunk) - chunk {
			section := io.NewSectionReader(file, first, min(chunk, size-first))
			if _, err := io.CopyBuffer(xxh3.New(), struct{ io.Reader }{section}, buffer); err != nil {
				return err
			}
		}
		return nil
	})
}

// files sends each file with one PUT.
func (b *bare) files(ctx context.Context, dir string, names []string) error {
	var next atomic.Int64
	return b.parallel(func() error {
		for i := next.Add(1) - 1; int(i) < len(names); i = next.Add(1) - 1 {
			f, err := os.Open(dir + "/" + names[i])
			if err != nil {
				return err
			}
			info, err := f.Stat()
			if err != nil {
				return err
			}
			if err := b.send(ctx, http.MethodPut, "/ImageStore/App/"+names[i]+"?api-version=6.0", "", f, info.Size()); err != nil {
				return err
			}
		}
		return nil
	})
}

// parallel runs the work on every worker and returns one of the errors.
func (b *bare) parallel(work func() error) error {
	failed := make(chan error, b.workers)
	var group sync.WaitGroup
	for range b.workers {
		group.Go(func() {
			if err := work(); err != nil {
				failed <- err
			}
		})
	}
	group.Wait()
	close(failed)
	return <-failed
}

func (b *bare) send(ctx context.Context, method, target, contentRange string, body io.Reader, size int64) error {
	r, err := http.NewRequestWithContext(ctx, method, b.url+target, body)
	if err != nil {
		return err
	}
	r.ContentLength = size
	if contentRange != "" {
		r.Header.Set("Content-Range", contentRange)
	}
	rsp, err := b.client.Do(r)
	if err != nil {
		return err
	}
	defer rsp.Body.Close()
	_, _ = io.Copy(io.Discard, rsp.Body)
	if rsp.StatusCode != http.StatusOK {
		return fmt.Errorf("%s %s: %s", method, target, rsp.Status)
	}
	return nil
}
