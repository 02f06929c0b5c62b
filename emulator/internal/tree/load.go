package tree

import (
	"errors"
	"fmt"
	"io/fs"
)

// prepare makes the tree's folders, reads the files of earlier runs and begins
// an epoch.
func (t *Tree) prepare() error {
	if err := t.checkFolder(); err != nil {
		return err
	}
	if err := t.mark(); err != nil {
		return err
	}
	if err := t.emptyStaging(); err != nil {
		return err
	}
	known, err := t.journal.read()
	if err != nil {
		return err
	}
	unknown, err := t.load(known)
	if err != nil {
		return err
	}
	t.journal.epoch = t.journal.epoch.next()
	t.journal.renew(unknown)
	if err := t.journal.write(t.Beneath("")); err != nil {
		return err
	}
	return t.syncFolder(".")
}

// checkFolder returns an error unless the folder is, or can become, a store.
// Because staging is emptied, a folder of that name that belongs to something
// else must not be used.
func (t *Tree) checkFolder() error {
	content, noContent := t.root.Lstat(contentFolder)
	staging, noStaging := t.root.Lstat(stagingFolder)
	switch {
	case noContent == nil && !content.IsDir():
		return fmt.Errorf("%s is not a folder", contentFolder)
	case noStaging == nil && (!staging.IsDir() || noContent != nil):
		return fmt.Errorf("%s is not that of a store", stagingFolder)
	case errors.Is(noContent, fs.ErrNotExist):
		return t.root.Mkdir(contentFolder, 0o755)
	}
	return noContent
}

// marker is the file that a tree writes before it makes its staging folder.
const marker = ".sfstore"

const (
	markerText    = "This folder is an image store of sfstore. Its folder staging is emptied whenever the store opens.\n"
	temporaryText = "This folder is a temporary image store of sfstore. The next one removes it if nobody uses it.\n"
)

// mark returns an error unless a tree made the staging folder: it is missing or
// empty, or the marker is there.
func (t *Tree) mark() error {
	if info, err := t.root.Lstat(marker); err == nil && info.Mode().IsRegular() {
		return nil
	}
	found, err := fs.ReadDir(t.root.FS(), stagingFolder)
	switch {
	case len(found) > 0:
		return fmt.Errorf("%s is not that of a store: it has files, and there is no file %s beside it", stagingFolder, marker)
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return err
	}
	text := markerText
	if t.options.Temporary {
		text = temporaryText
	}
	return t.root.WriteFile(marker, []byte(text), 0o644)
}

// load builds the index from the files in the content folder and returns those
// whose version is not known. Links, devices and the like are not followed and
// not listed, nor are names that no request can spell. The folders are synced,
// because the run that made them may have ended before it did.
func (t *Tree) load(known map[string]remembered) (unknown []*File, err error) {
	err = fs.WalkDir(t.root.FS(), contentFolder, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			return t.syncFolder(name)
		}
		path := fromDisk(name)
		if !d.Type().IsRegular() || !t.options.Spellable(path) {
			return nil
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		if other := t.index.file(path); other != nil {
			return fmt.Errorf("the folder contains both %q and %q, which are one name on %s", other.Path, path, t.options.System)
		}
		if why := t.index.blocked(path); why != nil {
			return fmt.Errorf("the folder cannot be a store on %s: %q is a file, but %w", t.options.System, path, why)
		}
		f := &File{Path: path, Size: info.Size(), Modified: Ticks(info.ModTime())}
		if line, ok := known[path]; ok && line.modified == f.Modified {
			f.Version, f.Session = line.version, line.session
		} else {
			unknown = append(unknown, f)
		}
		t.index.put(f)
		t.journal.ticks = max(t.journal.ticks, f.Modified)
		return nil
	})
	return unknown, err
}
