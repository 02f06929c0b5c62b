package pack

import (
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
)

var (
	_ fs.ReadDirFS = (*Package)(nil)
	_ fs.StatFS    = (*Package)(nil)
)

// Open opens a file or a folder. It implements [fs.FS].
func (p *Package) Open(name string) (fs.File, error) {
	if err := p.check("open", name); err != nil {
		return nil, err
	}
	if onDisk, is := p.archives[name]; is {
		return os.Open(onDisk)
	}
	entries, is := p.tree[name]
	if !is {
		return p.src.Open(name)
	}
	info, err := fs.Stat(p.src, name)
	if err != nil {
		return nil, err
	}
	return &openFolder{info: info, path: name, rest: entries}, nil
}

// Stat describes a file or a folder. It implements [fs.StatFS].
func (p *Package) Stat(name string) (fs.FileInfo, error) {
	if err := p.check("stat", name); err != nil {
		return nil, err
	}
	if onDisk, is := p.archives[name]; is {
		return os.Stat(onDisk)
	}
	return fs.Stat(p.src, name)
}

// ReadDir lists a folder in the order of names. It implements [fs.ReadDirFS].
func (p *Package) ReadDir(name string) ([]fs.DirEntry, error) {
	if err := p.check("readdir", name); err != nil {
		return nil, err
	}
	entries, is := p.tree[name]
	if !is {
		return nil, &fs.PathError{Op: "readdir", Path: name, Err: errNoFolder}
	}
	return slices.Clone(entries), nil
}

// check returns an error unless the result has a file or folder of this name.
func (p *Package) check(op, name string) error {
	switch {
	case !fs.ValidPath(name):
		return &fs.PathError{Op: op, Path: name, Err: fs.ErrInvalid}
	case p.closed.Load():
		return &fs.PathError{Op: op, Path: name, Err: fs.ErrClosed}
	case !p.has(name):
		return &fs.PathError{Op: op, Path: name, Err: fs.ErrNotExist}
	}
	return nil
}

func (p *Package) has(name string) bool {
	if _, is := p.tree[name]; is {
		return true
	}
	_, found := slices.BinarySearchFunc(p.tree[path.Dir(name)], path.Base(name), func(e fs.DirEntry, base string) int {
		return strings.Compare(e.Name(), base)
	})
	return found
}

// openFolder is a folder of a [Package].
type openFolder struct {
	info fs.FileInfo
	path string
	rest []fs.DirEntry // not read yet
}

func (f *openFolder) Stat() (fs.FileInfo, error) { return f.info, nil }
func (f *openFolder) Close() error               { return nil }

func (f *openFolder) Read([]byte) (int, error) {
	return 0, &fs.PathError{Op: "read", Path: f.path, Err: errFolder}
}

func (f *openFolder) ReadDir(n int) ([]fs.DirEntry, error) {
	if n <= 0 {
		n = len(f.rest)
	} else if len(f.rest) == 0 {
		return nil, io.EOF
	}
	n = min(n, len(f.rest))
	entries := slices.Clone(f.rest[:n])
	f.rest = f.rest[n:]
	return entries, nil
}
