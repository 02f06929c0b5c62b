package upload

import (
	"context"
	"errors"
	"fmt"
	"path"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/sfstore/sfstore/wrapper/imagestore"
)

// checkWritten compares every folder's listing with the written files: path, size, a new version, and
// no mark. A mark there was not deleted by the store, or was written by another upload.
func (f *folder) checkWritten(ctx context.Context) error {
	if f.cut.Load() {
		if err := f.awaitRemainder(ctx); err != nil {
			return err
		}
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(f.workers)
	group.Go(func() error { return f.claim.check(ctx) })
	for folder, files := range f.inFolders() {
		group.Go(func() error { return f.checkFolder(ctx, folder, files) })
	}
	return group.Wait()
}

// checkFolder looks the files up in the listing of their folder. A file that is not listed as
// expected is listed separately: a listing can lag behind, a cluster on Windows may list another
// case, and one on Linux lists one of several names that differ only in case.
func (f *folder) checkFolder(ctx context.Context, folder string, files []int) error {
	listed, err := f.listFolder(ctx, folder)
	if err != nil {
		return err
	}
	if _, marked := listed[Mark]; marked {
		if err := f.checkUnmarked(ctx, folder); err != nil {
			return err
		}
	}
	for _, i := range files {
		if f.files[i].Err != nil && !errors.Is(f.files[i].Err, errNotChecked) {
			continue
		}
		if err := f.checkFile(ctx, i, listed); err != nil {
			return err
		}
	}
	return nil
}

func (f *folder) checkFile(ctx context.Context, i int, listed map[string]*imagestore.File) error {
	report := &f.files[i]
	before, _ := f.stored.find(f.tree.files[i])
	one := &file{run: f.part(report.Path), plan: f.locals[i].plan, before: before}
	now, there := listed[base(report.Path)]
	if there && report.Err == nil && now.Version != f.versions[i] {
		return &ConflictError{Path: f.path, Written: true}
	}
	if there && checkVersion(*now, report.Path, report.Size, before) == nil {
		f.versions[i] = now.Version
		if report.Err != nil { // files in chunks were reported before
			one.event(Event{Kind: Stored, Path: report.Path, Size: report.Size})
		}
		report.Err = nil
		return nil
	}
	err := one.checkStored(ctx)
	report.Retries += int(one.retries.Load())
	switch {
	case err == nil:
		f.versions[i] = one.version
		report.Err = nil
	case errors.Is(err, ErrNotStored) && ctx.Err() == nil:
		f.fail(i, err)
	default:
		return err
	}
	return nil
}

// checkUnmarked returns an error if a folder still has a mark, which a listing may show for a moment
// after it was deleted.
func (f *folder) checkUnmarked(ctx context.Context, folder string) error {
	mark := f.path + "/" + markIn(folder)
	for budget := f.retry.begin(); ; {
		l, err := f.list(ctx, mark)
		if err != nil || l.file == nil {
			return err
		}
		before, _ := f.stored.find(markIn(folder))
		if before == nil || isNewer(l.file.Version, before.Version) {
			return &ConflictError{Path: f.path, Written: true}
		}
		err = fmt.Errorf("the store did not delete the mark %q of an earlier upload", mark)
		if !f.waitToRetry(ctx, budget, err) {
			return err
		}
	}
}

// listFolder lists the files of a folder by their names, and returns a [*ConflictError] if another
// upload wrote one. A folder that cannot be listed, such as a long one with certain names, counts as
// empty here.
func (f *folder) listFolder(ctx context.Context, folder string) (map[string]*imagestore.File, error) {
	l, err := f.listWithoutGone(ctx, path.Join(f.path, folder))
	if err != nil && !isUnlistable(err) {
		return nil, err
	}
	files := make(map[string]*imagestore.File, len(l.content.Files))
	for i, file := range l.content.Files {
		if f.isForeign(file.Path, false) || f.isRespelled(file.Path) {
			return nil, &ConflictError{Path: f.path, Written: true}
		}
		files[base(file.Path)] = &l.content.Files[i]
	}
	for _, folder := range l.content.Folders {
		if f.isForeign(folder.Path, true) {
			return nil, &ConflictError{Path: f.path, Written: true}
		}
	}
	return files, nil
}

// listWithoutGone lists a folder, again while the listing shows what was deleted, which it may do for
// a moment.
func (f *folder) listWithoutGone(ctx context.Context, folder string) (l listed, err error) {
	for budget := f.retry.begin(); ; {
		if l, err = f.list(ctx, folder); err != nil {
			return l, err
		}
		if err = f.checkGone(l.content); err == nil || !f.waitToRetry(ctx, budget, err) {
			return l, err
		}
	}
}

// isForeign reports whether another upload has written a path of a listing: it neither existed before
// nor is part of the source.
func (f *folder) isForeign(storePath string, isFolder bool) bool {
	name := f.stored.from(storePath)
	return f.stored.isWhole() && !f.known[f.nameKey()(name)] && !f.tree.exclude.Excludes(name, isFolder)
}

// isRespelled reports whether another upload, which spells the folder differently and so did not see our
// claim, has written a path of a listing: the store keeps the spelling of the first writer, which was
// not us if nothing was there before.
func (f *folder) isRespelled(storePath string) bool {
	begin := len(f.path) - len(base(f.path))
	return f.stored.spelling == "" && f.stored.isWhole() && !strings.HasPrefix(slashed(storePath)[begin:], base(f.path)+"/")
}
