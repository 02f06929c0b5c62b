package pack

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
)

// bufferSize is how much of a file is read at once, and between two checks for cancellation.
const bufferSize = 32 << 10

// file is an open file of the source.
type file struct {
	fs.File
	info fs.FileInfo // from when the file was opened
}

// open opens a regular file. The caller closes it.
func open(src fs.FS, name string) (*file, error) {
	f, err := src.Open(name)
	if err != nil {
		return nil, bare(err)
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = notRegular(info.Mode())
	}
	if err != nil {
		return nil, errors.Join(bare(err), f.Close())
	}
	return &file{f, info}, nil
}

// copyTo writes the content to w in pieces of the size of the buffer, however small the pieces of
// the source are. It reports each piece to read, which may be nil.
func (f *file) copyTo(ctx context.Context, w io.Writer, buffer []byte, read func(n int)) error {
	var copied int64
	for end := false; !end; {
		if err := ctx.Err(); err != nil {
			return err
		}
		n, err := io.ReadFull(f, buffer)
		end = errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
		if err != nil && !end {
			return bare(err)
		}
		copied += int64(n)
		if copied > f.info.Size() {
			return fmt.Errorf("%w: it grew from %d bytes", ErrChanged, f.info.Size())
		}
		if _, err := w.Write(buffer[:n]); err != nil {
			return err
		}
		if read != nil {
			read(n)
		}
	}
	return f.checkUnchanged(copied)
}

func (f *file) checkUnchanged(copied int64) error {
	now, err := f.Stat()
	switch {
	case err != nil:
		return bare(err)
	case copied != f.info.Size() || now.Size() != copied:
		return fmt.Errorf("%w: %d bytes were %d", ErrChanged, f.info.Size(), copied)
	case !now.ModTime().Equal(f.info.ModTime()):
		return fmt.Errorf("%w: it was written at %s", ErrChanged, now.ModTime().Format("15:04:05.000"))
	}
	return nil
}
