package tree

import (
	"errors"
	"io/fs"
	"os"
	"strings"
)

// RemoveAbandoned removes the temporary trees in a folder whose names begin
// with prefix and which no process uses: a killed process left them. It ignores
// errors. Without folder locks it does nothing, because it cannot find out
// whether a tree is in use.
func RemoveAbandoned(folder, prefix string) {
	root, err := os.OpenRoot(folder)
	if err != nil || !canLock {
		return
	}
	defer root.Close()
	entries, _ := fs.ReadDir(root.FS(), ".")
	for _, entry := range entries {
		if entry.IsDir() && strings.HasPrefix(entry.Name(), prefix) {
			removeAbandoned(root, entry.Name())
		}
	}
}

func removeAbandoned(parent *os.Root, name string) {
	root, err := parent.OpenRoot(name)
	if err != nil {
		return
	}
	defer root.Close()
	if text, err := root.ReadFile(marker); err != nil || string(text) != temporaryText {
		return
	}
	locked, err := lock(root)
	if err != nil {
		return
	}
	_ = parent.RemoveAll(name)
	// Windows does not remove open files: the lock, and therefore the folder.
	_ = errors.Join(locked.Close(), root.Close())
	_ = parent.RemoveAll(name)
}
