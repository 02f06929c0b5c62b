package pack

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// output is the folder that the result is written to. It remembers what it created, so that it
// removes nothing else.
type output struct {
	dir   string
	root  *os.Root
	above []string // the folders that were created for it, itself first
	made  []string // files and folders in it, in the order of creation
}

// claim creates the folder, unless it exists and is empty.
func claim(src fs.FS, dir string) (*output, error) {
	if dir == "" { // which would be the current folder
		return nil, &ArgumentError{Argument: "folder", Reason: "has no name"}
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, stepError("write to", dir, err)
	}
	if err := checkOutside(src, dir); err != nil {
		return nil, stepError("write to", dir, err)
	}
	entries, err := os.ReadDir(dir)
	switch {
	case err == nil && len(entries) > 0:
		return nil, stepError("write to", dir, errNotEmpty)
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return nil, stepError("write to", dir, bare(err))
	}
	o := &output{dir: dir, above: missing(dir)}
	err = os.MkdirAll(dir, 0o777)
	if err == nil {
		o.root, err = os.OpenRoot(dir)
	}
	if err != nil {
		return nil, errors.Join(stepError("write to", dir, bare(err)), o.undo())
	}
	return o, nil
}

// checkOutside finds the source among the folders above dir, when the source is on disk.
func checkOutside(src fs.FS, dir string) error {
	source, err := fs.Stat(src, ".")
	if err != nil {
		return bare(err)
	}
	for {
		if real, err := filepath.EvalSymlinks(dir); err == nil {
			dir = real
		}
		if info, err := os.Stat(dir); err == nil && os.SameFile(info, source) {
			return errInside
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return nil
		}
		dir = parent
	}
}

// missing returns the folders that do not exist yet, the deepest first.
func missing(dir string) []string {
	var folders []string
	for {
		if _, err := os.Lstat(dir); !errors.Is(err, fs.ErrNotExist) {
			return folders
		}
		folders = append(folders, dir)
		dir = filepath.Dir(dir)
	}
}

func (o *output) mkdir(name string) error {
	if name == "." {
		return nil
	}
	if err := o.root.Mkdir(filepath.FromSlash(name), 0o777); err != nil {
		return stepError("write", name, bare(err))
	}
	o.made = append(o.made, name)
	return nil
}

// create creates a file and calls write to fill it.
func (o *output) create(name string, write func(io.Writer) error) error {
	f, err := o.root.OpenFile(filepath.FromSlash(name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return stepError("write", name, bare(err))
	}
	o.made = append(o.made, name)
	err = write(f)
	if closing := f.Close(); err == nil && closing != nil {
		err = stepError("write", name, bare(closing))
	}
	return err
}

// undo removes what was created, the latest first.
func (o *output) undo() error {
	var all error
	for _, name := range slices.Backward(o.made) {
		all = errors.Join(all, o.root.Remove(filepath.FromSlash(name)))
	}
	if o.root != nil {
		all = errors.Join(all, o.root.Close())
	}
	for _, dir := range o.above {
		if err := os.Remove(dir); !errors.Is(err, fs.ErrNotExist) {
			all = errors.Join(all, err)
		}
	}
	if all != nil {
		return stepError("clean up", o.dir, all)
	}
	return nil
}
