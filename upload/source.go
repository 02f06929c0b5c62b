package upload

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"sync"
	"syscall"
)

// ErrSourceChanged reports a file that changed while it was uploaded. None of its changed bytes were
// committed.
var ErrSourceChanged = errors.New("the file changed while it was uploaded")

// SourceError is a file or folder of the source that cannot be read, or a file that changed. A
// retry alone does not help.
type SourceError struct {
	Name string // as given; of a folder's file, the path from the folder's root
	Err  error  // such as [ErrSourceChanged] or an error of the file system
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
	name     string
	size     int64
	inOrder  fs.File // set if it has no random access: it is read from its beginning to its end
	stat     func() (fs.FileInfo, error)
	checking sync.Mutex
	info     fs.FileInfo // from when its present content was digested; nil if it is not a file
}

// failed makes a [SourceError] of a cause.
func (s *source) failed(err error) error {
	if named, ok := errors.AsType[*fs.PathError](err); ok {
		err = named.Err // SourceError has the name
	}
	return &SourceError{s.name, err}
}

// open opens a file of a folder, which may be known to be regular. It waits while the process has
// too many open files. The caller closes it.
func (c *run) open(ctx context.Context, fsys fs.FS, name, display string, regular bool) (s *source, closer io.Closer, err error) {
	for budget := c.retry.begin(); ; {
		s, closer, err = open(fsys, name, display, regular)
		if err == nil || !isTooManyFiles(err) || !c.waitToRetry(ctx, budget, err) {
			return s, closer, err
		}
	}
}

func isTooManyFiles(err error) bool {
	return errors.Is(err, syscall.EMFILE) || errors.Is(err, syscall.ENFILE)
}

func open(fsys fs.FS, name, display string, regular bool) (*source, io.Closer, error) {
	s := &source{name: display}
	if !regular { // opening a pipe would wait for a writer
		if info, err := fs.Stat(fsys, name); err == nil && !info.Mode().IsRegular() {
			return nil, nil, s.failed(errNotRegular(info.Mode()))
		}
	}
	f, err := fsys.Open(name)
	if err != nil {
		return nil, nil, s.failed(err)
	}
	s.info, err = f.Stat()
	if err == nil && !s.info.Mode().IsRegular() {
		err = errNotRegular(s.info.Mode())
	}
	if err != nil {
		return nil, nil, errors.Join(s.failed(err), f.Close())
	}
	s.size = s.info.Size()
	s.stat = statByName(fsys, name, s.info)
	if reader, ok := f.(io.ReaderAt); ok {
		s.ReaderAt = reader
		return s, f, nil
	}
	again := &sequential{fsys: fsys, name: name, file: f, size: s.size}
	s.ReaderAt, s.inOrder = again, f
	return s, again, nil
}

// statByName returns the file info by name, not by descriptor, because a replaced file has changed
// too.
func statByName(fsys fs.FS, name string, opened fs.FileInfo) func() (fs.FileInfo, error) {
	return func() (fs.FileInfo, error) {
		now, err := fs.Stat(fsys, name)
		switch {
		case err != nil:
			return nil, err
		case !now.Mode().IsRegular(), isOnDisk(opened) && !os.SameFile(opened, now):
			return nil, fmt.Errorf("%w: it was replaced by another file", ErrSourceChanged)
		}
		return now, nil
	}
}

// isOnDisk reports whether os.SameFile can distinguish files.
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
