package tree

import "io/fs"

// Put moves a staged file to path, where readers see either it or its
// predecessor, and returns when that survives a power cut. An existing file
// keeps the spelling of its path. session is kept beside the file. If Put
// fails, the staged file stays, and the error is a [*BlockedError] if something
// else is at the path.
func (t *Tree) Put(st Staged, path, session string) error {
	version, modified := t.journal.next()
	if err := t.seal(st, modified); err != nil {
		return err
	}
	dirty, err := t.install(st, &File{path, st.Size, version, modified, session})
	if err != nil {
		return err
	}
	t.journal.flush()
	return t.syncFolders(dirty)
}

// Stamp changes only the session of the file at path, if there is one.
func (t *Tree) Stamp(path, session string) {
	defer t.journal.flush()
	t.mu.Lock()
	defer t.mu.Unlock()
	if old := t.index.file(path); old != nil {
		stamped := *old
		stamped.Session = session
		t.remember(&stamped)
	}
}

// install renames a sealed file into the tree, and returns the folders to sync
// for it to survive a power cut.
func (t *Tree) install(st Staged, f *File) (dirty []madeFolder, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if err := t.index.blocked(f.Path); err != nil {
		return nil, err
	}
	if old := t.index.file(f.Path); old != nil {
		f.Path = old.Path
	}
	folder := folderOf(f.Path)
	made, err := t.makeFolders(folder)
	if err == nil {
		err = t.renameFile(st.name, f.Path)
	}
	if err != nil {
		t.unmake(made)
		return nil, err
	}
	t.remember(f)
	return t.unsyncedAbove(folder), nil
}

// remember puts a file into the index and the journal. The caller holds t.mu.
func (t *Tree) remember(f *File) {
	t.journal.add(f)
	t.index.put(f)
	if _, files, _ := t.index.usage(""); t.journal.isLong(files) {
		_ = t.journal.write(t.Beneath("")) // or at the next write
	}
}

// renameFile renames a file to path. It removes empty folders there that a
// crash has left, which are not part of the tree.
func (t *Tree) renameFile(from, path string) error {
	to := onDisk(path)
	if t.index.file(path) == nil {
		if there, err := t.root.Lstat(to); err == nil {
			if err := t.checkTwin(path, there); err != nil {
				return err
			}
			if there.IsDir() {
				if err := t.removeEmpty(to); err != nil {
					return err
				}
			}
		}
	}
	return t.rename(from, to)
}

// removeEmpty removes a folder that contains only empty folders.
func (t *Tree) removeEmpty(name string) error {
	entries, err := fs.ReadDir(t.root.FS(), name)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.IsDir() {
			if err := t.removeEmpty(name + "/" + e.Name()); err != nil {
				return err
			}
		}
	}
	return t.root.Remove(name)
}
