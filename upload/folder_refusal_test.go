package upload_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/sfstore/sfstore/emulator"
	"github.com/sfstore/sfstore/internal/testhost"
	"github.com/sfstore/sfstore/upload"
)

func TestRefusedEntries(t *testing.T) {
	long := strings.Repeat("d/", 257)
	for name, row := range map[string]struct {
		files  map[string]string
		want   []string // texts in the error
		linux  bool     // rejected on Linux too
		follow bool
	}{
		"links":                        {map[string]string{"a": "x", "to-a": "->a", "to-dir": "->.", "dangling": "->nowhere"}, []string{`"to-a": it is not a regular file but a symbolic link`, `"to-dir"`, `"dangling"`}, true, false},
		"a dangling link, followed":    {map[string]string{"dangling": "->nowhere"}, []string{`"dangling": ` + syscall.ENOENT.Error()}, true, true},
		"a link to the root, followed": {map[string]string{"a": "x", "loop": "->."}, []string{`"loop": is a symbolic link to one of its parent folders`}, true, true},
		"a circle, followed":           {map[string]string{"a/b/c": "->../../a"}, []string{`"a/b/c": is a symbolic link to one of its parent folders`}, true, true},
		"files that differ by case":    {map[string]string{"Code.dll": "x", "code.DLL": "y"}, []string{`file "code.DLL" differs from "Code.dll" only in case, which Windows clusters ignore`}, false, false},
		"folders that differ by case":  {map[string]string{"Code/a": "x", "code/b": "y"}, []string{`file "code" differs from "Code" only in case`}, false, false},
		"a file and a folder":          {map[string]string{"Code/a": "x", "code": "y"}, []string{`"code" differs from "Code" only in case`}, false, false},
		"another spelling of a mark":   {map[string]string{"_.DIR": "x"}, []string{`"_.DIR" differs from "_.dir" only in case`}, false, false},
		"a folder named like a mark":   {map[string]string{"_.dir/a": "x"}, []string{`"_.dir": the name _.dir is reserved for folder marks`}, true, false},
		"a backslash":                  {map[string]string{`a\b`: "x", `c\d/e`: "x"}, []string{`file "a\\b" has a backslash`, `"c\\d" has a backslash`}, true, false},
		"a space at the end":           {map[string]string{"a ": "x"}, []string{`file "a " ends with white space`}, true, false},
		"signs that Windows loses":     {map[string]string{"a#b": "x", "c%d/": ""}, []string{`"App/a#b" has the character #`, `"App/c%d" has the character %`}, true, false},
		"a folder named $":             {map[string]string{"$/": ""}, []string{`"App/$" has the segment $`}, true, false},
		"folders without an end":       {map[string]string{long: ""}, []string{"is more than 255 folders deep"}, true, false},
	} {
		for _, platform := range platforms {
			t.Run(name+" to "+platform.String(), func(t *testing.T) {
				if platform == emulator.Linux && !row.linux {
					t.Skip("they are two files there")
				}
				s := newStore(t, emulator.WithPlatform(platform))
				_, err := s.uploader().Folder(t.Context(), "App", fstest.MapFS{"old": {Data: []byte("old")}})
				must(t, err)
				s.answers()
				options := []upload.Option{}
				if row.follow {
					options = append(options, upload.WithFollowLinks())
				}
				if (strings.Contains(name, "differ by case") || name == "a file and a folder") && testhost.IgnoresCase(t, t.TempDir()) {
					t.Skip("the disk of this computer ignores case")
				}
				_, err = s.uploader(options...).Folder(t.Context(), "App", os.DirFS(plant(t, row.files)))
				for _, want := range row.want {
					if err == nil || !strings.Contains(err.Error(), want) {
						t.Errorf("the error does not say %s: %v", want, err)
					}
				}
				if changes := s.changes(); len(changes) > 0 {
					t.Errorf("something was sent: %q", changes)
				}
				s.holds("App/_.dir", []byte{})
			})
		}
	}
}

// unreadable is a folder in which some files cannot be opened.
type unreadable struct {
	fs.FS
	names []string
}

func (u unreadable) Open(name string) (fs.File, error) {
	if slices.Contains(u.names, name) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
	}
	return u.FS.Open(name)
}

