package upload

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"path"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"
)

// Mark is the name of the empty file that makes a folder of the store count as complete. A folder
// without it can neither be copied nor provisioned.
const Mark = "_.dir"

// mark gives the folders their marks, the deepest first and those of one depth together.
func (f *folder) mark(ctx context.Context) (marked int, err error) {
	for _, level := range byDepth(f.tree.folders) {
		if err := f.forEachFolder(ctx, level, f.markFolder); err != nil {
			return marked, err
		}
		marked += len(level)
	}
	return marked, nil
}

// removeMarks removes the marks of an earlier upload, that of the root first: until the end the
// folder is not complete and must not look complete. The others are removed together, because no
// file changes before all are gone.
func (f *folder) removeMarks(ctx context.Context) error {
	if err := f.unmarkFolder(ctx, f.path); err != nil {
		return err
	}
	below := slices.DeleteFunc(slices.Clone(f.tree.folders), func(folder string) bool { return folder == "." })
	return f.forEachFolder(ctx, below, f.unmarkFolder)
}

// forEachFolder calls do for the folders concurrently.
func (f *folder) forEachFolder(ctx context.Context, folders []string, do func(context.Context, string) error) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(f.workers)
	for _, folder := range folders {
		group.Go(func() error { return do(ctx, path.Join(f.path, folder)) })
	}
	return group.Wait()
}

func (f *folder) markFolder(ctx context.Context, folder string) error {
	mark := markIn(folder)
	err := f.retrying(ctx, func() error { return f.putMark(ctx, mark) })
	if err != nil && isRetryable(err) {
		// The PUT may have succeeded, and a mark must not stay after a failure.
		if l, listErr := f.list(ctx, mark); listErr == nil && l.file != nil {
			err = nil
		}
	}
	if err == nil {
		f.event(Event{Kind: Marked, Path: folder})
	}
	return err
}

func (f *folder) putMark(ctx context.Context, mark string) (err error) {
	if err := f.acquire(ctx, 0); err != nil {
		return err
	}
	defer func() { f.release(0, err) }()
	return f.client.UploadFile(ctx, mark, http.NoBody, 0)
}

// unmarkFolder deletes the mark that the folder had when it was listed. If it could not be listed,
// there may be one.
func (f *folder) unmarkFolder(ctx context.Context, folder string) error {
	name := markIn(strings.TrimPrefix(strings.TrimPrefix(folder, f.path), "/"))
	if mark, _ := f.stored.find(name); mark == nil && f.stored.isWhole() {
		return nil
	}
	return f.deleteFile(ctx, markIn(folder))
}

// unmarkRoot removes the last mark after a failure that followed its writing.
func (f *folder) unmarkRoot(ctx context.Context, cause error) error {
	ctx, cancel := cleanUp(ctx)
	defer cancel()
	err := f.retrying(ctx, func() error { return f.client.DeleteContent(ctx, markIn(f.path)) })
	if err != nil {
		return afterwards(fmt.Errorf("the mark of %q is still there although the upload failed: %w", f.path, err), cause)
	}
	return cause
}

// unmarkRival removes the mark of the root after a failure if another upload wrote it meanwhile,
// because files of ours may be under it. Neither upload saw a claim then, as after a failover. If the
// other one took over our claim, its mark stays.
func (f *folder) unmarkRival(ctx context.Context, cause error) error {
	look, cancel := cleanUp(ctx)
	defer cancel()
	_, conflict := errors.AsType[*ConflictError](f.checkStart(look))
	if !conflict || f.claim.check(look) != nil {
		return cause
	}
	return f.unmarkRoot(ctx, cause)
}

// byDepth groups folders by depth, deepest first. The root alone is the last.
func byDepth(folders []string) [][]string {
	depth := func(folder string) int {
		if folder == "." {
			return 0
		}
		return 1 + strings.Count(folder, "/")
	}
	sorted := slices.SortedStableFunc(slices.Values(folders), func(a, b string) int { return depth(b) - depth(a) })
	var levels [][]string
	for i, folder := range sorted {
		if i == 0 || depth(folder) != depth(sorted[i-1]) {
			levels = append(levels, nil)
		}
		levels[len(levels)-1] = append(levels[len(levels)-1], folder)
	}
	return levels
}
