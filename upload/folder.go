package upload

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"time"

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
func (u *Uploader) Folder(ctx context.Context, dst string, fsys fs.FS) (Report, error) {
	began := time.Now()
	root, err := u.canonical(dst)
	if err != nil {
		return Report{}, err
	}
	f := &folder{call: u.begin(root), fsys: fsys, tree: new(tree)}
	report := Report{}
	report.Folders, err = f.upload(ctx)
	report.Files = f.files
	report.Retries = int(f.retries.Load())
	for _, file := range f.files {
		report.Size += file.Size
		report.Resumed += file.Resumed
		report.Sent += file.Sent
		report.Retries += file.Retries
	}
	report.Duration = time.Since(began)
	if err != nil && ctx.Err() != nil {
		err = &Error{Path: root, Err: &interruption{ctx}}
	}
	return report, err
}

// folder is the upload of one folder.
type folder struct {
	*call
	fsys  fs.FS
	tree  *tree
	files []FileReport // in the order of tree.files
}

func (f *folder) upload(ctx context.Context) (marked int, err error) {
	if f.tree, err = f.walk(ctx, f.fsys); err != nil {
		return 0, err
	}
	for _, name := range f.tree.files {
		f.files = append(f.files, FileReport{Path: f.path + "/" + name, Err: errNotBegun})
	}
	for _, step := range []func(context.Context) error{f.checkNames, f.removeMarks, f.sendFiles, f.checkListed} {
		if err := step(ctx); err != nil {
			return 0, err
		}
	}
	if err := f.failures(); err != nil {
		return 0, err
	}
	return f.mark(ctx)
}

// What the report says of files whose turn did not come.
var (
	errNotBegun   = errors.New("not begun, because something else failed")
	errNotChecked = errors.New("sent, but not checked, because something else failed")
)

// sendFiles uploads the files, as many at once as there are workers. A file that cannot be
// read does not keep the others from being sent; what the server refuses ends them all.
func (f *folder) sendFiles(ctx context.Context) error {
	f.event(Event{Kind: Planned, Files: len(f.tree.files), Size: f.tree.size})
	group, running := errgroup.WithContext(ctx)
	group.SetLimit(f.workers)
	for i := range f.files {
		group.Go(func() error {
			select {
			case <-running.Done():
				return nil // whoever ended it says why
			default:
			}
			f.files[i] = f.sendFile(running, f.files[i].Path, f.tree.files[i])
			err := f.files[i].Err
			if isSourceError(err) || errors.Is(err, errNotChecked) {
				err = nil
			}
			return err
		})
	}
	return group.Wait()
}

func (f *folder) sendFile(ctx context.Context, storePath, name string) FileReport {
	s, closer, err := open(f.fsys, name, name)
	if err != nil {
		report, _ := f.part(storePath).unread(err)
		return report
	}
	defer closer.Close()
	one := &file{call: f.part(storePath), source: s}
	report, err := one.finish(ctx, time.Now(), one.upload(ctx))
	if err == nil && !one.chunked {
		report.Err = errNotChecked
	}
	return report
}

// checkListed compares the sizes of the files that went up in one piece with the store's, by
// one listing a folder. Those that went up in chunks were checked one by one.
func (f *folder) checkListed(ctx context.Context) error {
	folders := map[string][]*FileReport{}
	for i := range f.files {
		if errors.Is(f.files[i].Err, errNotChecked) {
			folder := path.Dir(f.files[i].Path)
			folders[folder] = append(folders[folder], &f.files[i])
		}
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(f.workers)
	for folder, files := range folders {
		group.Go(func() error { return f.checkFolder(ctx, folder, files) })
	}
	return group.Wait()
}

// checkFolder looks the files up in the listing of their folder. What it does not show as it
// should be is asked for by itself: a listing can lag behind, a cluster on Windows may list
// another case, and one on Linux lists one of several names that differ by case alone.
func (f *folder) checkFolder(ctx context.Context, folder string, files []*FileReport) error {
	sizes, err := f.list(ctx, folder)
	if err != nil {
		return err
	}
	for _, file := range files {
		one := f.part(file.Path)
		if size, listed := sizes[path.Base(file.Path)]; listed && size == file.Size {
			file.Err = nil
			one.event(Event{Kind: Stored, Path: file.Path, Size: file.Size})
			continue
		}
		err := one.checkStored(ctx, file.Size)
		file.Retries += int(one.retries.Load())
		switch {
		case err == nil:
			file.Err = nil
		case errors.Is(err, ErrNotStored) && ctx.Err() == nil:
			file.Err = &Error{Path: file.Path, Err: err}
			one.event(Event{Kind: Failed, Path: file.Path, Err: file.Err})
		default:
			return err
		}
	}
	return nil
}

// list returns the sizes of the files of a folder by their names. A folder that cannot be
// listed, as happens with a long one with unlucky names, is as good as an empty one here.
func (f *folder) list(ctx context.Context, folder string) (map[string]int64, error) {
	for budget := f.retry.begin(); ; {
		content, err := f.client.Content(ctx, folder)
		if err != nil && f.again(ctx, budget, err) {
			continue
		}
		if err != nil && !errors.Is(err, imagestore.ErrNotFound) && !errors.Is(err, imagestore.ErrMalformed) {
			return nil, err
		}
		sizes := make(map[string]int64, len(content.Files))
		for _, file := range content.Files {
			sizes[base(file.Path)] = file.Size
		}
		return sizes, nil
	}
}

// base is the last segment of a path of the store, whose separators depend on the cluster.
func base(storePath string) string {
	return storePath[strings.LastIndexAny(storePath, `/\`)+1:]
}

// failures are what is wrong with single files.
func (f *folder) failures() error {
	var all []error
	for _, file := range f.files {
		if file.Err != nil {
			all = append(all, file.Err)
		}
	}
	if len(all) > 1 {
		return fmt.Errorf("%d of %d files failed: %w", len(all), len(f.files), errors.Join(all...))
	}
	return errors.Join(all...)
}
