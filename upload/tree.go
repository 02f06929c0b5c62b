package upload

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"

	"github.com/sfstore/sfstore/internal/exclude"
)

// maxDepth bounds the depth of folders. No store has more, and it ends a walk around a cycle of
// links in a file system that cannot compare folders.
const maxDepth = 255

// tree has the contents of a folder of the source, by slash-separated paths from its root.
type tree struct {
	exclude *exclude.Patterns
	files   []string
	folders []string // the root, ".", included
	size    int64    // of all files, in bytes, as they were listed
	refused []error  // entries that cannot be uploaded
}

// walk lists the folder in the order of names. It returns one error for all entries that cannot be
// uploaded, together with the tree.
func (u *Uploader) walk(ctx context.Context, fsys fs.FS) (*tree, error) {
	t := &tree{exclude: new(exclude.Patterns)}
	patterns, err := exclude.Compile(u.exclude...)
	if err != nil {
		return t, patternError(err)
	}
	t.exclude = patterns
	root, err := fs.Stat(fsys, ".")
	if err != nil {
		return t, refusal(".", err)
	}
	if err := u.walkInto(ctx, fsys, ".", []fs.FileInfo{root}, t); err != nil {
		return t, err
	}
	return t, errors.Join(t.refused...)
}

func (u *Uploader) walkInto(ctx context.Context, fsys fs.FS, dir string, above []fs.FileInfo, t *tree) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	t.folders = append(t.folders, dir)
	entries, err := fs.ReadDir(fsys, dir)
	if err != nil { // the other folders may have faults of their own
		t.refused = append(t.refused, refusal(dir, err))
	}
	for _, entry := range entries {
		name := path.Join(dir, entry.Name())
		refuse := func(err error) { t.refused = append(t.refused, refusal(name, err)) }
		if err := checkText(entry.Name()); err != nil {
			refuse(err)
			continue
		}
		if t.exclude.Excludes(name, entry.IsDir()) {
			continue
		}
		info, err := u.stat(fsys, name, entry)
		if err != nil {
			refuse(err)
			continue
		}
		mode := info.Mode().Type()
		switch {
		case mode.IsDir() && !entry.IsDir() && t.exclude.Excludes(name, true): // a link to a folder
		case entry.Name() == Mark && mode.IsRegular(): // it says nothing about the copy
		case entry.Name() == Mark:
			refuse(errors.New("the name _.dir is reserved for folder marks"))
		case mode.IsDir() && slices.ContainsFunc(above, func(a fs.FileInfo) bool { return os.SameFile(a, info) }):
			refuse(errors.New("is a symbolic link to one of its parent folders"))
		case mode.IsDir() && len(above) > maxDepth:
			refuse(fmt.Errorf("is more than %d folders deep", maxDepth))
		case mode.IsDir():
			if err := u.walkInto(ctx, fsys, name, append(slices.Clip(above), info), t); err != nil {
				return err
			}
		case mode.IsRegular():
			t.files = append(t.files, name)
			t.size += info.Size()
		default:
			refuse(errNotRegular(mode))
		}
	}
	return nil
}

// refusal is why an entry of a folder cannot be uploaded.
func refusal(name string, err error) error { return (&source{name: name}).failed(err) }

// stat describes an entry, or its target if links are followed.
func (u *Uploader) stat(fsys fs.FS, name string, entry fs.DirEntry) (fs.FileInfo, error) {
	if entry.Type()&fs.ModeSymlink != 0 && !u.follow {
		return entry.Info()
	}
	return fs.Stat(fsys, name)
}
