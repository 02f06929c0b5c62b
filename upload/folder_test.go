package upload_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/sfstore/sfstore/emulator"
	"github.com/sfstore/sfstore/upload"
)

var platforms = []emulator.Platform{emulator.Windows, emulator.Linux}

// plant makes a folder on the disk: names that end with / are folders, and a text that begins
// with -> is a link.
func plant(t *testing.T, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	for name, text := range files {
		at := filepath.Join(root, filepath.FromSlash(name))
		must(t, os.MkdirAll(filepath.Dir(at), 0o755))
		target, link := strings.CutPrefix(text, "->")
		switch {
		case strings.HasSuffix(name, "/"):
			must(t, os.MkdirAll(at, 0o755))
		case link:
			must(t, os.Symlink(target, at))
		default:
			writeFile(t, at, []byte(text))
		}
	}
	return root
}

func TestFolderOfAllKindsOfFiles(t *testing.T) {
	files := map[string]string{
		"a b/c+d/ä 日本.txt":        "unicode",
		"a b/e=f&g":               "signs",
		"empty/":                  "",
		"deep/er/and/deeper/":     "",
		"nothing":                 "",
		"exact":                   string(noise(someChunk, 1)),
		"one more":                string(noise(someChunk+1, 2)),
		"large/file":              string(noise(5*someChunk, 3)),
		"_.dir":                   "the mark of a copy",
		"a b/[x]{y}'z!.~@$,;-().": "more signs",
	}
	for _, platform := range platforms {
		t.Run(platform.String(), func(t *testing.T) {
			s := newStore(t, emulator.WithPlatform(platform))
			var seen events
			report, err := s.uploader(seen.option()).Folder(t.Context(), "/App/v 1/", os.DirFS(plant(t, files)))
			must(t, err)
			folders := map[string]bool{".": true}
			for name, text := range files {
				if name == upload.Mark {
					continue
				}
				for dir := path.Dir(strings.TrimSuffix(name, "/") + "/x"); dir != "."; dir = path.Dir(dir) {
					folders[dir] = strings.HasSuffix(name, "/") || path.Join(dir, "x") != path.Join(name, "x") || folders[dir]
				}
				if !strings.HasSuffix(name, "/") {
					delete(folders, name)
					s.holds("App/v 1/"+name, []byte(text))
				}
			}
			for dir := range folders {
				s.holds(path.Join("App/v 1", dir, upload.Mark), []byte{})
			}
			if report.Folders != len(folders) || len(report.Files) != 7 {
				t.Errorf("%d folders got their mark, not %d; %d files", report.Folders, len(folders), len(report.Files))
			}
			if len(seen.of(upload.Stored)) != 7 || len(seen.of(upload.Marked)) != len(folders) {
				t.Errorf("%d files were reported, %d marks", len(seen.of(upload.Stored)), len(seen.of(upload.Marked)))
			}
			if platform == emulator.Linux && s.count(opChunk) > 0 {
				t.Errorf("%d chunks went to a gateway that has no sessions", s.count(opChunk))
			}
		})
	}
}

func TestMarksComeDeepestFirst(t *testing.T) {
	s := newStore(t)
	_, err := s.uploader().Folder(t.Context(), "App", fstest.MapFS{
		"z/y/x/w": {}, "z/b/c": {}, "a/d": {}, "f": {}, "e/g/h": {Mode: fs.ModeDir},
	})
	must(t, err)
	last := 100
	for _, line := range s.answers() {
		folder, isMark := strings.CutSuffix(strings.TrimPrefix(line, opPut+" "), "/"+upload.Mark)
		if isMark && strings.HasPrefix(line, opPut) {
			depth := strings.Count(folder, "/")
			if depth > last {
				t.Errorf("%s comes after a mark less deep", line)
			}
			last = depth
		}
	}
	if last != 0 {
		t.Errorf("the last mark is not that of the root but %d deep", last)
	}
}

func TestEmptyFolder(t *testing.T) {
	s := newStore(t)
	report, err := s.uploader().Folder(t.Context(), "App", os.DirFS(t.TempDir()))
	must(t, err)
	s.holds("App/_.dir", []byte{})
	if report.Folders != 1 || len(report.Files) != 0 {
		t.Errorf("the report is %+v", report)
	}
}

