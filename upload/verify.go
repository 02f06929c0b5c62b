package upload

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// Difference is a file that differs between the source and the store.
type Difference struct {
	Path   string `json:"path"`   // from the folder's root, with /; "." is the root; of a single file, its name in the store
	Local  int64  `json:"local"`  // size in bytes, -1 if it is not in the source, or a folder there
	Stored int64  `json:"stored"` // size in bytes, -1 if it is not in the store, or a folder there
	// Note is another difference, such as a folder in place of a file; empty otherwise.
	Note string `json:"note,omitempty"`
}

// absent is the size of a missing file.
const absent = -1

// String describes the difference in one line.
func (d Difference) String() string {
	switch {
	case d.Note != "":
		return d.Note
	case d.Stored == absent && path.Base(d.Path) == Mark:
		return fmt.Sprintf("%s: the folder has no mark and does not count as complete", path.Dir(d.Path))
	case d.Stored == absent:
		return fmt.Sprintf("%s: not in the store", d.Path)
	case d.Local == absent:
		return fmt.Sprintf("%s: only in the store, %d bytes", d.Path, d.Stored)
	}
	return fmt.Sprintf("%s: %d bytes, in the store %d", d.Path, d.Local, d.Stored)
}

// VerifyFile compares the size of a local file, in bytes, with that of the file dst in the store.
// It returns nil if they are equal. The image store has no download, so bytes cannot be compared.
func (u *Uploader) VerifyFile(ctx context.Context, dst string, size int64) ([]Difference, error) {
	storePath, err := u.canonical(dst)
	if err != nil {
		return nil, err
	}
	if size < 0 {
		return nil, wrongNumber("size", size, "is negative")
	}
	l, err := u.begin(storePath).list(ctx, storePath)
	d := Difference{Path: path.Base(storePath), Local: size, Stored: absent}
	switch {
	case l.folder:
		d.Note = fmt.Sprintf("%q is a folder in the store, not a file", storePath)
	case err != nil:
		return nil, err
	case l.file != nil && l.file.Size == size:
		return nil, nil
	case l.file != nil:
		d.Stored = l.file.Size
	}
	return []Difference{d}, nil
}

// VerifyFolder compares names and sizes of a local folder with the folder dst of the store, in both
// directions, and expects the mark of every folder. Files that [WithExclude] leaves out are ignored
// on both sides; a pattern without a match on both is an event, [Unmatched]. If the store cannot
// list a folder to its end, its files are looked up one by one, and an event, [Noticed], says that
// there may be others. It returns the differences in the order of their paths, and nil if there are
// none.
func (u *Uploader) VerifyFolder(ctx context.Context, dst string, folder fs.FS) ([]Difference, error) {
	root, err := u.canonical(dst)
	if err != nil {
		return nil, err
	}
	if folder == nil {
		return nil, errNilSource()
	}
	tree, err := u.walk(ctx, folder)
	if err != nil {
		return nil, err
	}
	c := u.begin(root)
	stored, err := c.listTree(ctx, root, tree.folders)
	if wrong, ok := errors.AsType[*DestinationError](err); ok {
		return []Difference{{Path: ".", Local: absent, Stored: absent, Note: fmt.Sprintf("%q is a file in the store, not a folder", wrong.Path)}}, nil
	}
	if err != nil {
		return nil, err
	}
	differences, err := c.compare(ctx, folder, tree, stored)
	if err != nil {
		return nil, err
	}
	if !stored.isWhole() {
		c.notice(root, "the store cannot list all of the folder, so files that the source lacks may be in it")
	}
	c.reportUnmatched(tree)
	slices.SortFunc(differences, func(a, b Difference) int { return cmp.Compare(a.Path, b.Path) })
	return differences, nil
}

// compare removes the source's files from stored, and returns the differences and the rest.
func (c *run) compare(ctx context.Context, folder fs.FS, tree *tree, stored *storedTree) (differences []Difference, err error) {
	sizes := map[string]int64{}
	for _, name := range tree.files {
		if sizes[name], err = c.sizeOf(ctx, folder, name); err != nil {
			return nil, err
		}
	}
	for _, name := range tree.folders {
		sizes[markIn(name)] = 0
	}
	// A gateway on Linux lists one of several names that differ only in case.
	anyCase := map[string]bool{}
	for name := range stored.files {
		anyCase[strings.ToLower(name)] = true
	}
	// The exact name comes first: a file that Windows spells differently may be that of another name.
	var exact, others []string
	for name := range sizes {
		if stored.files[name] != nil {
			exact = append(exact, name)
		} else {
			others = append(others, name)
		}
	}
	for _, name := range slices.Concat(exact, others) {
		local, size := sizes[name], int64(absent)
		if file := stored.take(name); file != nil {
			size = file.Size
		} else if !stored.isWhole() || anyCase[strings.ToLower(name)] {
			l, err := c.list(ctx, path.Join(c.path, name))
			if err != nil {
				return nil, err
			}
			if l.file != nil && base(l.file.Path) == path.Base(name) {
				size = l.file.Size
			}
		}
		if size != local {
			differences = append(differences, Difference{Path: name, Local: local, Stored: size})
		}
	}
	for name, file := range stored.files {
		if !tree.exclude.Excludes(name, false) {
			differences = append(differences, Difference{Path: name, Local: absent, Stored: file.Size})
		}
	}
	return differences, nil
}
