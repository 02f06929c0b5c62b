package emulator

import (
	"errors"
	"io/fs"
	"os"
)

// publish puts a staged file at path, where readers see it or its predecessor
// and never anything between, and returns when that survives a power cut. The
// path must be claimed. The staged file is gone when publish succeeds.
func (s *Store) publish(st staged, path, session string) error {
	if err := s.platform.storable(path); err != nil {
		return err
	}
	version := s.nextVersion()
	if err := s.seal(st, version); err != nil {
		return err
	}
	dirty, err := s.place(st, &entry{path, st.size, version, session})
	if err != nil {
		return err
	}
	return s.syncFolders(dirty)
}

// place renames a sealed file into the tree and tells which folders have to
// be synced for it to stay there.
func (s *Store) place(st staged, e *entry) (dirty []madeFolder, err error) {
	s.tree.Lock()
	defer s.tree.Unlock()
	if why := s.index.blocked(e.path); why != "" {
		return nil, errInvalidArgument.because("%s", why)
	}
	folder := folderOf(e.path)
	made, err := s.makeFolders(folder)
	defer func() {
		if err != nil {
			s.unmake(made)
		}
	}()
	if err != nil {
		return nil, err
	}
	source := st.name
	old := s.index.file(e.path)
	if old != nil && old.path != e.path {
		// Another spelling of the same Windows name. The old file is
		// overwritten first and then renamed, so that the disk never has two.
		if err := s.root.Rename(source, onDisk(old.path)); err != nil {
			return nil, err
		}
		source = onDisk(old.path)
		s.index.put(&entry{old.path, e.size, e.version, e.session})
	}
	if err := s.renameFile(source, onDisk(e.path)); err != nil {
		return nil, err
	}
	s.index.put(e)
	dirty = s.unsyncedAbove(folder)
	if old != nil && folderOf(old.path) != folder {
		dirty = append(dirty, madeFolder{parent: onDisk(s.prune(folderOf(old.path)))})
	}
	return dirty, nil
}

// renameFile renames a file over a file. Empty folders that a crash left
// where the file belongs are no part of the store and make way.
func (s *Store) renameFile(from, to string) error {
	if info, err := s.root.Lstat(to); err == nil && info.IsDir() {
		if err := s.removeEmpty(to); err != nil {
			return err
		}
	}
	return s.root.Rename(from, to)
}

// removeEmpty removes a folder that holds nothing but empty folders.
func (s *Store) removeEmpty(name string) error {
	entries, err := fs.ReadDir(s.root.FS(), name)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.IsDir() {
			if err := s.removeEmpty(name + "/" + e.Name()); err != nil {
				return err
			}
		}
	}
	return s.root.Remove(name)
}

// unlink takes files out of the tree and syncs what was above them. Below the
// lock a folder is moved away whole, under each of its spellings, so that it
// goes at once; its files are removed afterwards. The path must be claimed.
func (s *Store) unlink(path string) error {
	dirty, trash, err := s.detach(path)
	for _, name := range trash {
		// What is left in staging is no part of the store any more.
		_ = s.root.RemoveAll(name)
	}
	if err != nil {
		return err
	}
	return s.syncFolders(dirty)
}

func (s *Store) detach(path string) (dirty []madeFolder, trash []string, err error) {
	s.tree.Lock()
	defer s.tree.Unlock()
	files, spellings := s.index.beneath(path)
	if e := s.index.file(path); e != nil {
		files, spellings = []*entry{e}, []string{e.path}
	}
	for _, spelled := range spellings {
		away := s.stagingName()
		if err := s.root.Rename(onDisk(spelled), away); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return dirty, trash, err
		}
		trash = append(trash, away)
		gone, kept := partition(files, func(e *entry) bool { return e.path == spelled || isBelow(e.path, spelled) })
		s.index.remove(gone...)
		files = kept
		dirty = append(dirty, madeFolder{parent: onDisk(s.prune(folderOf(spelled)))})
	}
	return dirty, trash, nil
}

func partition(files []*entry, in func(*entry) bool) (yes, no []*entry) {
	for _, e := range files {
		if in(e) {
			yes = append(yes, e)
		} else {
			no = append(no, e)
		}
	}
	return yes, no
}

// openFile opens a stored file for reading. Something else that was planted
// in its place, a link or a pipe, is not opened.
func (s *Store) openFile(e *entry) (*os.File, error) {
	there, err := s.root.Lstat(onDisk(e.path))
	if errors.Is(err, fs.ErrNotExist) || err == nil && !there.Mode().IsRegular() {
		return nil, errFileNotFound
	}
	if err != nil {
		return nil, err
	}
	f, err := s.root.Open(onDisk(e.path))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, errFileNotFound
	}
	return f, err
}

// onDisk is where a store path lies in the store's folder.
func onDisk(path string) string {
	if path == "" {
		return contentFolder
	}
	return contentFolder + "/" + path
}
