package upload

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// ErrSourceChanged is a file that changed while it was uploaded. Nothing of it was committed.
var ErrSourceChanged = errors.New("the file changed while it was uploaded")

// SourceError is a file that cannot be read, or that changed. Trying again does not help by
// itself.
type SourceError struct {
	Name string // of the source; of a folder's file, from the folder's root
	Err  error
}

func (e *SourceError) Error() string { return fmt.Sprintf("source %q: %v", e.Name, e.Err) }

// Unwrap returns the cause.
func (e *SourceError) Unwrap() error { return e.Err }

func isSourceError(err error) bool {
	_, ok := errors.AsType[*SourceError](err)
	return ok
}

// source is the bytes of one file.
type source struct {
	io.ReaderAt
	name string
	size int64
	stat func() (fs.FileInfo, error) // nil when the source is not a file
	info fs.FileInfo                 // as it was when the upload began
}

// failed makes a [SourceError] of a cause.
func (s *source) failed(err error) error {
	if named, ok := errors.AsType[*fs.PathError](err); ok {
		err = named.Err // the name is said already
	}
	return &SourceError{s.name, err}
}

// checkUnchanged compares what the file system says of the file now with what it said first.
// It finds growth and truncation, and writes behind what was read already.
func (s *source) checkUnchanged() error {
	if s.stat == nil {
		return nil
	}
	now, err := s.stat()
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return s.failed(fmt.Errorf("%w: it is gone", ErrSourceChanged))
	case err != nil:
		return s.failed(err)
	case now.Size() != s.size:
		return s.failed(fmt.Errorf("%w: %d bytes are now %d", ErrSourceChanged, s.size, now.Size()))
	case !now.ModTime().Equal(s.info.ModTime()):
		return s.failed(fmt.Errorf("%w: it was written at %s", ErrSourceChanged, now.ModTime().Format("15:04:05.000")))
	}
	return nil
}

// open opens a file of a folder. The caller closes it.
func open(fsys fs.FS, name, display string) (*source, io.Closer, error) {
	s := &source{name: display}
	// To open a pipe would wait for whoever writes to it.
	if info, err := fs.Stat(fsys, name); err == nil && !info.Mode().IsRegular() {
		return nil, nil, s.failed(errNotRegular(info.Mode()))
	}
	f, err := fsys.Open(name)
	if err != nil {
		return nil, nil, s.failed(err)
	}
	info, err := f.Stat()
	if err != nil {
		return nil, nil, errors.Join(s.failed(err), f.Close())
	}
	reader, ok := f.(io.ReaderAt)
	switch {
	case !info.Mode().IsRegular():
		err = errNotRegular(info.Mode())
	case !ok:
		err = errors.New("it cannot be read from a position in the middle")
	default:
		s.ReaderAt, s.size, s.info = reader, info.Size(), info
		// By name, not by descriptor: a file that was replaced has changed too.
		s.stat = func() (fs.FileInfo, error) {
			now, err := fs.Stat(fsys, name)
			if err == nil && !os.SameFile(info, now) && isOnDisk(info) {
				return nil, fmt.Errorf("%w: another file has its name now", ErrSourceChanged)
			}
			return now, err
		}
		return s, f, nil
	}
	return nil, nil, errors.Join(s.failed(err), f.Close())
}

// isOnDisk says whether os.SameFile can tell anything about a file.
func isOnDisk(info fs.FileInfo) bool { return os.SameFile(info, info) }

func errNotRegular(mode fs.FileMode) error {
	return fmt.Errorf("it is not a regular file but %s", kind(mode))
}

func kind(mode fs.FileMode) string {
	switch {
	case mode.IsDir():
		return "a folder"
	case mode&fs.ModeSymlink != 0:
		return "a symbolic link"
	case mode&fs.ModeNamedPipe != 0:
		return "a pipe"
	case mode&fs.ModeSocket != 0:
		return "a socket"
	}
	return "a device"
}
