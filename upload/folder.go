package upload

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/sfstore/sfstore/wrapper/imagestore"
)

// Report is the outcome of a folder.
type Report struct {
	Files     []FileReport // in the order of their paths, marks not included
	Folders   int          // number of folders that got their mark
	Size      int64        // of all files, in bytes
	Resumed   int64        // bytes of an earlier attempt in the store
	Sent      int64        // bytes that were sent
	Retries   int          // requests that failed and were retried
	Duration  time.Duration
	Unmatched []string // the patterns of [WithExclude] that matched nothing of the source
	Extras    []string // files of the destination that the source lacks, see [WithExtras]; from dst
}

// Folder uploads all files of a folder to the folder dst and, once every one of them is stored, the
// mark of each folder, deepest first. The mark of dst itself is written last: a dst
// with its mark is complete. Marks of an earlier upload to dst are removed before the first file
// is sent.
//
// Before anything is sent, every file is opened and read, every name is checked, and dst is listed.
// All faults are reported at once: entries that are neither a regular file nor a folder, files that
// cannot be read, names that the cluster cannot store. Files of dst that the source lacks are
// an [*ExtrasError], see [WithExtras]. Another running upload to dst is a [*ConflictError]. The
// report names every file, also with an error.
//
// Any file system can be used. Files whose [fs.File] has no [io.ReaderAt], such as those of a
// zip archive, are copied to [os.TempDir] one by one if they need more than one chunk.
func (u *Uploader) Folder(ctx context.Context, dst string, fsys fs.FS) (Report, error) {
	began := time.Now()
	if fsys == nil {
		return Report{}, errNilSource()
	}
	root, err := u.canonical(dst)
	if err != nil {
		return Report{}, err
	}
	f := &folder{run: u.begin(root), fsys: fsys}
	report := Report{}
	report.Folders, err = f.upload(ctx)
	report.Files, report.Unmatched, report.Extras = f.files, f.unmatched, f.extras
	report.Retries = int(f.retries.Load())
	for _, file := range f.files {
		report.Size += file.Size
		report.Resumed += file.Resumed
		report.Sent += file.Sent
		report.Retries += file.Retries
	}
	report.Duration = time.Since(began)
	if err != nil && ctx.Err() != nil {
		err = &Error{Path: root, Err: &interruption{ctx}, restarts: u.noResume}
	}
	return report, err
}

// folder is the upload of one folder.
type folder struct {
	*run
	fsys      fs.FS
	tree      *tree
	unmatched []string
	locals    []local      // in the order of tree.files
	files     []FileReport // in the order of tree.files
	versions  []imagestore.FileVersion
	sessions  []imagestore.UploadSession // of the mark of the folder
	stored    *storedTree                // the folder's contents before
	extras    []string                   // files that the source lacks
	inTheWay  []string                   // those of them in place of something else
	gone      map[string]bool            // what was deleted, by nameKey, folders with a slash at the end
	known     map[string]bool            // files that are expected in listings, by nameKey
}

func (f *folder) upload(ctx context.Context) (marked int, err error) {
	if err := f.check(ctx); err != nil {
		return 0, err
	}
	if f.dryRun {
		for i := range f.files {
			f.files[i].Size, f.files[i].Err = f.locals[i].plan.size, nil
		}
		return 0, f.findRival()
	}
	writing, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	if !f.lacksSessions() {
		if f.claim, err = f.takeClaim(writing, f.sessions, cancel); err != nil {
			return 0, err
		}
	}
	marked, err = f.write(writing)
	if conflict, ok := errors.AsType[*ConflictError](context.Cause(writing)); ok && err != nil {
		err = conflict
	}
	if conflict, ok := errors.AsType[*ConflictError](err); ok && !conflict.late {
		err = f.unmarkRoot(ctx, err) // the mark of the other one would stand over files of ours
	}
	return marked, err
}

// check finds faults before anything is sent. It walks the source, opens and reads every file,
// checks every name and lists the destination. It returns all faults of the source at once.
func (f *folder) check(ctx context.Context) error {
	var faults error
	f.tree, faults = f.walk(ctx, f.fsys)
	if err := ctx.Err(); err != nil {
		return err
	}
	f.unmatched = f.tree.exclude.Unmatched()
	f.reportUnmatched(f.tree)
	f.files = make([]FileReport, len(f.tree.files))
	for i, name := range f.tree.files {
		f.files[i] = FileReport{Path: f.path + "/" + name, Err: errNotBegun}
	}
	f.versions = make([]imagestore.FileVersion, len(f.files))
	f.event(Event{Kind: Planned, Files: len(f.tree.files), Size: f.tree.size})
	faults = errors.Join(faults, f.readSources(ctx))
	if err := ctx.Err(); err != nil {
		return err
	}
	// Which names the store can keep depends on the cluster, and its responses show which it is.
	err := f.lookBefore(ctx)
	if _, there := errors.AsType[*DestinationError](err); err != nil && !there {
		return cmp.Or(faults, err)
	}
	if faults = errors.Join(faults, f.checkNames()); faults != nil || err != nil {
		return errors.Join(faults, err)
	}
	f.noticeForms()
	return f.findExtras()
}

