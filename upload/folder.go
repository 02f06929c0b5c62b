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
	"time"

	"github.com/google/uuid"
	"golang.org/x/sync/errgroup"

	"github.com/sfstore/sfstore/wrapper/imagestore"
)

// Report is what became of a folder.
type Report struct {
	Files    []FileReport // in the order of their paths, marks not included
	Folders  int          // that got their mark
	Size     int64        // of all files, in bytes
	Resumed  int64        // bytes that an earlier attempt had left in the store
	Sent     int64        // bytes that went out
	Retries  int          // requests that failed and were made up for
	Duration time.Duration
}

// Folder uploads all files of a folder to the folder dst and, once every one of them is stored
// with its size, the mark of each folder, deepest first. The mark of dst itself is the last
// request: who sees it sees the whole. Marks of an earlier upload to dst are removed before
// the first file goes up.
//
// What is no regular file is refused by name, before anything is sent, unless it is excluded.
// The report names every file, with an error too.
func (u *Uploader) Folder(ctx context.Context, dst string, folder fs.FS) (Report, error) {
	began := time.Now()
	root, err := u.canonical(dst)
	if err != nil {
		return Report{}, err
	}
	tree, err := u.walk(folder)
	if err != nil {
		return Report{}, err
	}
	if err := u.checkNames(ctx, root, tree); err != nil {
		return Report{}, err
	}
	if err := u.removeMarks(ctx, root, tree); err != nil {
		return Report{}, err
	}
	u.event(Event{Kind: Planned, Files: len(tree.files), Size: tree.size})
	report := Report{Files: make([]FileReport, len(tree.files))}
	err = u.sendFiles(ctx, root, folder, tree, report.Files)
	if err == nil {
		err = u.checkListed(ctx, report.Files)
	}
	if err == nil {
		report.Folders, err = u.mark(ctx, root, tree.folders)
	}
	for _, f := range report.Files {
		report.Size += f.Size
		report.Resumed += f.Resumed
		report.Sent += f.Sent
		report.Retries += f.Retries
	}
	report.Duration = time.Since(began)
	if err != nil && ctx.Err() != nil {
		err = &Error{Path: root, Err: &interruption{ctx}}
	}
	return report, err
}

// errNotBegun is what the report says of files that were not reached.
var errNotBegun = errors.New("not begun, because another file failed")

// sendFiles uploads the files, as many at once as there are workers. A file that cannot be
// read does not keep the others from being sent; what the server refuses ends them all.
func (u *Uploader) sendFiles(ctx context.Context, root string, folder fs.FS, tree *tree, reports []FileReport) error {
	var unreadable error
	group, running := errgroup.WithContext(ctx)
	group.SetLimit(u.workers)
	failed := make(chan error, len(tree.files))
	for i, name := range tree.files {
		reports[i] = FileReport{Path: root + "/" + name, Err: errNotBegun}
		group.Go(func() error {
			select {
			case <-running.Done():
				return nil // whoever ended it says why
			default:
			}
			reports[i] = u.sendFile(running, root+"/"+name, folder, name)
			if err := reports[i].Err; !isSourceError(err) {
				return err
			}
			failed <- reports[i].Err
			return nil
		})
	}
	err := group.Wait()
	close(failed)
	for err := range failed {
		unreadable = errors.Join(unreadable, err)
	}
	return errors.Join(err, unreadable)
}

func (u *Uploader) sendFile(ctx context.Context, path string, folder fs.FS, name string) FileReport {
	s, closer, err := open(folder, name, name)
	if err != nil {
		return FileReport{Path: path, Err: err}
	}
	defer closer.Close()
	f := &file{Uploader: u, path: path, source: s}
	began := time.Now()
	report, _ := f.finish(ctx, began, f.upload(ctx))
	return report
}

