package emulator

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
)

// open prepares the store's folder and reads what an earlier run left there.
func (s *Store) open() error {
	if err := s.checkFolder(); err != nil {
		return err
	}
	if err := s.emptyStaging(); err != nil {
		return err
	}
	if err := s.load(); err != nil {
		return err
	}
	return s.syncFolder(".")
}

// checkFolder makes sure that the folder is a store, or becomes one. Because
// staging is emptied, a folder of that name that belongs to something else
// must not be taken for the store's own.
func (s *Store) checkFolder() error {
	content, noContent := s.root.Lstat(contentFolder)
	staging, noStaging := s.root.Lstat(stagingFolder)
	switch {
	case noContent == nil && !content.IsDir():
		return fmt.Errorf("%s is not a folder", contentFolder)
	case noStaging == nil && (!staging.IsDir() || noContent != nil):
		return fmt.Errorf("%s is not that of a store", stagingFolder)
	case errors.Is(noContent, fs.ErrNotExist):
		return s.root.Mkdir(contentFolder, 0o755)
	}
	return noContent
}

// load builds the index from the files in the content folder. Links, devices
// and the like are not followed and not listed, nor are names that no request
// can spell. The folders are synced, because the run that made them may have
// ended before it did.
func (s *Store) load() error {
	return fs.WalkDir(s.root.FS(), contentFolder, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			return s.syncFolder(name)
		}
		path := strings.TrimPrefix(name, contentFolder+"/")
		if !d.Type().IsRegular() || !s.platform.spellable(path) {
			return nil
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		if other := s.index.file(path); other != nil {
			return fmt.Errorf("the folder holds both %q and %q, which are one name on %s", other.path, path, s.platform)
		}
		if why := s.index.blocked(path); why != "" {
			return fmt.Errorf("the folder cannot be a store on %s: %q is a file, but %s", s.platform, path, why)
		}
		version := ticksOf(info.ModTime())
		s.index.put(&entry{path: path, size: info.Size(), version: version})
		s.lastVersion.Store(max(s.lastVersion.Load(), version))
		return nil
	})
}
