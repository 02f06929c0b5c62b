package upload

import (
	"context"
	"path"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/sfstore/sfstore/wrapper/imagestore"
)

// storedTree is the store's listing below a folder, by slash-separated paths from there.
type storedTree struct {
	root string

	mu         sync.Mutex
	files      map[string]*imagestore.File
	folders    []string
	folded     map[string]string // names by their lower case, of a cluster that ignores case
	spelling   string            // the root as the store writes it; empty if nothing is there
	unlistable []string          // folders whose listing does not end
}

// listTree lists everything below a folder of the store. A missing folder is empty. Folders
// that probably exist are listed with the root, without a round trip for each level; if the root is
// empty they are listed in vain, so they are few.
func (c *run) listTree(ctx context.Context, root string, likely []string) (*storedTree, error) {
	t := &storedTree{root: root, folded: map[string]string{}}
	likely = slices.DeleteFunc(slices.Clone(likely), func(folder string) bool {
		return folder == "." || c.client.CheckPath(path.Join(root, folder)) != nil
	})
	likely = likely[:min(len(likely), maxLikely)]
	for level := append([]string{""}, likely...); len(level) > 0; {
		next, err := c.listLevel(ctx, t, level)
		if err != nil {
			return nil, err
		}
		slices.Sort(next)
		next = slices.Compact(next) // in another case a likely folder may have been listed twice
		t.folders = append(t.folders, next...)
		level = slices.DeleteFunc(next, func(folder string) bool { return slices.Contains(likely, folder) })
	}
	return t, nil
}

// maxLikely is how many folders are listed on a guess.
const maxLikely = 16

// listLevel lists folders of one depth concurrently, and returns the folders in them.
func (c *run) listLevel(ctx context.Context, t *storedTree, folders []string) (below []string, err error) {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(c.workers)
	for _, folder := range folders {
		group.Go(func() error {
			l, err := c.list(ctx, path.Join(t.root, folder))
			switch {
			case l.file != nil && folder == "":
				return &DestinationError{t.root, "is a file in the store, and a folder in the source"}
			case isUnlistable(err):
				t.mu.Lock()
				defer t.mu.Unlock()
				t.unlistable = append(t.unlistable, folder)
				return nil
			case err != nil:
				return err
			}
			t.mu.Lock()
			defer t.mu.Unlock()
			t.add(l.content)
			for _, f := range l.content.Folders {
				below = append(below, t.from(f.Path))
			}
			return nil
		})
	}
	return below, group.Wait()
}

// add adds the files of a listing.
func (t *storedTree) add(content imagestore.Content) {
	if t.files == nil {
		t.files = make(map[string]*imagestore.File, len(content.Files))
	}
	for i := range content.Files {
		file := &content.Files[i]
		name := t.from(file.Path)
		t.files[name] = file
		if as := strings.TrimSuffix(slashed(file.Path), "/"+name); t.spelling == "" || as < t.spelling {
			t.spelling = as
		}
		if strings.Contains(file.Path, `\`) { // as on Windows
			t.folded[strings.ToLower(name)] = name
		}
	}
}

// from returns a path of a listing relative to the root.
func (t *storedTree) from(storePath string) string {
	slashed := slashed(storePath)
	return slashed[min(len(t.root)+1, len(slashed)):]
}

// find returns the file of a name, and the name in the store's listing. A cluster on Windows
// may list a name in another case than it was uploaded with.
func (t *storedTree) find(name string) (file *imagestore.File, as string) {
	if _, exact := t.files[name]; !exact {
		name = t.folded[strings.ToLower(name)]
	}
	if found, there := t.files[name]; there {
		return found, name
	}
	return nil, ""
}

// take removes a file and returns it.
func (t *storedTree) take(name string) *imagestore.File {
	file, as := t.find(name)
	if file != nil {
		delete(t.files, as)
	}
	return file
}

// isWhole reports whether the tree is complete: a file that is not in it is not in the store.
func (t *storedTree) isWhole() bool { return len(t.unlistable) == 0 }
