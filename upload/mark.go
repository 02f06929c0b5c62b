package upload

import (
	"context"
	"errors"
	"net/http"
	"path"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/sfstore/sfstore/wrapper/imagestore"
)

// Mark is the empty file that makes a folder of the store count as complete. Without it a
// folder can neither be copied nor provisioned.
const Mark = "_.dir"

// mark gives the folders their marks, the deepest first and those of one depth together.
func (u *Uploader) mark(ctx context.Context, root string, folders []string) (marked int, err error) {
	for _, level := range byDepth(folders) {
		group, ctx := errgroup.WithContext(ctx)
		group.SetLimit(u.workers)
		for _, folder := range level {
			group.Go(func() error { return u.markFolder(ctx, path.Join(root, folder)) })
		}
		if err := group.Wait(); err != nil {
			return marked, err
		}
		marked += len(level)
	}
	return marked, nil
}

func (u *Uploader) markFolder(ctx context.Context, folder string) error {
	release, err := u.acquire(ctx)
	if err != nil {
		return err
	}
	defer release()
	for budget := u.retry.begin(); ; {
		err := u.client.UploadFile(ctx, folder+"/"+Mark, http.NoBody, 0)
		if err == nil {
			u.event(Event{Kind: Marked, Path: folder})
			return nil
		}
		if !helps(err) || !budget.pause(ctx) {
			return err
		}
	}
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

// removeMarks takes the marks of an earlier upload away, that of the root first: from here
// until the end the folder is not complete, and must not look as if it was.
func (u *Uploader) removeMarks(ctx context.Context, root string, t *tree) error {
	levels := byDepth(t.folders)
	slices.Reverse(levels)
	for _, level := range levels {
		group, ctx := errgroup.WithContext(ctx)
		group.SetLimit(u.workers)
		for _, folder := range level {
			group.Go(func() error { return u.removeMark(ctx, path.Join(root, folder)+"/"+Mark) })
		}
		if err := group.Wait(); err != nil {
			return err
		}
	}
	return nil
}

func (u *Uploader) removeMark(ctx context.Context, mark string) error {
	for budget := u.retry.begin(); ; {
		_, err := u.client.Content(ctx, mark)
		if errors.Is(err, imagestore.ErrNotFound) {
			return nil
		}
		if err == nil {
			err = u.client.DeleteContent(ctx, mark)
		}
		if err == nil || !helps(err) || !budget.pause(ctx) {
			return err
		}
	}
}
