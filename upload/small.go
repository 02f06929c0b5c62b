package upload

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"slices"
	"sync"

	"github.com/zeebo/xxh3"
)

// smallFile is the largest file, in bytes, that is sent from memory: its bytes are sent with the head
// of the request, and no piece of it is kept back. Up to this size bodies do not wait for 100
// Continue either.
const smallFile = 64 << 10

var smallFiles = sync.Pool{New: func() any { return new([]byte) }} // as large as was needed

// isSmall reports whether the file is sent from memory.
func (p *plan) isSmall() bool { return len(p.chunks) == 1 && p.size <= smallFile }

// sendSmall reads a small file just before it is sent, and sends it.
func (f *file) sendSmall(ctx context.Context) (taken int64, err error) {
	size := f.plan.size
	if err := f.acquire(ctx, size); err != nil {
		return 0, err
	}
	defer func() { f.release(size, err) }()
	if err := f.gate.pass(ctx); err != nil {
		return 0, err
	}
	buffer := smallFiles.Get().(*[]byte)
	*buffer = slices.Grow((*buffer)[:0], int(size))
	content := (*buffer)[:size]
	if err := f.load(ctx, content); err != nil {
		smallFiles.Put(buffer)
		return 0, err
	}
	ctx, w := f.beginWatch(ctx)
	err = w.end(ctx, f.client.UploadFile(ctx, f.path, bytes.NewReader(content), size))
	if w.isBodyRead() { // otherwise net/http may read it later, and it is left to the garbage collector
		smallFiles.Put(buffer)
	}
	if w.written.Load() > 0 {
		taken = size
	}
	return taken, err
}

// load reads the whole file, and checks that its bytes are those of the plan. It waits while the
// process has too many files open.
func (f *file) load(ctx context.Context, content []byte) error {
	for budget := f.retry.begin(); ; {
		err := f.source.load(content)
		switch {
		case err == nil && f.plan.chunks[0].agrees(xxh3.Hash128(content).Bytes()):
			return nil
		case err == nil:
			return f.source.failed(ErrSourceChanged)
		case !isTooManyFiles(err) || !f.waitToRetry(ctx, budget, err):
			return err
		}
	}
}

// load reads the whole file, if it still has its name and its size.
func (s *source) load(content []byte) error {
	if _, err := s.checkSize(); err != nil {
		return err
	}
	return s.readFull(content, 0)
}

// onDemand is a file of a folder that is open only while it is read, from its beginning to its end.
type onDemand struct {
	fsys fs.FS
	name string
}

func (o onDemand) ReadAt(p []byte, _ int64) (int, error) {
	file, err := o.fsys.Open(o.name)
	if err != nil {
		return 0, err
	}
	defer file.Close()
	n, err := io.ReadFull(file, p)
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		return n, io.EOF
	case err != nil:
		return n, err
	}
	if err := atEnd(file, int64(n)); err != nil {
		return 0, err
	}
	return n, nil
}
