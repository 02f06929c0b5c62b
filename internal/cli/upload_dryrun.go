package cli

import (
	"io"

	"github.com/sfstore/sfstore/upload"
)

// printDryRun prints what an upload would do, and with --delete what it would delete.
func (a *app) printDryRun(dst string, r upload.Report, deletes bool) error {
	for _, file := range r.Files {
		line := eventLine{Event: "would upload", Path: file.Path, Size: file.Size}
		if err := a.print(line, func(w io.Writer) { tablef(w, "would upload %s, %s\n", file.Path, inBytes(file.Size)) }); err != nil {
			return err
		}
	}
	deletion := ""
	if deletes && len(r.Extras) > 0 {
		deletion = ", and delete " + count(len(r.Extras), "file")
		for _, path := range r.Extras {
			line := eventLine{Event: "would delete", Path: path}
			if err := a.print(line, func(w io.Writer) { tablef(w, "would delete %s\n", path) }); err != nil {
				return err
			}
		}
	}
	u := uploaded{Event: "done", Path: dst, Files: len(r.Files), Size: r.Size, Unmatched: r.Unmatched, Extras: r.Extras, DryRun: true}
	return a.print(u, func(w io.Writer) {
		tablef(w, "would upload %s to %s, %s%s\n", inBytes(u.Size), u.Path, count(u.Files, "file"), deletion)
	})
}