func (u unreadable) Stat(name string) (fs.FileInfo, error) { return fs.Stat(u.FS, name) }

func TestUnreadableFilesAreNamedBeforeAnythingIsSent(t *testing.T) {
	s := newStore(t)
	var seen events
	report, err := s.uploader(seen.option()).Folder(t.Context(), "App", unreadable{smallTree, []string{"a", "Code/b"}})
	if !errors.Is(err, fs.ErrPermission) || !strings.Contains(err.Error(), `"a"`) || !strings.Contains(err.Error(), `"Code/b"`) {
		t.Errorf("got %v", err)
	}
	var got []string
	for _, file := range report.Files {
		got = append(got, fmt.Sprintf("%s %v", file.Path, file.Err == nil))
	}
	want := []string{"App/Code/b false", "App/Code/sub/c false", "App/Data/empty/d false", "App/a false"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("report (-want +got):\n%s", diff)
	}
	if changes := s.changes(); len(changes) > 0 {
		t.Errorf("something was sent: %q", changes)
	}
	if len(seen.of(upload.Failed)) != 2 || len(seen.of(upload.Stored)) != 0 {
		t.Errorf("%d files were reported as failed, %d as stored", len(seen.of(upload.Failed)), len(seen.of(upload.Stored)))
	}
}

func TestUnreadableFolderIsNamed(t *testing.T) {
	s := newStore(t)
	_, err := s.uploader().Folder(t.Context(), "App", unreadable{smallTree, []string{"Code/sub"}})
	if failed, ok := errors.AsType[*upload.SourceError](err); !ok || failed.Name != "Code/sub" || !errors.Is(err, fs.ErrPermission) {
		t.Errorf("got %v", err)
	}
	if changes := s.changes(); len(changes) > 0 {
		t.Errorf("something was sent: %q", changes)
	}
}

func TestFolderThatTheStoreLoses(t *testing.T) {
	s := newStore(t)
	s.round(swallow(opPut))
	report, err := s.uploader(upload.WithRetry(upload.Retry{Attempts: 2, First: 1})).Folder(t.Context(), "App", smallTree)
	if !errors.Is(err, upload.ErrNotStored) {
		t.Errorf("got %v, not ErrNotStored", err)
	}
	for _, file := range report.Files {
		if lost := file.Path != "App/Code/b"; lost != (file.Err != nil) {
			t.Errorf("%s: %v", file.Path, file.Err)
		}
	}
}

// The report names every file although the first is refused, and reports none as stored that was not
// checked.
func TestRefusalEndsAFolder(t *testing.T) {
	s := newStore(t, emulator.WithFaults(emulator.Fault{Operation: opPut, From: 2, Action: emulator.Answer, Status: 403, Code: "E_ACCESSDENIED"}))
	report, err := s.uploader(upload.WithWorkers(1)).Folder(t.Context(), "App", smallTree)
	if err == nil {
		t.Fatal("success")
	}
	if len(report.Files) != 4 {
		t.Fatalf("the report has %d files", len(report.Files))
	}
	for _, file := range report.Files {
		if (file.Err == nil) != (file.Path == "App/Code/b") {
			t.Errorf("%s: %v", file.Path, file.Err)
		}
	}
}

// The response to the last mark is lost each time: the upload finds that the folder is complete.
func TestAMarkInDoubtIsQueried(t *testing.T) {
	s := newStore(t, emulator.WithFaults(emulator.Fault{Operation: opPut, From: 4, Action: emulator.DropReply}))
	_, err := s.uploader(upload.WithWorkers(1)).Folder(t.Context(), "App", fstest.MapFS{"a": {}, "b": {}, "c": {}})
	must(t, err)
	s.holds("App/_.dir", []byte{})
}

func TestFolderThatIsNotThere(t *testing.T) {
	s := newStore(t)
	for _, name := range []string{filepath.Join(t.TempDir(), "missing"), onDisk(t, nil)} {
		_, err := s.uploader().Folder(t.Context(), "App", os.DirFS(name))
		if _, ok := errors.AsType[*upload.SourceError](err); !ok {
			t.Errorf("got %v", err)
		}
	}
}