func (f *folder) querySessionsOfMark(ctx context.Context) (err error) {
	if f.lacksSessions() {
		return nil
	}
	f.sessions, err = f.querySessions(ctx, markIn(f.path))
	if f.knowsSessions(err) {
		return err
	}
	return nil
}

// lookBefore lists the destination, looks for a file above it, and gets the sessions of
// its mark, which are the claims on it.
func (f *folder) lookBefore(ctx context.Context) error {
	group, looking := errgroup.WithContext(ctx)
	group.Go(func() error { return f.querySessionsOfMark(looking) })
	group.Go(func() (err error) {
		f.stored, err = f.listTree(looking, f.path, f.tree.folders)
		return err
	})
	group.Go(func() error { return f.checkAbove(looking, f.path) })
	return group.Wait()
}

// lookAgain lists the destination again, and looks for extras in it, if the listing may be old.
func (f *folder) lookAgain(ctx context.Context) (err error) {
	if f.stored, err = f.listTree(ctx, f.path, f.tree.folders); err != nil {
		return err
	}
	f.extras, f.inTheWay = nil, nil
	return f.findExtras()
}

// write makes the destination equal to the source.
func (f *folder) write(ctx context.Context) (marked int, err error) {
	released := false
	release := func() {
		if !released {
			released = true
			f.claim.release(ctx)
		}
	}
	defer release()
	if err = f.store(ctx); err == nil {
		marked, err = f.mark(ctx)
	}
	if err != nil {
		return marked, f.unmarkRival(ctx, err)
	}
	group, checking := errgroup.WithContext(ctx)
	group.Go(func() error { return f.checkMarked(checking) })
	group.Go(func() error { release(); return nil })
	if err := group.Wait(); err != nil {
		return marked, f.unmarkRoot(ctx, err)
	}
	return marked, nil
}

// store does everything that comes before the marks.
func (f *folder) store(ctx context.Context) error {
	group, storing := errgroup.WithContext(ctx)
	if mark, _ := f.stored.find(Mark); mark == nil { // otherwise it is removed, whoever wrote it
		group.Go(func() error { return f.checkStart(storing) })
	}
	group.Go(func() error {
		for _, step := range []func(context.Context) error{
			f.removeMarks, f.deleteInTheWay, f.sendFiles, f.checkWritten, f.deleteExtras,
		} {
			if err := step(storing); err != nil {
				return err
			}
		}
		return nil
	})
	return cmp.Or(group.Wait(), f.failures())
}

// The errors of files that were not processed.
var (
	errNotBegun   = errors.New("not begun, because something else failed")
	errNotChecked = errors.New("sent, but not checked, because something else failed")
)

// sendFiles uploads the files, as many at once as there are workers. A changed file does not stop the
// others; a refusal of the server does. It begins at most as many large files as chunks can be in
// flight.
func (f *folder) sendFiles(ctx context.Context) error {
	large := make(chan struct{}, f.chunksAtOnce())
	return each(ctx, len(f.files), f.workers, func(ctx context.Context, i int) error {
		if len(f.locals[i].plan.chunks) > 1 {
			large <- struct{}{}
			defer func() { <-large }()
		}
		err := f.sendFile(ctx, i)
		if isSourceError(err) {
			err = nil
		}
		return err
	})
}

func (f *folder) sendFile(ctx context.Context, i int) error {
	storePath, began := f.files[i].Path, time.Now()
	s, closeSource, err := f.reopen(ctx, i)
	if err != nil {
		f.fail(i, err)
		return err
	}
	defer closeSource()
	before, _ := f.stored.find(f.tree.files[i])
	one := &file{run: f.part(storePath), source: s, plan: f.locals[i].plan, before: before}
	f.files[i], err = one.report(ctx, began, one.upload(ctx))
	f.versions[i] = one.version
	if one.cut.Load() {
		f.cut.Store(true)
	}
	if err == nil && !one.chunked {
		f.files[i].Err = errNotChecked
	}
	return err
}

// failures joins the errors of single files.
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

// inFolders groups the files by their folders, as indexes into tree.files.
func (f *folder) inFolders() map[string][]int {
	folders := map[string][]int{}
	for _, folder := range f.tree.folders {
		folders[folder] = nil
	}
	for i, name := range f.tree.files {
		folders[path.Dir(name)] = append(folders[path.Dir(name)], i)
	}
	return folders
}
