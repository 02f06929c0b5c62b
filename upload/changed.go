package upload

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"github.com/sfstore/sfstore/wrapper/imagestore"
)

// checkUnchanged compares the file with its plan. A changed size or name is an error. If one of its
// times changed, it is read again, and only changed bytes are an error: a time says nothing about
// the content.
func (s *source) checkUnchanged(ctx context.Context, p *plan) error {
	now, err := s.checkSize()
	if err != nil || now == nil {
		return err
	}
	s.checking.Lock()
	defer s.checking.Unlock()
	if sameTimes(s.info, now) {
		return nil
	}
	again := &plan{size: p.size, chunkSize: p.chunkSize, chunks: make([]digest, len(p.chunks))}
	if err := again.digestChunks(ctx, s, func(int64) {}); err != nil {
		return err
	}
	for i := range again.chunks {
		if again.chunks[i] != p.chunks[i] {
			return s.failed(fmt.Errorf("%w: it was written at %s", ErrSourceChanged, now.ModTime().Format("15:04:05.000")))
		}
	}
	s.info = now
	return nil
}

// checkSize does the cheap checks: the size, and whether the name is still that of the file. It
// returns the present file info, or nil for a source that is not a file.
func (s *source) checkSize() (fs.FileInfo, error) {
	if s.stat == nil {
		return nil, nil
	}
	now, err := s.stat()
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, s.failed(fmt.Errorf("%w: it was removed", ErrSourceChanged))
	case err != nil:
		return nil, s.failed(err)
	case now.Size() != s.size:
		return nil, s.failed(fmt.Errorf("%w: %d bytes are now %d", ErrSourceChanged, s.size, now.Size()))
	}
	return now, nil
}

// sameTimes compares modification times, and change times where the system has them: a program can
// set the first back.
func sameTimes(a, b fs.FileInfo) bool {
	return a.ModTime().Equal(b.ModTime()) && changeTime(a).Equal(changeTime(b))
}

// checkEnd reads past the end of a file: some, as in /proc and on some network file systems,
// announce fewer bytes than they have.
func (s *source) checkEnd() error {
	if s.stat == nil {
		return nil
	}
	if err := atEnd(io.NewSectionReader(s, s.size, 1), s.size); err != nil {
		return s.failed(err)
	}
	return nil
}

// atEnd returns an error if something follows the bytes that were read, or if the end shows that they are
// wrong, as that of a file in a zip archive does.
func atEnd(r io.Reader, size int64) error {
	var beyond [1]byte
	switch n, err := r.Read(beyond[:]); {
	case n > 0:
		return fmt.Errorf("it announces %d bytes and has more", size)
	case err != nil && !errors.Is(err, io.EOF):
		return err
	}
	return nil
}

// isEndFar reports whether the end of a file that was just opened is not reached without reading it all.
func (s *source) isEndFar() bool { return s.inOrder != nil && s.size > 0 }

// sizeOf returns the size of a file, and an error if the file announces another one.
func (c *run) sizeOf(ctx context.Context, fsys fs.FS, name string) (int64, error) {
	s, closer, err := c.open(ctx, fsys, name, name, true)
	if err != nil {
		return 0, err
	}
	defer closer.Close()
	if s.isEndFar() {
		return s.size, nil
	}
	if s.size > 0 {
		err = s.readFull(make([]byte, 1), s.size-1)
	}
	return s.size, cmp.Or(err, s.checkEnd())
}

// readFull reads all of p. A source that ends early has changed. A short read without an error is
// continued.
func (s *source) readFull(p []byte, at int64) error {
	for len(p) > 0 {
		n, err := s.ReadAt(p, at)
		switch {
		case n == len(p):
			return nil
		case n < 0 || n > len(p):
			return s.failed(fmt.Errorf("it reports %d bytes read of %d", n, len(p)))
		case errors.Is(err, io.EOF):
			return s.failed(fmt.Errorf("%w: it ends at %d of %d bytes", ErrSourceChanged, at+int64(n), s.size))
		case err != nil:
			return s.failed(err)
		case n == 0:
			return s.failed(io.ErrNoProgress)
		}
		p, at = p[n:], at+int64(n)
	}
	return nil
}

// digest reads and digests the bytes of a range, with the caller's buffer.
func (s *source) digest(ctx context.Context, r imagestore.Range, buffer []byte) (digest, error) {
	hash := hasher{}
	for at := r.First; at <= r.Last; {
		if err := ctx.Err(); err != nil {
			return digest{}, err
		}
		part := buffer[:min(int64(len(buffer)), r.Last+1-at)]
		if err := s.readFull(part, at); err != nil {
			return digest{}, err
		}
		at += int64(len(part))
		hash.write(part, at > r.Last)
	}
	return hash.sum, nil
}
