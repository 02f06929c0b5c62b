package pack

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
)

// tree has the entries of each folder, by its slash-separated path. The root is ".". Entries are
// in the order of their names.
type tree map[string][]fs.DirEntry

// walk lists the folder dir with everything below it. One error reports all entries that are
// neither a regular file nor a folder.
func (c *config) walk(ctx context.Context, src fs.FS) (tree, error) {
	t := tree{}
	var refused []error
	for rest := []string{"."}; len(rest) > 0; {
		dir := rest[len(rest)-1]
		rest = rest[:len(rest)-1]
		if err := ctx.Err(); err != nil {
			return nil, stepError("list", dir, err)
		}
		entries, err := c.list(src, dir)
		if err != nil {
			return nil, err
		}
		t[dir] = entries
		for _, entry := range entries {
			name := path.Join(dir, entry.Name())
			switch mode := entry.Type(); {
			case mode.IsDir():
				rest = append(rest, name)
			case !mode.IsRegular():
				refused = append(refused, stepError("list", name, notRegular(mode)))
			}
		}
	}
	return t, errors.Join(refused...)
}

// list lists one folder in the order of names, whatever the order of the source.
func (c *config) list(src fs.FS, dir string) ([]fs.DirEntry, error) {
	entries, err := fs.ReadDir(src, dir)
	if err != nil {
		return nil, stepError("list", dir, bare(err))
	}
	entries = slices.DeleteFunc(slices.Clone(entries), func(e fs.DirEntry) bool {
		return c.exclude.Excludes(path.Join(dir, e.Name()), e.IsDir())
	})
	slices.SortFunc(entries, byName)
	return entries, nil
}

func byName(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) }

// find returns the entry with a name: the exact one, or else the only one that differs only in
// case. It returns nil if there is none.
func find(entries []fs.DirEntry, name string) (fs.DirEntry, error) {
	var found fs.DirEntry
	var other string
	for _, entry := range entries {
		switch {
		case entry.Name() == name:
			return entry, nil
		case strings.EqualFold(entry.Name(), name):
			if found != nil {
				other = found.Name()
			}
			found = entry
		}
	}
	if other != "" {
		return nil, fmt.Errorf("%q and %q are both %q but for case", other, found.Name(), name)
	}
	return found, nil
}

// remove removes a folder and everything below it from the tree.
func (t tree) remove(folder string) {
	maps.DeleteFunc(t, func(dir string, _ []fs.DirEntry) bool {
		return dir == folder || strings.HasPrefix(dir, folder+"/")
	})
	parent := path.Dir(folder)
	t[parent] = slices.DeleteFunc(t[parent], func(e fs.DirEntry) bool { return e.Name() == path.Base(folder) })
}

// folders returns the paths of all folders in order, the parent before its children.
func (t tree) folders() []string { return slices.Sorted(maps.Keys(t)) }

// files counts the files.
func (t tree) files() (n int) {
	for _, entries := range t {
		for _, entry := range entries {
			if !entry.IsDir() {
				n++
			}
		}
	}
	return n
}

func notRegular(mode fs.FileMode) error {
	kind := "a device"
	switch {
	case mode.IsDir():
		kind = "a folder"
	case mode&fs.ModeSymlink != 0:
		kind = "a symbolic link"
	case mode&fs.ModeNamedPipe != 0:
		kind = "a pipe"
	case mode&fs.ModeSocket != 0:
		kind = "a socket"
	}
	return fmt.Errorf("is not a regular file but %s", kind)
}
