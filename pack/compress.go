package pack

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"sync/atomic"
)

// Package is an application package in its compressed form, a read-only file system. Make it
// with [Compress]. It is safe for concurrent use.
//
// It lists the files that the source contained when it was made. Archives are files on disk, and
// so implement [io.ReaderAt]. The other files are opened in the source, without another check, and
// implement the interfaces of the source's files.
type Package struct {
	src      fs.FS
	tree     tree
	archives map[string]string // where they are on disk, by path
	temp     string
	report   Report
	closed   atomic.Bool
}

// Compress packs an application package into a temporary folder, and returns it as a file system.
// The temporary folder is removed after an error or a cancellation; otherwise the caller closes
// the result. Invalid arguments are an [*ArgumentError], all other failures an [*Error].
func Compress(ctx context.Context, src fs.FS, options ...Option) (*Package, error) {
	plan, err := newPlan(ctx, src, options)
	if err != nil {
		return nil, err
	}
	temp, err := os.MkdirTemp("", "sfstore-pack-")
	if err != nil {
		return nil, stepError("write to", os.TempDir(), bare(err))
	}
	p := &Package{src: src, tree: plan.tree, archives: map[string]string{}, temp: temp, report: plan.report}
	if err := p.pack(ctx, plan); err != nil {
		return nil, errors.Join(err, p.Close())
	}
	for _, a := range plan.archives {
		if err := p.show(a.path); err != nil {
			return nil, errors.Join(err, p.Close())
		}
	}
	return p, nil
}

// pack writes the archives, each to its own folder: their names may differ only in case, which not
// every file system distinguishes.
func (p *Package) pack(ctx context.Context, plan *plan) error {
	packer, err := plan.packer(false)
	if err != nil {
		return err
	}
	for i, a := range plan.archives {
		dir := filepath.Join(p.temp, strconv.Itoa(i))
		if err := os.Mkdir(dir, 0o700); err != nil {
			return stepError("write to", dir, bare(err))
		}
		name := filepath.Join(dir, path.Base(a.path))
		f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if err != nil {
			return stepError("write", name, bare(err))
		}
		packed, err := packer.pack(ctx, a, f)
		if closing := f.Close(); err == nil && closing != nil {
			err = stepError("write", name, bare(closing))
		}
		if err != nil {
			return err
		}
		p.archives[a.path] = name
		p.report.Archives = append(p.report.Archives, packed)
	}
	return nil
}

// show adds an archive to the listing of its folder.
func (p *Package) show(name string) error {
	info, err := os.Stat(p.archives[name])
	if err != nil {
		return stepError("write", p.archives[name], bare(err))
	}
	dir := path.Dir(name)
	p.tree[dir] = append(p.tree[dir], fs.FileInfoToDirEntry(info))
	slices.SortFunc(p.tree[dir], byName)
	return nil
}

// Report returns the report of the packing.
func (p *Package) Report() Report {
	report := p.report
	report.Archives = slices.Clone(report.Archives)
	report.Unmatched = slices.Clone(report.Unmatched)
	report.Missing = slices.Clone(report.Missing)
	return report
}

// Close removes the archives from disk. Close the files first: Windows does not remove open
// files. It may be called again, and then retries.
func (p *Package) Close() error {
	p.closed.Store(true)
	if err := os.RemoveAll(p.temp); err != nil {
		return stepError("remove", p.temp, bare(err))
	}
	return nil
}
