package upload

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/sfstore/sfstore/wrapper/imagestore"
)

// Extras says what to do with files of a folder's destination that its source lacks. Files that
// [WithExclude] leaves out do not count.
type Extras int

const (
	// RefuseExtras ends the upload with an [*ExtrasError] before anything is sent. It is the default.
	RefuseExtras Extras = iota
	// DeleteExtras deletes them after all files are stored, and before the folder gets its mark.
	DeleteExtras
	// KeepExtras leaves them beside the new files, under the mark.
	KeepExtras
)

// ExtrasError reports that the destination folder contains files that the source lacks. They would
// count as a part of the upload. Nothing was sent.
type ExtrasError struct {
	Path   string   // the folder in the store
	Extras []string // from that folder, in order; marks included
	// Unlistable are folders whose listing does not end, from Path; other files in them are not
	// known.
	Unlistable []string
}

// maxNamed is how many files an error names.
const maxNamed = 10

func (e *ExtrasError) Error() string {
	if len(e.Extras) == 0 {
		return fmt.Sprintf("the store cannot list all of %s, so files that the source lacks may be there; nothing was sent", e.unlistable())
	}
	named := e.Extras[:min(maxNamed, len(e.Extras))]
	text := fmt.Sprintf("%q contains %d files that the source lacks: %s", e.Path, len(e.Extras), strings.Join(named, ", "))
	if len(e.Extras) == 1 {
		text = fmt.Sprintf("%q contains a file that the source lacks: %s", e.Path, named[0])
	}
	if more := len(e.Extras) - len(named); more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text + "; nothing was sent"
}

func (e *ExtrasError) unlistable() string {
	var quoted []string
	for _, folder := range e.Unlistable {
		quoted = append(quoted, fmt.Sprintf("%q", strings.TrimSuffix(e.Path+"/"+folder, "/")))
	}
	return strings.Join(quoted, ", ")
}

// WithExtras sets what to do with files of the destination that the source lacks. The default is
// [RefuseExtras].
func WithExtras(extras Extras) Option {
	return func(c *config) error {
		if extras < RefuseExtras || extras > KeepExtras {
			return wrongNumber("extras", int64(extras), "is not one of the three values")
		}
		c.extras = extras
		return nil
	}
}

// findExtras compares the destination with the source.
func (f *folder) findExtras() error {
	key := f.nameKey()
	f.known = make(map[string]bool, len(f.tree.files)+2*len(f.tree.folders))
	for _, name := range f.tree.files {
		f.known[key(name)] = true
	}
	for _, folder := range f.tree.folders {
		f.known[key(folder)], f.known[key(markIn(folder))] = true, true
	}
	for name := range f.stored.files {
		if !f.known[key(name)] && !f.tree.exclude.Excludes(name, false) {
			f.extras = append(f.extras, name)
		}
	}
	for _, name := range slices.Concat(slices.Collect(maps.Keys(f.stored.files)), f.stored.folders) {
		f.known[key(name)] = true
	}
	slices.Sort(f.extras)
	for _, name := range f.extras {
		f.event(Event{Kind: Extra, Path: f.path + "/" + name, Size: f.stored.files[name].Size})
	}
	slices.Sort(f.stored.unlistable)
	unknown := !f.stored.isWhole()
	if unknown && f.config.extras == KeepExtras {
		f.notice(f.path, "the store cannot list all of the folder, so files that the source lacks may be left in it")
	}
	if f.config.extras == RefuseExtras && len(f.extras) > 0 || unknown && f.config.extras != KeepExtras {
		return &ExtrasError{f.path, f.extras, f.stored.unlistable}
	}
	return f.checkInTheWay()
}

// checkInTheWay finds folders of the store in place of files of the source, and the reverse. Those
// that are to be deleted are deleted before the files are sent.
func (f *folder) checkInTheWay() error {
	if len(f.stored.files) == 0 {
		return nil
	}
	key := f.nameKey()
	isFile, isFolder := map[string]bool{}, map[string]bool{}
	for _, name := range f.tree.files {
		isFile[key(name)] = true
	}
	for _, folder := range f.tree.folders {
		isFolder[key(folder)] = true
	}
	for name := range f.stored.files {
		blocks, reason := "", ""
		if isFolder[key(name)] {
			blocks, reason = name, "is a file in the store, and a folder in the source"
		}
		for above := parent(name); above != "."; above = parent(above) {
			if isFile[key(above)] {
				blocks, reason = above, "is a folder in the store, and a file in the source"
			}
		}
		switch {
		case blocks == "":
		case f.config.extras != DeleteExtras:
			return &DestinationError{f.path + "/" + blocks, reason}
		default:
			f.inTheWay = append(f.inTheWay, name)
		}
	}
	return nil
}

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
		for above := parent(name); !f.gone[key(name)] && above != "."; above = parent(above) {
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
	for budget := c.retry.begin(); ; {
		err := c.deleteOnce(ctx, file)
		if err == nil || !c.shouldRetry(ctx, budget, err) {
			return err
		}
	}
}

func (c *run) deleteOnce(ctx context.Context, file string) (err error) {
	if err := c.acquire(ctx, 0); err != nil {
		return err
	}
	defer func() { c.release(0, err) }()
	return c.client.DeleteContent(ctx, file)
}

// nameKey returns a function that makes two names equal if they are the same for the cluster.
func (f *folder) nameKey() func(string) string {
	if f.lacksSessions() {
		return func(name string) string { return name }
	}
	return strings.ToLower
}
