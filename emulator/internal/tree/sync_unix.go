//go:build !windows && !plan9 && !js && !wasip1

package tree

import (
	"errors"
	"io/fs"
)

// syncFolder syncs the names in a folder. A folder that was removed meanwhile is
// not an error.
func (t *Tree) syncFolder(name string) error {
	f, err := t.root.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	return f.Sync()
}
