package cli

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// statSource describes the local file or folder that a command was given.
func statSource(name string) (fs.FileInfo, error) {
	info, err := os.Stat(name)
	if named, ok := errors.AsType[*fs.PathError](err); ok {
		// The operation of the error is a function of the system, such as GetFileAttributesEx.
		return nil, fmt.Errorf("cannot open %s: %w", name, named.Err)
	}
	return info, err
}

// dirFS returns the local folder of an argument. It is made absolute because names are appended to
// it: names appended to C:, the current folder of that drive, would not be in it.
func dirFS(name string) fs.FS {
	if absolute, err := filepath.Abs(name); err == nil {
		name = absolute
	}
	return os.DirFS(name)
}

// sizeOf returns the size of a file, and an error if it has more bytes than it announces, as in /proc.
func sizeOf(name string) (int64, error) {
	info, err := statSource(name)
	if err != nil {
		return 0, err
	}
	if !info.Mode().IsRegular() { // opening a pipe would wait for a writer
		return 0, fmt.Errorf("source %q: it is not a regular file", name)
	}
	f, err := os.Open(name)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	switch n, err := f.ReadAt(make([]byte, 1), info.Size()); {
	case n > 0:
		return 0, fmt.Errorf("source %q: it announces %d bytes and has more", name, info.Size())
	case err != nil && !errors.Is(err, io.EOF):
		return 0, err
	}
	return info.Size(), nil
}
