package api

import (
	"io"
	"sync"
)

// maxKept bounds how much of a body is kept, in bytes. It is far above what the image store
// sends, which pages listings at 3 MiB.
const maxKept = 64 << 20

// kept is a copy of a body. Of a body above maxKept only the size is kept.
type kept struct {
	mu    sync.Mutex // a client may still send while the response is read
	bytes []byte
	size  int64
	ended bool
}

// maxPooled bounds the buffers that wait for the next body, in bytes. It has room for a page of a listing.
const maxPooled = 4 << 20

var buffers sync.Pool // of *[]byte; without it, the body of each listing would become garbage

func takeBuffer() []byte {
	if b, ok := buffers.Get().(*[]byte); ok {
		return *b
	}
	return nil
}

// giveBuffer returns a buffer to the pool. Its caller must not use the buffer afterwards.
func giveBuffer(b []byte) {
	if b = b[:0]; cap(b) > 0 && cap(b) <= maxPooled {
		buffers.Put(&b)
	}
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

// content returns what was kept. It is whole if the body has ended, or has the announced length.
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
