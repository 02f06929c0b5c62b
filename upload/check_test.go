package upload_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/fstest"

	"github.com/sfstore/sfstore/emulator"
	"github.com/sfstore/sfstore/upload"
)

// TestAllFaultsAreReportedAtOnce has files that cannot be read, a folder that cannot, and names that the
// cluster cannot store, for a destination that is complete.
func TestAllFaultsAreReportedAtOnce(t *testing.T) {
	for _, platform := range platforms {
		t.Run(platform.String(), func(t *testing.T) {
			s := newStore(t, emulator.WithPlatform(platform))
			_, err := s.uploader().Folder(t.Context(), "App", smallTree)
			must(t, err)
			s.answers()
			source := unreadable{fstest.MapFS{
				"a": {}, "b": {}, "secret/c": {}, "d:e": {}, "sub/f*": {}, "g<h/i": {}, "j#": {}, "\xff": {},
				"link": {Mode: fs.ModeSymlink},
			}, []string{"b", "secret"}}
			_, err = s.uploader().Folder(t.Context(), "App", source)
			for text, windows := range map[string]bool{
				`"b": permission denied`: false, `"secret": permission denied`: false, `"link": it is not a regular file`: false,
				`"\xff": its name is not UTF-8`: false, `"App/j#" has the character #`: false,
				`"d:e" has the character :`: true, `"sub/f*" has the character *`: true, `"g<h" has the character <`: true,
			} {
				if reported := err != nil && strings.Contains(err.Error(), text); reported != (!windows || platform == emulator.Windows) {
					t.Errorf("%s is reported: %v; the error is\n%v", text, reported, err)
				}
			}
			if changes := s.changes(); len(changes) > 0 {
				t.Errorf("something was sent: %q", changes)
			}
			s.holds("App/_.dir", []byte{})
		})
	}
}

func TestNamesThatAreNotComposedGetANotice(t *testing.T) {
	s := newStore(t)
	var seen events
	_, err := s.uploader(seen.option()).Folder(t.Context(), "App", fstest.MapFS{"a\u0308": {}, "\u00e4": {}})
	must(t, err)
	if notices := seen.of(upload.Noticed); len(notices) != 1 || notices[0].Path != "App/a\u0308" || !strings.Contains(notices[0].Text, "NFC") {
		t.Errorf("the notices are %v", notices)
	}
}

func TestFileThatHoldsMoreThanItAnnounces(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("there is no /proc")
	}
	s := newStore(t)
	_, err := s.uploader().File(t.Context(), at, "/proc/version")
	if _, ok := errors.AsType[*upload.SourceError](err); !ok || !strings.Contains(err.Error(), "announces 0 bytes and has more") {
		t.Errorf("got %v", err)
	}
	s.holdsNothing(at)
}

// crowded is a file system that at first cannot open a file, because too many are open.
type crowded struct {
	fs.FS
	opens atomic.Int64
}

func (c *crowded) Open(name string) (fs.File, error) {
	if name != "." && c.opens.Add(1) <= 5 {
		return nil, &fs.PathError{Op: "open", Path: name, Err: syscall.EMFILE}
	}
	return c.FS.Open(name)
}

func (c *crowded) Stat(name string) (fs.FileInfo, error) { return fs.Stat(c.FS, name) }

func TestTooManyOpenFilesAreWaitedFor(t *testing.T) {
	s := newStore(t)
	source := &crowded{FS: fstest.MapFS{"a": {Data: []byte("a")}, "b": {Data: noise(3*someChunk, 1)}}}
	report, err := s.uploader().Folder(t.Context(), "App", source)
	must(t, err)
	s.holds("App/a", []byte("a"))
	if report.Retries != 5 {
		t.Errorf("%d retries, not 5", report.Retries)
	}
}

// TestFileThatChangesAfterTheCheck changes a file between the check of the folder and its upload.
func TestFileThatChangesAfterTheCheck(t *testing.T) {
	for name, change := range map[string]func(*testing.T, string){"grown": grow, "rewritten": rewrite} {
		t.Run(name, func(t *testing.T) {
			s := newStore(t)
			folder := t.TempDir()
			writeFile(t, filepath.Join(folder, "a"), noise(someChunk, 1))
			writeFile(t, filepath.Join(folder, "b"), noise(3*someChunk, 2))
			s.round(onOperation(opChunk, 1, func() { // that of the claim
				change(t, filepath.Join(folder, "a"))
				change(t, filepath.Join(folder, "b"))
			}))
			report, err := s.uploader().Folder(t.Context(), "App", os.DirFS(folder))
			if !errors.Is(err, upload.ErrSourceChanged) || report.Files[0].Err == nil || report.Files[1].Err == nil {
				t.Errorf("got %v", err)
			}
			s.holdsNothing("App/a")
			s.holdsNothing("App/b")
			s.holdsNothing("App/_.dir")
		})
	}
}
