package upload_test

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/sfstore/sfstore/emulator"
	"github.com/sfstore/sfstore/internal/testhost"
	"github.com/sfstore/sfstore/upload"
)

var platforms = []emulator.Platform{emulator.Windows, emulator.Linux}

// plant makes a folder on the disk: names that end with / are folders, and a text that begins with ->
// is the target of a link.
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
			testhost.Symlink(t, target, at)
		default:
			if testhost.IsWindows && (strings.ContainsRune(name, '\\') || strings.HasSuffix(name, " ")) {
				t.Skipf("not on Windows: no file has the name %q", name)
			}
			if _, err := os.Lstat(at); err == nil {
				t.Skip("the disk of this computer ignores case")
			}
			writeFile(t, at, []byte(text))
		}
	}
	return root
}

func TestFolderOfAllKindsOfFiles(t *testing.T) {
	signs := "a b/[x]{y}'z!.~@$,;-()."
	if testhost.IsWindows { // where names cannot end with a dot
		signs += "-"
	}
	files := map[string]string{
		"a b/c+d/ä 日本.txt":    "unicode",
		"a b/e=f&g":           "signs",
		"empty/":              "",
		"deep/er/and/deeper/": "",
		"nothing":             "",
		"exact":               string(noise(someChunk, 1)),
		"one more":            string(noise(someChunk+1, 2)),
		"large/file":          string(noise(5*someChunk, 3)),
		"_.dir":               "the mark of a copy",
		signs:                 "more signs",
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
		_, err = s.uploader(upload.WithExtras(upload.KeepExtras)).Folder(t.Context(), "App", fstest.MapFS{"a": {Data: []byte("newer")}, "new/b": {Data: []byte("new")}})
		must(t, err)
		s.holds("App/a", []byte("newer"))
		s.holds("App/new/b", []byte("new"))
		s.holds("App/_.dir", []byte{})
	}
}

func TestNamesThatDifferByCaseAreTwoFilesOnLinux(t *testing.T) {
	if testhost.IgnoresCase(t, t.TempDir()) {
		t.Skip("the disk of this computer ignores case")
	}
	s := newStore(t, emulator.WithPlatform(emulator.Linux))
	_, err := s.uploader(upload.WithRetry(patient)).Folder(t.Context(), "App", fstest.MapFS{
		"Code.dll": {Data: []byte("upper")}, "code.DLL": {Data: []byte("lower case")}, "Dir/a": {}, "dir/a": {},
	})
	must(t, err)
	s.holds("App/Code.dll", []byte("upper"))
	s.holds("App/code.DLL", []byte("lower case"))
}

// A cluster on Windows continues to list a file in the case that it had first.
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
		t.Error("an invalid pattern is taken")
	}
}
