package main

import (
	"archive/tar"
	"archive/zip"
	"compress/gzip"
	"context"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// writeArchives lays out the content of each archive in a folder and packs it: .zip for Windows,
// .tar.gz for the others.
func (d *dist) writeArchives(context.Context) error {
	for _, p := range platforms {
		folder := filepath.Join(d.work, "archives", d.name(p))
		if err := d.layOut(folder, p); err != nil {
			return err
		}
		pack, extension := packTar, ".tar.gz"
		if p.os == "windows" {
			pack, extension = packZip, ".zip"
		}
		if err := d.pack(filepath.Join(d.out, d.name(p)+extension), folder, pack); err != nil {
			return err
		}
	}
	return nil
}

func (d *dist) layOut(folder string, p platform) error {
	if err := copyFile(filepath.Join(folder, p.program()), d.binary(p), 0o755); err != nil {
		return err
	}
	for _, name := range []string{"LICENSE", "README.md", "CHANGELOG.md", "openapi.yaml"} {
		if err := copyFile(filepath.Join(folder, name), filepath.Join(d.checkout, name), 0o644); err != nil {
			return err
		}
	}
	trees := map[string]string{"licenses": d.licences(p.os), "completions": filepath.Join(d.work, "completions")}
	if p.os != "windows" {
		trees[filepath.Join("man", "man1")] = filepath.Join(d.work, "man")
	}
	for to, from := range trees {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(folder, to)), 0o755); err != nil {
			return err
		}
		if err := os.CopyFS(filepath.Join(folder, to), os.DirFS(from)); err != nil {
			return err
		}
	}
	return nil
}

// member is a file of an archive.
type member struct {
	name string // with slashes, the archive's folder first
	path string
	info fs.FileInfo
}

// pack writes an archive with the files of a folder in the order of their names.
func (d *dist) pack(name, folder string, pack func(io.Writer, []member, time.Time) error) error {
	var members []member
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		relative, err := filepath.Rel(filepath.Dir(folder), path)
		if err != nil {
			return err
		}
		info, err := entry.Info()
		members = append(members, member{filepath.ToSlash(relative), path, info})
		return err
	})
	if err != nil {
		return err
	}
	file, err := os.Create(name)
	if err != nil {
		return err
	}
	defer file.Close()
	if err := pack(file, members, d.date); err != nil {
		return err
	}
	return file.Close()
}

// mode is that of a file in an archive, whatever the umask was.
func (m member) mode() fs.FileMode {
	if m.info.Mode()&0o100 != 0 {
		return 0o755
	}
	return 0o644
}

func packTar(w io.Writer, members []member, date time.Time) error {
	compressed, err := gzip.NewWriterLevel(w, gzip.BestCompression)
	if err != nil {
		return err
	}
	archive := tar.NewWriter(compressed)
	for _, m := range members {
		header := &tar.Header{Name: m.name, Mode: int64(m.mode()), Size: m.info.Size(), ModTime: date, Uname: "root", Gname: "root", Format: tar.FormatUSTAR}
		if err := archive.WriteHeader(header); err != nil {
			return err
		}
		if err := copyInto(archive, m.path); err != nil {
			return err
		}
	}
	if err := archive.Close(); err != nil {
		return err
	}
	return compressed.Close()
}

func packZip(w io.Writer, members []member, date time.Time) error {
	archive := zip.NewWriter(w)
	for _, m := range members {
		header := &zip.FileHeader{Name: m.name, Method: zip.Deflate, Modified: date}
		header.SetMode(m.mode())
		into, err := archive.CreateHeader(header)
		if err != nil {
			return err
		}
		if err := copyInto(into, m.path); err != nil {
			return err
		}
	}
	return archive.Close()
}

func copyInto(w io.Writer, name string) error {
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	_, err = io.Copy(w, file)
	return err
}
