package upload

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"unicode"

	"github.com/sfstore/sfstore/wrapper/imagestore"
)

// maxDepth bounds how deep folders lie in each other. No store holds more, and it ends a walk
// around a circle of links in a file system that cannot tell one folder from another.
const maxDepth = 255

// tree is what a folder holds, by slash-separated paths from its root.
type tree struct {
	files   []string
	folders []string // the root, ".", included
	size    int64    // of all files, in bytes, as they were listed
	refused []error  // entries that cannot be uploaded
}

// walk lists the folder in the order of names. It returns every entry that cannot be uploaded
// as one error.
func (u *Uploader) walk(ctx context.Context, fsys fs.FS) (*tree, error) {
	t := &tree{}
	root, err := fs.Stat(fsys, ".")
	if err != nil {
		return nil, refusal(".", err)
	}
	if err := u.walkInto(ctx, fsys, ".", []fs.FileInfo{root}, t); err != nil {
		return nil, err
	}
	return t, errors.Join(t.refused...)
}

func (u *Uploader) walkInto(ctx context.Context, fsys fs.FS, dir string, above []fs.FileInfo, t *tree) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	t.folders = append(t.folders, dir)
	entries, err := fs.ReadDir(fsys, dir)
	if err != nil {
		return refusal(dir, err)
	}
	for _, entry := range entries {
		name := path.Join(dir, entry.Name())
		refuse := func(err error) { t.refused = append(t.refused, refusal(name, err)) }
		if u.excluded(name) {
			continue
		}
		info, err := u.stat(fsys, name, entry)
		if err != nil {
			refuse(err)
			continue
		}
		mode := info.Mode().Type()
		switch {
		case entry.Name() == Mark && mode.IsRegular(): // it says nothing about the copy
		case entry.Name() == Mark:
			refuse(errors.New("it has the name of the mark of a folder"))
		case mode.IsDir() && slices.ContainsFunc(above, func(a fs.FileInfo) bool { return os.SameFile(a, info) }):
			refuse(errors.New("it is a link to a folder that it is in"))
		case mode.IsDir() && len(above) > maxDepth:
			refuse(fmt.Errorf("it lies more than %d folders deep", maxDepth))
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

// refusal says why an entry of a folder cannot be uploaded.
func refusal(name string, err error) error { return (&source{name: name}).failed(err) }

// stat says what an entry is, or what it points to when links are followed.
func (u *Uploader) stat(fsys fs.FS, name string, entry fs.DirEntry) (fs.FileInfo, error) {
	if entry.Type()&fs.ModeSymlink != 0 && !u.follow {
		return entry.Info()
	}
	return fs.Stat(fsys, name)
}

func (u *Uploader) excluded(name string) bool { return Excluded(name, u.exclude) }

// Excluded says whether [WithExclude] with these patterns leaves out a file or folder, given by
// its path from the root of the folder.
func Excluded(name string, patterns []string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool {
		whole, _ := path.Match(pattern, name)
		last, _ := path.Match(pattern, path.Base(name))
		return whole || last
	})
}

func checkPattern(pattern string) error {
	if _, err := path.Match(pattern, ""); err != nil || pattern == "" {
		return &imagestore.ArgumentError{Argument: "pattern", Value: pattern, Reason: "is not one of path.Match, such as *.pdb"}
	}
	return nil
}

// checkNames holds all paths to what the gateway takes, before anything is sent, and refuses
// what would become one in the store. Clusters on Windows do not tell upper from lower case.
func (f *folder) checkNames(ctx context.Context) error {
	windows, err := f.hasSessions(ctx)
	if err != nil {
		return err
	}
	var refused []error
	seen := make(map[string]string, len(f.tree.files))
	check := func(name, reason string) {
		key := name
		if windows {
			key = strings.ToLower(name)
		}
		if other, taken := seen[key]; taken && reason == "" {
			reason = fmt.Sprintf("and %q are one to a cluster on Windows", other)
		}
		seen[key] = name
		if reason != "" {
			refused = append(refused, &imagestore.ArgumentError{Argument: "file", Value: name, Reason: reason})
		} else if err := f.client.CheckPath(f.path + "/" + name); err != nil {
			refused = append(refused, err)
		}
	}
	for _, folder := range f.tree.folders {
		if folder != "." {
			check(folder, separators(folder))
		}
		check(path.Join(folder, Mark), "")
	}
	for _, file := range f.tree.files {
		reason := separators(file)
		if strings.TrimRightFunc(file, unicode.IsSpace) != file {
			reason = "ends with white space, which the store does not keep"
		}
		check(file, reason)
	}
	return errors.Join(refused...)
}

// separators says what is wrong with a name that the store would take for several.
func separators(name string) string {
	if strings.Contains(name, `\`) {
		return "has a backslash, which separates folders in the store"
	}
	return ""
}
