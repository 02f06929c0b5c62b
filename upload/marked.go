package upload

import (
	"context"
	"errors"
	"fmt"

	"golang.org/x/sync/errgroup"
)

// checkStart returns a [*ConflictError] if another upload completed the folder after it was listed
// and before our claim was seen. It is called while the first files are sent.
func (f *folder) checkStart(ctx context.Context) error {
	if f.claim == nil {
		return nil
	}
	err := f.checkNewMark(ctx)
	if conflict, ok := errors.AsType[*ConflictError](err); ok {
		conflict.Written = true
	}
	return err
}

// checkNewMark returns a [*ConflictError] if another upload marked the folder after it was listed.
func (f *folder) checkNewMark(ctx context.Context) error {
	if !f.stored.isWhole() {
		return nil
	}
	l, err := f.list(ctx, markIn(f.path))
	if err != nil || l.file == nil {
		return err
	}
	if before, _ := f.stored.find(Mark); before == nil || before.Version != l.file.Version {
		return &ConflictError{Path: f.path}
	}
	return nil
}

// checkMarked compares the folders again, with their marks: files that were written since the last
// check are those of another upload.
func (f *folder) checkMarked(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(f.workers)
	for folder, files := range f.inFolders() {
		group.Go(func() error { return f.checkMarkedFolder(ctx, folder, files) })
	}
	return group.Wait()
}

func (f *folder) checkMarkedFolder(ctx context.Context, folder string, files []int) error {
	listed, err := f.listFolder(ctx, folder)
	if err != nil {
		return err
	}
	if mark, there := listed[Mark]; !there || mark.Size != 0 {
		if err := f.checkMark(ctx, f.path+"/"+markIn(folder)); err != nil {
			return err
		}
	}
	for _, i := range files {
		now, there := listed[base(f.files[i].Path)]
		if there && now.Version == f.versions[i] {
			continue
		}
		l, err := f.list(ctx, f.files[i].Path)
		switch {
		case err != nil:
			return err
		case l.file == nil || l.file.Version != f.versions[i]:
			return &ConflictError{Path: f.path, Written: true}
		}
	}
	return nil
}

// checkMark checks that a written mark is listed.
func (f *folder) checkMark(ctx context.Context, mark string) error {
	for budget := f.retry.begin(); ; {
		l, err := f.list(ctx, mark)
		if err != nil || l.file != nil && l.file.Size == 0 {
			return err
		}
		err = fmt.Errorf("%w: %q is missing", ErrNotStored, mark)
		if !f.waitToRetry(ctx, budget, err) {
			return err
		}
	}
}
