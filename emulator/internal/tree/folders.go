package tree

import (
	"errors"
	"io/fs"
	"slices"
)

// madeFolder is a folder whose name may not be on the disk yet. A file is safe
// when the names of all folders above it are on the disk, whoever made them.
type madeFolder struct {
	path   string // store path; empty where only the parent matters
	made   uint64 // which making of that path this was
	parent string // the folder to sync, relative to the store's folder
}

// makeFolders makes a folder and those above it, and returns the paths of
// the missing ones that it made. The caller holds t.mu.
func (t *Tree) makeFolders(path string) (made []string, err error) {
	for end := range len(path) + 1 {
		if end == 0 || end < len(path) && path[end] != '/' {
			continue
		}
		isNew, err := t.makeFolder(path[:end])
		if err != nil {
			return made, err
		}
		if isNew {
			made = append(made, path[:end])
		}
	}
	return made, nil
}

func (t *Tree) makeFolder(path string) (isNew bool, err error) {
	if t.index.hasFolder(path) {
		return false, nil
	}
	info, err := t.root.Lstat(onDisk(path))
	switch {
	case err == nil && info.IsDir():
		return false, t.checkTwin(path, info)
	case err == nil:
		// A link planted there is not followed.
		return false, &BlockedError{AStranger, path}
	case !errors.Is(err, fs.ErrNotExist):
		return false, err
	}
	if err := t.root.Mkdir(onDisk(path), 0o755); err != nil {
		return false, err
	}
	t.makings++
	t.unsynced[path] = t.makings
	return true, nil
}

// unmake removes folders that were made in vain. The caller holds t.mu.
func (t *Tree) unmake(made []string) {
	for _, path := range slices.Backward(made) {
		_ = t.root.Remove(onDisk(path))
		delete(t.unsynced, path)
	}
}

// prune removes a folder of a removed file, and those above it, as long as
// they are empty, and returns the first that stays. Only folders are removed:
// a link that replaced one stays. The caller holds t.mu.
func (t *Tree) prune(path string) string {
	for ; path != ""; path = folderOf(path) {
		info, err := t.root.Lstat(onDisk(path))
		if err == nil && !info.IsDir() {
			return path
		}
		if err := t.root.Remove(onDisk(path)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return path
		}
		delete(t.unsynced, path)
	}
	return ""
}

// unsyncedAbove lists the folders to sync for a new name in folder to survive a
// power cut. The caller holds t.mu.
func (t *Tree) unsyncedAbove(folder string) []madeFolder {
	dirty := []madeFolder{{parent: onDisk(folder)}}
	for path := folder; path != "" && len(t.unsynced) > 0; path = folderOf(path) {
		if made, ok := t.unsynced[path]; ok {
			dirty = append(dirty, madeFolder{path, made, onDisk(folderOf(path))})
		}
	}
	return dirty
}

// syncFolders syncs folders, each once, and remembers that.
func (t *Tree) syncFolders(dirty []madeFolder) error {
	synced := make(map[string]bool, len(dirty))
	for _, d := range dirty {
		if synced[d.parent] {
			continue
		}
		if err := t.syncFolder(d.parent); err != nil {
			return err
		}
		synced[d.parent] = true
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, d := range dirty {
		// A folder that was removed and made again is another one.
		if d.path != "" && t.unsynced[d.path] == d.made {
			delete(t.unsynced, d.path)
		}
	}
	return nil
}
