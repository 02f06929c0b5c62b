package upload

import (
	"context"
	"errors"
	"fmt"
	"path"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/sfstore/sfstore/wrapper/imagestore"
)

// deleteInTheWay makes room for files and folders of the source.
func (f *folder) deleteInTheWay(ctx context.Context) error { return f.delete(ctx, f.inTheWay) }

// deleteExtras deletes the other files that the source lacks.
func (f *folder) deleteExtras(ctx context.Context) error {
	if f.config.extras != DeleteExtras {
		return nil
	}
	return f.delete(ctx, slices.DeleteFunc(slices.Clone(f.extras), func(name string) bool {
		return slices.Contains(f.inTheWay, name)
	}))
}

// delete deletes files of the destination one by one, so that only named files are deleted. The next
// listings show whether they are gone.
func (f *folder) delete(ctx context.Context, names []string) error {
	if len(names) == 0 {
		return nil
	}
	f.expectGone(names)
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(f.workers)
	for _, name := range names {
		group.Go(func() error {
			if err := f.deleteFile(ctx, f.path+"/"+name); err != nil {
				return err
			}
			f.event(Event{Kind: Deleted, Path: f.path + "/" + name})
			return nil
		})
	}
	return group.Wait()
}

// expectGone records files that are deleted, and the folders that end with them.
func (f *folder) expectGone(names []string) {
	key := f.nameKey()
	if f.gone == nil {
		f.gone = make(map[string]bool, len(names))
	}
	for _, name := range names {
		f.gone[key(name)] = true
	}
	left := map[string]bool{}
	for _, folder := range f.tree.folders {
		left[key(folder)] = true
	}
	for name := range f.stored.files {
		for above := path.Dir(name); !f.gone[key(name)] && above != "."; above = path.Dir(above) {
			left[key(above)] = true
		}
	}
	for _, folder := range f.stored.folders {
		if !left[key(folder)] {
			f.gone[key(folder)+"/"] = true
		}
	}
}

// checkGone returns an error if a listing shows a deleted file, or the folder of one.
func (f *folder) checkGone(content imagestore.Content) error {
	if len(f.gone) == 0 {
		return nil
	}
	key := f.nameKey()
	for _, file := range content.Files {
		if f.gone[key(f.stored.from(file.Path))] {
			return fmt.Errorf("%w %q", errNotDeleted, slashed(file.Path))
		}
	}
	for _, folder := range content.Folders {
		if f.gone[key(f.stored.from(folder.Path))+"/"] {
			return fmt.Errorf("%w all of %q", errNotDeleted, slashed(folder.Path))
		}
	}
	return nil
}

// errNotDeleted reports files of an earlier upload that the store confirmed to be deleted, and lists.
var errNotDeleted = errors.New("the store did not delete")

// deleteFile deletes a file of the store, and retries within the budget.
func (c *run) deleteFile(ctx context.Context, file string) error {
	return c.retrying(ctx, func() error { return c.deleteOnce(ctx, file) })
}

func (c *run) deleteOnce(ctx context.Context, file string) (err error) {
	if err := c.acquire(ctx, 0); err != nil {
		return err
	}
	defer func() { c.release(0, err) }()
	return c.client.DeleteContent(ctx, file)
}
