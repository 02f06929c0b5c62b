package upload

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// spool makes random access possible for a file without it, by a copy in a temporary file that the
// returned closer removes.
func (s *source) spool(ctx context.Context) (io.Closer, error) {
	if s.inOrder == nil {
		return io.NopCloser(nil), nil
	}
	temp, err := os.CreateTemp("", "sfstore-upload-")
	if err != nil {
		return nil, s.failed(fmt.Errorf("temporary file: %w", err))
	}
	spooled := &tempFile{temp}
	copied, err := io.CopyBuffer(struct{ io.Writer }{temp}, &reading{ctx, io.NewSectionReader(s, 0, s.size)}, make([]byte, readSize))
	if err != nil {
		return nil, errors.Join(s.failed(err), spooled.Close())
	}
	if copied == s.size {
		err = s.checkEnd()
	}
	if err != nil {
		return nil, errors.Join(err, spooled.Close())
	}
	s.ReaderAt, s.inOrder = temp, nil // a short file is found when it is read
	return spooled, nil
}

// tempFile is removed when it is closed.
type tempFile struct{ *os.File }

func (t *tempFile) Close() error { return errors.Join(t.File.Close(), os.Remove(t.Name())) }

// reading ends with its context.
type reading struct {
	ctx context.Context
	io.Reader
}

func (r *reading) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.Reader.Read(p)
}

// sequential reads a file without random access from its beginning to its end, and opens it
// again to read from the beginning again. It is not safe for concurrent use.
type sequential struct {
	fsys fs.FS
	name string
	file fs.File
	size int64
	at   int64
}

func (s *sequential) ReadAt(p []byte, at int64) (int, error) {
	if at == 0 && s.at > 0 {
		reopened, err := s.fsys.Open(s.name)
		if err != nil {
			return 0, err
		}
		_ = s.file.Close()
		s.file, s.at = reopened, 0
	}
	if at != s.at {
		return 0, fmt.Errorf("read at %d after %d bytes", at, s.at)
	}
	n, err := io.ReadFull(s.file, p)
	s.at += int64(n)
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		err = io.EOF
	case err == nil && s.at == s.size:
		if err := atEnd(s.file, s.size); err != nil {
			return 0, err
		}
	}
	return n, err
}

func (s *sequential) Close() error { return s.file.Close() }
