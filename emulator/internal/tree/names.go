package tree

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
)

// NameError is a name that a file cannot have on the system that this program
// runs on, whatever the store's own rules are.
type NameError struct {
	Name   string
	Reason string
}

func (e *NameError) Error() string {
	return fmt.Sprintf("this computer cannot store the name %q: it %s", e.Name, e.Reason)
}

// checkTwin returns a [*BlockedError] if path is another file or folder of the
// tree on the disk, such as a name that differs only in case on a disk that
// ignores it: storing both would lose one. It checks the disk each time, because
// a single folder may ignore case. The caller holds t.mu.
func (t *Tree) checkTwin(path string, there fs.FileInfo) error {
	if t.index.file(path) != nil {
		return nil
	}
	for _, sibling := range t.index.within(folderOf(path)) {
		if t.options.Fold(sibling) == t.options.Fold(path) {
			continue
		}
		other, err := t.root.Lstat(onDisk(sibling))
		if err == nil && os.SameFile(there, other) {
			return &BlockedError{ATwin, sibling}
		}
	}
	return nil
}

// within returns the paths of the files and folders that lie directly in a
// folder, in no order.
func (x *index) within(path string) (paths []string) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	f := x.find(path)
	if f == nil {
		return nil
	}
	for _, file := range f.files {
		paths = append(paths, file.Path)
	}
	for _, child := range f.folders {
		paths = slices.AppendSeq(paths, maps.Keys(child.names))
	}
	return paths
}
