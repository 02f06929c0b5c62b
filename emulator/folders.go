package emulator

import (
	"errors"
	"io/fs"
	"slices"
)

// madeFolder is a folder whose name is perhaps not on the disk yet. A file is
// safe when that holds for none of the folders above it, whoever made them.
type madeFolder struct {
	path   string // store path; empty where only the parent matters
	made   uint64 // which making of that path this was
	parent string // the folder to sync, relative to the store's folder
}

// makeFolders makes a folder and those above it, and returns the paths of
// those that were not there. The caller holds the tree.
func (s *Store) makeFolders(path string) (made []string, err error) {
	for end := range len(path) + 1 {
		if end == 0 || end < len(path) && path[end] != '/' {
			continue
		}
		isNew, err := s.makeFolder(path[:end])
		if err != nil {
			return made, err
		}
		if isNew {
			made = append(made, path[:end])
		}
	}
	return made, nil
}

func (s *Store) makeFolder(path string) (isNew bool, err error) {
	if s.index.hasFolder(path) {
		return false, nil
	}
	info, err := s.root.Lstat(onDisk(path))
	switch {
	case err == nil && info.IsDir():
		return false, nil
	case err == nil:
		// A link planted there is not followed.
		return false, errIO.because("something that is not a folder lies at %s", s.platform.display(path))
	case !errors.Is(err, fs.ErrNotExist):
		return false, err
	}
	if err := s.root.Mkdir(onDisk(path), 0o755); err != nil {
		return false, err
	}
	s.makings++
	s.unsynced[path] = s.makings
	return true, nil
}

// unmake removes folders that were made for nothing. The caller holds the
// tree.
func (s *Store) unmake(made []string) {
	for _, path := range slices.Backward(made) {
		_ = s.root.Remove(onDisk(path))
		delete(s.unsynced, path)
	}
}

// prune removes a folder that held a file, and those above it, as long as
// they are empty, and returns the first that stays. Only folders are removed:
// a link that took the place of one stays. The caller holds the tree.
func (s *Store) prune(path string) string {
	for ; path != ""; path = folderOf(path) {
		info, err := s.root.Lstat(onDisk(path))
		if err == nil && !info.IsDir() {
			return path
		}
		if err := s.root.Remove(onDisk(path)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return path
		}
		delete(s.unsynced, path)
	}
	return ""
}

// unsyncedAbove lists what has to be synced for a new name in folder to last.
// The caller holds the tree.
func (s *Store) unsyncedAbove(folder string) []madeFolder {
	dirty := []madeFolder{{parent: onDisk(folder)}}
	for path := folder; path != "" && len(s.unsynced) > 0; path = folderOf(path) {
		if made, ok := s.unsynced[path]; ok {
			dirty = append(dirty, madeFolder{path, made, onDisk(folderOf(path))})
		}
	}
	return dirty
}

// syncFolders brings folders to the disk, each once, and remembers that.
func (s *Store) syncFolders(dirty []madeFolder) error {
	synced := make(map[string]bool, len(dirty))
	for _, d := range dirty {
		if synced[d.parent] {
			continue
		}
		if err := s.syncFolder(d.parent); err != nil {
			return err
		}
		synced[d.parent] = true
	}
	s.tree.Lock()
	defer s.tree.Unlock()
	for _, d := range dirty {
		// A folder that was removed and made again is another one.
		if d.path != "" && s.unsynced[d.path] == d.made {
			delete(s.unsynced, d.path)
		}
	}
	return nil
}
