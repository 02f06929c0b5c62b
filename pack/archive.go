package pack

import (
	"archive/zip"
	"bufio"
	"compress/flate"
	"context"
	"io"
	"io/fs"
	"path"
	"strings"
	"time"
)

const (
	// archiveSuffix follows the name of a folder in that of its archive.
	archiveSuffix = ".zip"

	// level is the default of compress/flate, as a number so that it does not change.
	level = 6
)

// entryTime is the earliest time that an entry can have.
var entryTime = time.Date(1980, time.January, 1, 0, 0, 0, 0, time.UTC)

// archive is a folder that is packed into a file.
type archive struct {
	path    string   // in the result
	folder  string   // in the source
	entries []string // paths from the folder, in order; those of folders end in "/"
}

// packer writes archives and copies files, one at a time, with one buffer.
type packer struct {
	src     fs.FS
	buffer  []byte
	deflate *flate.Writer
	read    func(n int) // is called with the number of bytes read; may be nil
}

func newPacker(src fs.FS) *packer {
	deflate, err := flate.NewWriter(nil, level)
	if err != nil {
		panic(err) // the level is a constant
	}
	return &packer{src: src, buffer: make([]byte, bufferSize), deflate: deflate}
}

// pack writes an archive to w.
func (p *packer) pack(ctx context.Context, a archive, w io.Writer) (Archive, error) {
	packed := &counter{w: w}
	buffered := bufio.NewWriterSize(packed, bufferSize)
	zw := zip.NewWriter(buffered)
	zw.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) {
		p.deflate.Reset(w)
		return p.deflate, nil
	})
	report := Archive{Path: a.path}
	for _, entry := range a.entries {
		size, err := p.add(ctx, zw, a.folder, entry)
		if err != nil {
			return Archive{}, stepError("compress", path.Join(a.folder, entry), err)
		}
		if !isFolder(entry) {
			report.Files++
			report.Size += size
		}
	}
	if err := zw.Close(); err != nil {
		return Archive{}, stepError("compress", a.folder, err)
	}
	if err := buffered.Flush(); err != nil {
		return Archive{}, stepError("compress", a.folder, err)
	}
	report.Packed = packed.n
	return report, nil
}

// add adds one entry and returns the size of its content.
func (p *packer) add(ctx context.Context, zw *zip.Writer, folder, entry string) (int64, error) {
	header := &zip.FileHeader{Name: entry, Modified: entryTime, Method: zip.Deflate}
	if isFolder(entry) {
		_, err := zw.CreateHeader(header)
		return 0, err
	}
	f, err := open(p.src, path.Join(folder, entry))
	if err != nil {
		return 0, err
	}
	defer f.Close()
	if f.info.Size() == 0 {
		header.Method = zip.Store
	}
	w, err := zw.CreateHeader(header)
	if err != nil {
		return 0, err
	}
	return f.info.Size(), f.copyTo(ctx, w, p.buffer, p.read)
}

// copy copies a file unchanged.
func (p *packer) copy(ctx context.Context, name string, w io.Writer) error {
	f, err := open(p.src, name)
	if err == nil {
		defer f.Close()
		err = f.copyTo(ctx, w, p.buffer, p.read)
	}
	if err != nil {
		return stepError("copy", name, err)
	}
	return nil
}

func isFolder(entry string) bool { return strings.HasSuffix(entry, "/") }

// counter counts the written bytes.
type counter struct {
	w io.Writer
	n int64
}

func (c *counter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.n += int64(n)
	return n, err
}
