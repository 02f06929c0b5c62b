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

	"github.com/sfstore/sfstore/wrapper/imagestore"
)

// Difference is a file that the source and the store do not have alike.
type Difference struct {
	Path   string `json:"path"`   // from the folder's root, with /; empty for a single file
	Local  int64  `json:"local"`  // size in bytes, -1 when it is not in the source
	Stored int64  `json:"stored"` // size in bytes, -1 when it is not in the store
}

// absent stands for the size of a file that is not there.
const absent = -1

// String says what differs.
func (d Difference) String() string {
	switch {
	case d.Stored == absent && path.Base(d.Path) == Mark:
		return fmt.Sprintf("%s: the folder has no mark and does not count as complete", path.Dir(d.Path))
	case d.Stored == absent:
		return fmt.Sprintf("%s: not in the store", d.Path)
	case d.Local == absent:
		return fmt.Sprintf("%s: in the store only, %d bytes", d.Path, d.Stored)
	}
	return fmt.Sprintf("%s: %d bytes, in the store %d", d.Path, d.Local, d.Stored)
}

// VerifyFile compares the size of a local file with that of the file dst in the store. The
// image store has no way to read a file back, so bytes cannot be compared.
func (u *Uploader) VerifyFile(ctx context.Context, dst string, size int64) ([]Difference, error) {
	storePath, err := u.canonical(dst)
	if err != nil {
		return nil, err
	}
	content, err := u.client.Content(ctx, storePath)
	stored := int64(absent)
	switch {
	case errors.Is(err, imagestore.ErrNotFound):
	case err != nil:
		return nil, err
	case len(content.Files) == 1 && strings.EqualFold(base(content.Files[0].Path), path.Base(storePath)):
		stored = content.Files[0].Size
	}
	if stored == size {
		return nil, nil
	}
	return []Difference{{path.Base(storePath), size, stored}}, nil
}

// VerifyFolder compares names and sizes of a local folder with the folder dst of the store,
// both ways, and wants the mark of every folder. What [WithExclude] leaves out does not count
// on either side. It returns the differences in the order of their paths.
func (u *Uploader) VerifyFolder(ctx context.Context, dst string, folder fs.FS) ([]Difference, error) {
	root, err := u.canonical(dst)
	if err != nil {
		return nil, err
	}
	tree, err := u.walk(ctx, folder)
	if err != nil {
		return nil, err
	}
	stored := listed{sizes: map[string]int64{}, names: map[string]string{}}
	if err := u.listBelow(ctx, root, root, &stored); err != nil && !errors.Is(err, imagestore.ErrNotFound) {
		return nil, err
	}
	var differences []Difference
	compare := func(name string, local int64) {
		if size := stored.take(name); size != local {
			differences = append(differences, Difference{name, local, size})
		}
	}
	for _, name := range tree.files {
		info, err := fs.Stat(folder, name)
		if err != nil {
			return nil, &SourceError{name, err}
		}
		compare(name, info.Size())
	}
	for _, name := range tree.folders {
		compare(path.Join(name, Mark), 0)
	}
	for name, size := range stored.sizes {
		if !u.excluded(name) {
			differences = append(differences, Difference{name, absent, size})
		}
	}
	slices.SortFunc(differences, func(a, b Difference) int { return cmp.Compare(a.Path, b.Path) })
	return differences, nil
}

// listed is what the store lists below a folder, by path from there.
type listed struct {
	sizes map[string]int64
	names map[string]string // by the name in lower case, of a store that does not tell case apart
}

// take removes a file from what is listed and returns its size. A store on Windows may show a
// name in other letters than those that it was uploaded with.
func (l *listed) take(name string) int64 {
	if _, exact := l.sizes[name]; !exact {
		name = l.names[strings.ToLower(name)]
	}
	size, there := l.sizes[name]
	if !there {
		return absent
	}
	delete(l.sizes, name)
	return size
}

// listBelow lists all files below a folder of the store, by their path from the root.
func (u *Uploader) listBelow(ctx context.Context, root, folder string, l *listed) error {
	content, err := u.client.Content(ctx, folder)
	if err != nil {
		return err
	}
	from := func(storePath string) string {
		slashed := strings.ReplaceAll(storePath, `\`, "/")
		return slashed[min(len(root)+1, len(slashed)):]
	}
	for _, f := range content.Files {
		name := from(f.Path)
		l.sizes[name] = f.Size
		if strings.Contains(f.Path, `\`) { // as paths are on Windows
			l.names[strings.ToLower(name)] = name
		}
	}
	for _, f := range content.Folders {
		if err := u.listBelow(ctx, root, root+"/"+from(f.Path), l); err != nil {
			return err
		}
	}
	return nil
}
