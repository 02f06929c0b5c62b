package recording

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"strings"
)

// attachments opens the bodies that a HAR keeps in files beside itself, by their names. It is nil
// if a recording has no files beside it.
type attachments func(name string) (fs.File, error)

// attachedTo opens files in a folder. It does not follow links out of it.
func attachedTo(folder string) attachments {
	return func(name string) (fs.File, error) {
		root, err := os.OpenRoot(folder)
		if err != nil {
			return nil, err
		}
		defer root.Close()
		info, err := root.Stat(name)
		if err != nil {
			return nil, err
		}
		if !info.Mode().IsRegular() { // which might never end, or never begin
			return nil, errors.New("is not a regular file")
		}
		return root.Open(name)
	}
}

// body reads an attached body of size bytes, or -1 if the size is unknown. A body that cannot be
// read counts as not kept.
func (a attachments) body(name string, size int64) body {
	if a == nil || strings.ContainsAny(name, `/\:`) || !fs.ValidPath(name) || name == "." {
		return lostBody(size)
	}
	f, err := a(name)
	if err != nil {
		return lostBody(size)
	}
	defer f.Close()
	bytes, err := io.ReadAll(io.LimitReader(f, maxBody+1))
	if err != nil || len(bytes) > maxBody || int64(len(bytes)) < size {
		return lostBody(max(size, int64(len(bytes))))
	}
	return keptBody(bytes)
}
