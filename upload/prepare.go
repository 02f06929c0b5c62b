package upload

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"runtime"
)

// local is a file of the source in its state before anything was sent.
type local struct {
	plan *plan
	info fs.FileInfo // nil of a small one
}

// readSources opens and digests every file, so that one that cannot be read is found before anything
// changes in the store. It returns the errors of all files.
func (f *folder) readSources(ctx context.Context) error {
	f.locals = make([]local, len(f.tree.files))
	errs := make([]error, len(f.tree.files))
	err := each(ctx, len(errs), runtime.GOMAXPROCS(0), func(ctx context.Context, i int) error {
		f.locals[i], errs[i] = f.readSource(ctx, f.tree.files[i])
		return nil
	})
	if err != nil {
		return err
	}
	f.doneReading()
	for i, err := range errs {
		if err != nil {
			f.fail(i, err)
		}
	}
	return errors.Join(errs...)
}

func (f *folder) readSource(ctx context.Context, name string) (local, error) {
	s, closer, err := f.open(ctx, f.fsys, name, name, true)
	if err != nil {
		return local{}, err
	}
	defer closer.Close()
	p, err := f.makePlan(ctx, s)
	if err == nil && p.isSmall() {
		return local{plan: p}, nil // only its bytes are compared
	}
	return local{p, s.info}, err
}

// reopen opens a file again to send it. A small one is opened only when it is read.
func (f *folder) reopen(ctx context.Context, i int) (*source, func(), error) {
	name := f.tree.files[i]
	if before := f.locals[i]; before.plan.isSmall() {
		s := &source{name: name, size: before.plan.size, ReaderAt: onDemand{f.fsys, name}}
		s.stat = statByName(f.fsys, name, nil)
		return s, func() {}, nil
	}
	s, closer, err := f.open(ctx, f.fsys, name, name, false)
	if err != nil {
		return nil, nil, err
	}
	before := f.locals[i]
	if s.size != before.plan.size {
		_ = closer.Close()
		return nil, nil, s.failed(fmt.Errorf("%w: %d bytes are now %d", ErrSourceChanged, before.plan.size, s.size))
	}
	s.info = before.info // a change of times since then is checked
	return s, func() { _ = closer.Close() }, nil
}

// fail records in the report why a file is not stored.
func (f *folder) fail(i int, err error) {
	path := f.files[i].Path
	f.files[i].Err = &Error{Path: path, Err: err}
	f.event(Event{Kind: Failed, Path: path, Err: f.files[i].Err})
}