// checkListed compares the sizes of all files with the store's, by one listing a folder.
func (u *Uploader) checkListed(ctx context.Context, files []FileReport) error {
	folders := map[string][]*FileReport{}
	for i := range files {
		folder := path.Dir(files[i].Path)
		folders[folder] = append(folders[folder], &files[i])
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(u.workers)
	for folder, files := range folders {
		group.Go(func() error { return u.checkFolder(ctx, folder, files) })
	}
	return group.Wait()
}

func (u *Uploader) checkFolder(ctx context.Context, folder string, files []*FileReport) error {
	for budget := u.retry.begin(); ; {
		content, err := u.client.Content(ctx, folder)
		if err == nil {
			err = compare(content, files)
		}
		if err == nil {
			for _, f := range files {
				if f.Session != uuid.Nil {
					continue // it was checked by itself
				}
				u.event(Event{Kind: Stored, Path: f.Path, Size: f.Size})
			}
			return nil
		}
		if !helps(err) && !errors.Is(err, ErrNotStored) && !errors.Is(err, imagestore.ErrNotFound) || !budget.pause(ctx) {
			return err
		}
	}
}

// compare finds the first file that the store does not list with its size.
func compare(content imagestore.Content, files []*FileReport) error {
	sizes := make(map[string]int64, len(content.Files))
	for _, f := range content.Files {
		sizes[strings.ToLower(base(f.Path))] = f.Size
	}
	for _, f := range files {
		switch size, listed := sizes[strings.ToLower(base(f.Path))]; {
		case !listed:
			f.Err = &Error{Path: f.Path, Err: fmt.Errorf("%w: it is not there", ErrNotStored)}
			return f.Err
		case size != f.Size:
			f.Err = &Error{Path: f.Path, Err: fmt.Errorf("%w: it has %d bytes there, not %d", ErrNotStored, size, f.Size)}
			return f.Err
		}
		f.Err = nil
	}
	return nil
}

// base is the last segment of a path of the store, whose separators depend on the cluster.
func base(storePath string) string {
	return storePath[strings.LastIndexAny(storePath, `/\`)+1:]
}

// tree is what a folder holds, by slash-separated paths from its root.
type tree struct {
	files   []string
	folders []string // the root, ".", included
	size    int64    // of all files, in bytes, as they were listed
}

// walk lists the folder in the order of names. It returns every entry that cannot be uploaded
// as one error.
func (u *Uploader) walk(folder fs.FS) (*tree, error) {
	t := &tree{}
	var refused error
	if err := u.walkInto(folder, ".", nil, t, &refused); err != nil {
		return nil, err
	}
	return t, refused
}

func (u *Uploader) walkInto(folder fs.FS, dir string, above []fs.FileInfo, t *tree, refused *error) error {
	t.folders = append(t.folders, dir)
	entries, err := fs.ReadDir(folder, dir)
	if err != nil {
		return &SourceError{dir, err}
	}
	for _, entry := range entries {
		name := path.Join(dir, entry.Name())
		if u.excluded(name) || entry.Name() == Mark {
			continue // a mark of the source says nothing about the copy
		}
		mode := entry.Type()
		var info fs.FileInfo
		if mode&fs.ModeSymlink != 0 && !u.follow {
			info, err = entry.Info()
		} else {
			info, err = fs.Stat(folder, name)
		}
		if err != nil {
			*refused = errors.Join(*refused, &SourceError{name, err})
			continue
		}
		mode = info.Mode().Type()
		switch {
		case mode.IsDir() && slices.ContainsFunc(above, func(a fs.FileInfo) bool { return os.SameFile(a, info) }):
			*refused = errors.Join(*refused, &SourceError{name, errors.New("is a link to a folder that it is in")})
		case mode.IsDir():
			if err := u.walkInto(folder, name, append(slices.Clip(above), info), t, refused); err != nil {
				return err
			}
		case mode.IsRegular():
			t.files = append(t.files, name)
			t.size += info.Size()
		default:
			*refused = errors.Join(*refused, &SourceError{name, fmt.Errorf("is not a regular file but %s", kind(mode))})
		}
	}
	return nil
}

func (u *Uploader) excluded(name string) bool {
	return slices.ContainsFunc(u.exclude, func(pattern string) bool {
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

// checkNames holds all paths to what the gateway takes, before anything is sent. Clusters on
// Windows do not tell upper from lower case, so there two files would become one.
func (u *Uploader) checkNames(ctx context.Context, root string, t *tree) error {
	windows, err := u.hasSessions(ctx)
	if err != nil {
		return err
	}
	var refused error
	seen := make(map[string]string, len(t.files))
	for _, name := range t.files {
		if err := u.client.CheckPath(root + "/" + name); err != nil {
			refused = errors.Join(refused, err)
		}
		if other, taken := seen[strings.ToLower(name)]; taken && windows {
			refused = errors.Join(refused, &imagestore.ArgumentError{Argument: "file", Value: name, Reason: fmt.Sprintf("and %q are one to a cluster on Windows", other)})
		}
		seen[strings.ToLower(name)] = name
	}
	return refused
}