func TestOverAnEarlierFolder(t *testing.T) {
	for _, platform := range platforms {
		s := newStore(t, emulator.WithPlatform(platform))
		_, err := s.uploader().Folder(t.Context(), "App", fstest.MapFS{"a": {Data: []byte("old")}, "old/b": {Data: []byte("old")}})
		must(t, err)
		_, err = s.uploader().Folder(t.Context(), "App", fstest.MapFS{"a": {Data: []byte("newer")}, "new/b": {Data: []byte("new")}})
		must(t, err)
		s.holds("App/a", []byte("newer"))
		s.holds("App/new/b", []byte("new"))
		s.holds("App/_.dir", []byte{})
	}
}

func TestRefusedEntries(t *testing.T) {
	long := strings.Repeat("d/", 257)
	for name, row := range map[string]struct {
		files  map[string]string
		want   []string // in the error
		linux  bool     // refused on Linux too
		follow bool
	}{
		"links":                        {map[string]string{"a": "x", "to-a": "->a", "to-dir": "->.", "dangling": "->nowhere"}, []string{`"to-a": it is not a regular file but a symbolic link`, `"to-dir"`, `"dangling"`}, true, false},
		"a dangling link, followed":    {map[string]string{"dangling": "->nowhere"}, []string{`"dangling": no such file`}, true, true},
		"a link to the root, followed": {map[string]string{"a": "x", "loop": "->."}, []string{`"loop": it is a link to a folder that it is in`}, true, true},
		"a circle, followed":           {map[string]string{"a/b/c": "->../../a"}, []string{`"a/b/c": it is a link to a folder that it is in`}, true, true},
		"files that differ by case":    {map[string]string{"Code.dll": "x", "code.DLL": "y"}, []string{`file "code.DLL" and "Code.dll" are one to a cluster on Windows`}, false, false},
		"folders that differ by case":  {map[string]string{"Code/a": "x", "code/b": "y"}, []string{`file "code" and "Code" are one`}, false, false},
		"a file and a folder":          {map[string]string{"Code/a": "x", "code": "y"}, []string{`"code" and "Code" are one`}, false, false},
		"another spelling of a mark":   {map[string]string{"_.DIR": "x"}, []string{`"_.DIR" and "_.dir" are one`}, false, false},
		"a folder named like a mark":   {map[string]string{"_.dir/a": "x"}, []string{`"_.dir": it has the name of the mark`}, true, false},
		"a backslash":                  {map[string]string{`a\b`: "x", `c\d/e`: "x"}, []string{`file "a\\b" has a backslash`, `"c\\d" has a backslash`, `"c\\d/e"`}, true, false},
		"a space at the end":           {map[string]string{"a ": "x"}, []string{`file "a " ends with white space`}, true, false},
		"signs that Windows loses":     {map[string]string{"a#b": "x", "c%d/": ""}, []string{`"App/a#b" has the character #`, `"App/c%d" has the character %`}, true, false},
		"a folder named $":             {map[string]string{"$/": ""}, []string{`"App/$" has the segment $`}, true, false},
		"folders without an end":       {map[string]string{long: ""}, []string{"it lies more than 255 folders deep"}, true, false},
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
				_, err = s.uploader(options...).Folder(t.Context(), "App", os.DirFS(plant(t, row.files)))
				for _, want := range row.want {
					if err == nil || !strings.Contains(err.Error(), want) {
						t.Errorf("the error does not say %s: %v", want, err)
					}
				}
				if log := s.answers(); len(log) > 1 {
					t.Errorf("something was sent: %q", log)
				}
				s.holds("App/_.dir", []byte{})
			})
		}
	}
}

func TestNamesThatDifferByCaseAreTwoFilesOnLinux(t *testing.T) {
	s := newStore(t, emulator.WithPlatform(emulator.Linux))
	_, err := s.uploader().Folder(t.Context(), "App", fstest.MapFS{
		"Code.dll": {Data: []byte("upper")}, "code.DLL": {Data: []byte("lower case")}, "Dir/a": {}, "dir/a": {},
	})
	must(t, err)
	s.holds("App/Code.dll", []byte("upper"))
	s.holds("App/code.DLL", []byte("lower case"))
}

