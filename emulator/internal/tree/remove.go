package tree

import (
	"errors"
	"io/fs"
	"slices"
	"strings"
)

// Remove removes the file at path, or the folder with everything below, and the
// folders that it leaves empty. It does nothing if there is no such path. Of the
// root it removes everything. It returns when that survives a power cut. A
// folder is renamed as a whole, under each of its spellings, so that it
// disappears at once; its files are removed afterwards.
func (t *Tree) Remove(path string) error {
	dirty, trash, err := t.detach(path)
	for _, name := range trash {
		// Files that are left in staging are not part of the tree any more.
		_ = t.root.RemoveAll(name)
	}
	if err != nil {
		return err
	}
	return t.syncFolders(dirty)
}

func (t *Tree) detach(path string) (dirty []madeFolder, trash []string, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	files := t.index.beneath(path)
	if f := t.index.file(path); path != "" && f != nil {
		files = []*File{f}
	}
	for _, spelled := range spellings(files, path) {
		away := t.stagingName()
		if err := t.rename(onDisk(spelled), away); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return dirty, trash, err
		}
		trash = append(trash, away)
		gone, kept := partition(files, func(f *File) bool { return f.Path == spelled || IsBelow(f.Path, spelled) })
		t.index.remove(gone...)
		files = kept
		dirty = append(dirty, madeFolder{parent: onDisk(t.prune(folderOf(spelled)))})
	}
	return dirty, trash, nil
}

// spellings returns the spellings of a path in the paths of the files beneath.
// The root itself cannot be renamed, so its spellings are those of its items.
func spellings(files []*File, path string) (all []string) {
	depth := strings.Count(path, "/") + 1
	for _, f := range files {
		if spelled := above(f.Path, depth); !slices.Contains(all, spelled) {
			all = append(all, spelled)
		}
	}
	return all
}

func partition(files []*File, in func(*File) bool) (yes, no []*File) {
	for _, f := range files {
		if in(f) {
			yes = append(yes, f)
		} else {
			no = append(no, f)
		}
	}
	return yes, no
}
