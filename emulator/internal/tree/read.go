package tree

import (
	"errors"
	"io/fs"
	"os"
)

// Open opens a stored file for reading. It returns [ErrGone] if the file is
// missing, or if something else, such as a link or a pipe, is in its place.
func (t *Tree) Open(f *File) (*os.File, error) {
	there, err := t.root.Lstat(onDisk(f.Path))
	if errors.Is(err, fs.ErrNotExist) || err == nil && !there.Mode().IsRegular() {
		return nil, ErrGone
	}
	if err != nil {
		return nil, err
	}
	file, err := t.root.Open(onDisk(f.Path))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrGone
	}
	return file, err
}

// Has reports whether the bytes of a stored file are on the disk.
func (t *Tree) Has(f *File) bool {
	info, err := t.root.Lstat(onDisk(f.Path))
	return err == nil && info.Mode().IsRegular()
}

// File returns the file at path, or nil.
func (t *Tree) File(path string) *File { return t.index.file(path) }

// Beneath returns every file in a folder and in those below, in the
// order of their keys.
func (t *Tree) Beneath(folder string) []*File { return t.index.beneath(folder) }

// Usage returns the size in bytes and the number of files at path: a file, a
// folder with everything below, or nothing. The root always exists.
func (t *Tree) Usage(path string) (bytes int64, files int, ok bool) { return t.index.usage(path) }