// A cluster on Windows goes on to list a file under the case that it had first.
func TestNamesOfAnotherCaseAreFoundOnWindows(t *testing.T) {
	s := newStore(t)
	must(t, s.client.UploadFile(t.Context(), "APP/CODE.DLL", strings.NewReader("old"), 3))
	_, err := s.uploader().Folder(t.Context(), "App", fstest.MapFS{"code.dll": {Data: []byte("new one")}})
	must(t, err)
}

func TestLinksAreFollowedOnRequest(t *testing.T) {
	s := newStore(t)
	outside := plant(t, map[string]string{"file": "outside", "dir/file": "below"})
	root := plant(t, map[string]string{"a": "x", "to-a": "->a", "to-file": "->" + outside + "/file", "to-dir": "->" + outside + "/dir"})
	_, err := s.uploader(upload.WithFollowLinks()).Folder(t.Context(), "App", os.DirFS(root))
	must(t, err)
	s.holds("App/to-a", []byte("x"))
	s.holds("App/to-file", []byte("outside"))
	s.holds("App/to-dir/file", []byte("below"))
}

func TestExclusion(t *testing.T) {
	s := newStore(t)
	_, err := s.uploader(upload.WithExclude("*.pdb", "Data/*.log", "obj")).Folder(t.Context(), "App", fstest.MapFS{
		"a.pdb": {}, "Code/b.pdb": {}, "Code/c": {}, "Data/d.log": {}, "Code/d.log": {}, "Code/obj/e": {}, "link": {Mode: fs.ModeSymlink, Data: []byte("Code/c")}, "obj": {Mode: fs.ModeNamedPipe},
	})
	if err == nil || !strings.Contains(err.Error(), `"link"`) || strings.Contains(err.Error(), `"obj"`) {
		t.Errorf("got %v", err)
	}
	report, err := s.uploader(upload.WithExclude("*.pdb", "Data/*.log"), upload.WithExclude("obj", "link")).Folder(t.Context(), "App", fstest.MapFS{
		"a.pdb": {}, "Code/b.pdb": {}, "Code/c": {}, "Data/d.log": {}, "Code/d.log": {}, "Code/obj/e": {}, "link": {Mode: fs.ModeSymlink, Data: []byte("Code/c")},
	})
	must(t, err)
	var names []string
	for _, file := range report.Files {
		names = append(names, file.Path)
	}
	if want := []string{"App/Code/c", "App/Code/d.log"}; !slices.Equal(names, want) {
		t.Errorf("%q went up, not %q", names, want)
	}
	if _, err := upload.New(s.client, upload.WithExclude("[")); err == nil {
		t.Error("a pattern that is none is taken")
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

func TestUnreadableFilesAreNamedAndTheOthersGoUp(t *testing.T) {
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
	want := []string{"App/Code/b false", "App/Code/sub/c true", "App/Data/empty/d true", "App/a false"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("report (-want +got):\n%s", diff)
	}
	s.holds("App/Code/sub/c", []byte("c"))
	s.holdsNothing("App/_.dir")
	if len(seen.of(upload.Failed)) != 2 || len(seen.of(upload.Stored)) != 2 {
		t.Errorf("%d files were reported as failed, %d as stored", len(seen.of(upload.Failed)), len(seen.of(upload.Stored)))
	}
}

func TestUnreadableFolderIsNamed(t *testing.T) {
	s := newStore(t)
	_, err := s.uploader().Folder(t.Context(), "App", unreadable{smallTree, []string{"Code/sub"}})
	if failed, ok := errors.AsType[*upload.SourceError](err); !ok || failed.Name != "Code/sub" || !errors.Is(err, fs.ErrPermission) {
		t.Errorf("got %v", err)
	}
	if log := s.answers(); len(log) > 0 {
		t.Errorf("something was sent: %q", log)
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

// The report names every file although the first is refused, and calls none stored that was
// not checked.
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

// The answer to the last mark is lost each time: the folder is complete, and says so.
func TestMarkInDoubtIsAskedFor(t *testing.T) {
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
