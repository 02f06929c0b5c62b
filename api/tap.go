package api

import (
	"io"
	"sync"
)

// maxKept bounds what is kept of a body that passes, in bytes. It is far above what the image
// store sends: it pages listings at 3 MiB.
const maxKept = 64 << 20

// kept is a copy of a body that passes. Of a body above maxKept only the size is kept.
type kept struct {
	mu    sync.Mutex // a client may still send while the answer is read
	bytes []byte
	size  int64
	ended bool
}

func (k *kept) add(p []byte) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.size += int64(len(p))
	if k.size > maxKept {
		k.bytes = nil
		return
	}
	k.bytes = append(k.bytes, p...)
}

func (k *kept) end() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.ended = true
}

// content returns what was kept, which is whole when the body ended, or is as long as it was
// announced.
func (k *kept) content(announced int64) content {
	k.mu.Lock()
	defer k.mu.Unlock()
	return content{bytes: k.bytes, size: k.size, whole: k.ended || k.size == announced}
}

// tap keeps what is read of a body.
type tap struct {
	io.ReadCloser
	kept
}

func (t *tap) Read(p []byte) (int, error) {
	n, err := t.ReadCloser.Read(p)
	t.add(p[:n])
	if err == io.EOF {
		t.end()
	}
	return n, err
}
