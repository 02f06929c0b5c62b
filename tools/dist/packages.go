package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"io/fs"
	"os"
	"path/filepath"
)

// writePackages writes a .deb and a .rpm for each Linux.
func (d *dist) writePackages(ctx context.Context) error {
	for _, p := range platforms {
		if p.os != "linux" {
			continue
		}
		stage := filepath.Join(d.work, "packages", p.arch)
		if err := d.stage(stage, p); err != nil {
			return err
		}
		for _, packager := range []string{"deb", "rpm"} {
			env := []string{"STAGE=" + stage, "ARCH=" + p.arch, "VERSION=" + d.tag}
			if err := d.run(ctx, ".", env, d.tool("nfpm"), "package", "--config", "nfpm.yaml", "--packager", packager, "--target", d.out); err != nil {
				return err
			}
		}
	}
	return nil
}

// stage lays out the files of a package. nfpm keeps their modes and times.
func (d *dist) stage(stage string, p platform) error {
	if err := d.layOut(stage, p); err != nil {
		return err
	}
	pages, err := filepath.Glob(filepath.Join(stage, "man", "man1", "*.1"))
	if err != nil {
		return err
	}
	for _, page := range pages {
		if err := compress(filepath.Join(stage, "man", filepath.Base(page)+".gz"), page); err != nil {
			return err
		}
	}
	if err := os.RemoveAll(filepath.Join(stage, "man", "man1")); err != nil {
		return err
	}
	return filepath.WalkDir(stage, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		mode := fs.FileMode(0o644)
		if entry.IsDir() || entry.Name() == "sfstore" {
			mode = 0o755
		}
		if err := os.Chmod(path, mode); err != nil {
			return err
		}
		return os.Chtimes(path, d.date, d.date)
	})
}

// compress compresses a file as Debian requires for manual pages: without its name and time.
func compress(to, from string) error {
	content, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return err
	}
	if _, err := w.Write(content); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	return os.WriteFile(to, b.Bytes(), 0o644)
}
