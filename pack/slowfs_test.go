package pack

import (
	"io"
	"io/fs"
	"math/rand/v2"
	"time"
)

// slowFS is a file system with one file whose bytes are made while it is read, so that it can be large,
// change and fail.
type slowFS struct {
	name   string
	size   int64
	onRead func(*slowFile) // before each read
	last   *slowFile
	asked  int // the largest read that was requested
}

func (s *slowFS) Open(name string) (fs.File, error) {
	if name != s.name {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	s.last = &slowFile{fs: s, size: s.size, info: slowInfo{name: s.name, size: s.size}, noise: rand.NewChaCha8([32]byte{})}
	return s.last, nil
}

type slowFile struct {
	fs     *slowFS
	info   slowInfo
	size   int64 // its actual size
	read   int64
	noise  *rand.ChaCha8
	err    error
	closed bool
}

func (f *slowFile) Stat() (fs.FileInfo, error) { return f.info, nil }

func (f *slowFile) Close() error { f.closed = true; return nil }

// Read returns noise that does not compress.
func (f *slowFile) Read(p []byte) (int, error) {
	f.fs.asked = max(f.fs.asked, len(p))
	if f.fs.onRead != nil {
		f.fs.onRead(f)
	}
	if f.err != nil {
		return 0, f.err
	}
	if f.read >= f.size {
		return 0, io.EOF
	}
	n := int(min(int64(len(p)), f.size-f.read))
	if _, err := f.noise.Read(p[:n]); err != nil {
		return 0, err
	}
	f.read += int64(n)
	return n, nil
}

type slowInfo struct {
	name string
	size int64
	time time.Time
}

func (i slowInfo) Name() string       { return i.name }
func (i slowInfo) Size() int64        { return i.size }
func (i slowInfo) Mode() fs.FileMode  { return 0o644 }
func (i slowInfo) ModTime() time.Time { return i.time }
func (i slowInfo) IsDir() bool        { return false }
func (i slowInfo) Sys() any           { return nil }
