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
func (f *folder) mark(ctx context.Context) (marked int, err error) {
	for _, level := range byDepth(f.tree.folders) {
		if err := f.side(ctx, level, f.markFolder); err != nil {
			return marked, err
		}
		marked += len(level)
	}
	return marked, nil
}

// removeMarks takes the marks of an earlier upload away, that of the root first: from here
// until the end the folder is not complete, and must not look as if it was.
func (f *folder) removeMarks(ctx context.Context) error {
	levels := byDepth(f.tree.folders)
	slices.Reverse(levels)
	for _, level := range levels {
		if err := f.side(ctx, level, f.unmarkFolder); err != nil {
			return err
		}
	}
	return nil
}

// side does something to folders side by side.
func (f *folder) side(ctx context.Context, folders []string, do func(context.Context, string) error) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(f.workers)
	for _, folder := range folders {
		group.Go(func() error { return do(ctx, path.Join(f.path, folder)) })
	}
	return group.Wait()
}

func (f *folder) markFolder(ctx context.Context, folder string) error {
	mark := folder + "/" + Mark
	for budget := f.retry.begin(); ; {
		err := f.putMark(ctx, mark)
		if err != nil && f.again(ctx, budget, err) {
			continue
		}
		if err != nil && helps(err) {
			// Whether it is there is in doubt, and a failure must not leave it there.
			if there, askErr := f.isThere(ctx, mark); askErr == nil && there {
				err = nil
			}
		}
		if err == nil {
			f.event(Event{Kind: Marked, Path: folder})
		}
		return err
	}
}

func (f *folder) putMark(ctx context.Context, mark string) error {
	release, err := f.acquire(ctx)
	if err != nil {
		return err
	}
	defer release()
	return f.client.UploadFile(ctx, mark, http.NoBody, 0)
}

func (f *folder) unmarkFolder(ctx context.Context, folder string) error {
	mark := folder + "/" + Mark
	for budget := f.retry.begin(); ; {
		there, err := f.isThere(ctx, mark)
		if err != nil || !there {
			return err
		}
		err = f.client.DeleteContent(ctx, mark)
		if err == nil || !f.again(ctx, budget, err) {
			return err
		}
	}
}

// isThere says whether the store has the file.
func (c *call) isThere(ctx context.Context, file string) (bool, error) {
	for budget := c.retry.begin(); ; {
		content, err := c.client.Content(ctx, file)
		switch {
		case errors.Is(err, imagestore.ErrNotFound):
			return false, nil
		case err == nil:
			return len(content.Files) > 0, nil
		case !c.again(ctx, budget, err):
			return false, err
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
