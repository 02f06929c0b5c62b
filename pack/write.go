package pack

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"path"
)

// Write writes the compressed form of an application package to the folder dir, which must be
// empty or missing, and outside of the source. After an error or a cancellation it removes what it
// has written. Files get the modes of new files. Invalid arguments are an [*ArgumentError], all
// other failures an [*Error].
func Write(ctx context.Context, src fs.FS, dir string, options ...Option) (Report, error) {
	plan, err := newPlan(ctx, src, options)
	if err != nil {
		return Report{}, err
	}
	out, err := claim(src, dir)
	if err != nil {
		return Report{}, err
	}
	report, err := out.fill(ctx, plan)
	if err != nil {
		return Report{}, errors.Join(err, out.undo())
	}
	if err := out.root.Close(); err != nil {
		return Report{}, stepError("write to", dir, bare(err))
	}
	return report, nil
}

// fill writes the result: folders before what is in them.
func (o *output) fill(ctx context.Context, plan *plan) (Report, error) {
	packer, err := plan.packer(true)
	if err != nil {
		return Report{}, err
	}
	report := plan.report
	for _, folder := range plan.tree.folders() {
		if err := o.mkdir(folder); err != nil {
			return Report{}, err
		}
	}
	for _, folder := range plan.tree.folders() {
		for _, entry := range plan.tree[folder] {
			if entry.IsDir() {
				continue
			}
			name := path.Join(folder, entry.Name())
			err := o.create(name, func(w io.Writer) error { return packer.copy(ctx, name, w) })
			if err != nil {
				return Report{}, err
			}
		}
	}
	for _, a := range plan.archives {
		err := o.create(a.path, func(w io.Writer) error {
			packed, err := packer.pack(ctx, a, w)
			report.Archives = append(report.Archives, packed)
			return err
		})
		if err != nil {
			return Report{}, err
		}
	}
	return report, nil
}
