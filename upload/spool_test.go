package upload_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/sfstore/sfstore/emulator"
	"github.com/sfstore/sfstore/upload"
)

// readings are the ways in which a source is read.
var readings = map[string][]upload.Option{"read before": nil, "read once": {upload.WithoutResume()}}

// zipped makes a zip archive of files, and returns it as a file system without random access.
func zipped(t *testing.T, files fstest.MapFS) fs.FS {
	t.Helper()
	var archive bytes.Buffer
	w := zip.NewWriter(&archive)
	must(t, w.AddFS(files))
	must(t, w.Close())
	r, err := zip.NewReader(bytes.NewReader(archive.Bytes()), int64(archive.Len()))
	must(t, err)
	return r
}

func TestFolderOfFilesWithoutRandomAccess(t *testing.T) {
	temporary := t.TempDir()
	t.Setenv("TMPDIR", temporary)
	t.Setenv("TMP", temporary) // on Windows
	for _, platform := range platforms {
		for _, operation := range []string{opPut, opChunk} {
			for name, options := range readings {
				t.Run(operation+" fails once on "+platform.String()+", "+name, func(t *testing.T) {
					s := newStore(t, emulator.WithPlatform(platform),
						emulator.WithFaults(emulator.Fault{Operation: operation, Count: 1, Action: emulator.DropReply}))
					_, err := s.uploader(options...).Folder(t.Context(), "App", zipped(t, smallTree))
					must(t, err)
					for name, file := range smallTree {
						s.holds("App/"+name, file.Data)
					}
				})
			}
		}
	}
	if left, err := os.ReadDir(os.TempDir()); err != nil || len(left) > 0 {
		t.Errorf("temporary files: %v, %v", left, err)
	}
}

// longer is a file system whose files contain a byte more than they announce, and have no random
// access.
type longer struct{ fs.FS }

func (l longer) Open(name string) (fs.File, error) {
	f, err := l.FS.Open(name)
	if err != nil {
		return nil, err
	}
	if _, isFolder := f.(fs.ReadDirFile); isFolder {
		return f, nil
	}
	return struct {
		io.Reader
		statCloser
	}{io.MultiReader(f, bytes.NewReader([]byte{1})), f}, nil
}

type statCloser interface {
	Stat() (fs.FileInfo, error)
	Close() error
}

func TestSpooledFileThatHoldsMore(t *testing.T) {
	temporary := t.TempDir()
	t.Setenv("TMPDIR", temporary)
	t.Setenv("TMP", temporary) // on Windows
	for name, options := range readings {
		s := newStore(t)
		_, err := s.uploader(options...).Folder(t.Context(), "App", longer{fstest.MapFS{"a": {Data: noise(2*someChunk, 1)}}})
		if _, ok := errors.AsType[*upload.SourceError](err); !ok || !strings.Contains(err.Error(), "announces 2000 bytes and has more") {
			t.Errorf("%s: got %v", name, err)
		}
		s.holdsNothing("App/a")
	}
	if left, err := os.ReadDir(os.TempDir()); err != nil || len(left) > 0 {
		t.Errorf("temporary files: %v, %v", left, err)
	}
}

func TestAZipArchiveWhoseBytesAreWrong(t *testing.T) {
	for _, size := range []int{someChunk / 2, 3 * someChunk, 100 << 10} {
		content := noise(size, 1)
		var archive bytes.Buffer
		w := zip.NewWriter(&archive)
		f, err := w.CreateHeader(&zip.FileHeader{Name: "a", Method: zip.Store})
		must(t, err)
		_, err = f.Write(content)
		must(t, errors.Join(err, w.Close()))
		wrong := archive.Bytes()
		wrong[bytes.Index(wrong, content)]++
		for _, platform := range platforms {
			for name, options := range readings {
				s := newStore(t, emulator.WithPlatform(platform))
				source, err := zip.NewReader(bytes.NewReader(wrong), int64(len(wrong)))
				must(t, err)
				large := upload.WithChunkSize(int64(max(someChunk, size/100*99)))
				_, err = s.uploader(append(options, large)...).Folder(t.Context(), "App", source)
				if !errors.Is(err, zip.ErrChecksum) {
					t.Errorf("%d bytes to %s, %s: got %v", size, platform, name, err)
				}
				if platform == emulator.Windows { // Linux keeps the beginning of a file that is truncated
					s.holdsNothing("App/a")
				}
			}
		}
	}
}
