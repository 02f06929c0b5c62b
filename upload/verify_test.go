package upload_test

import (
	"maps"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/sfstore/sfstore/emulator"
	"github.com/sfstore/sfstore/internal/testhost"
	"github.com/sfstore/sfstore/upload"
)

func TestVerifyFindsWhatDiffers(t *testing.T) {
	local := fstest.MapFS{
		"a/b.txt": {Data: []byte("hello")}, "a/c.txt": {Data: []byte("hello")}, "d.txt": {}, "e.pdb": {Data: []byte("x")},
	}
	rows := []struct {
		name     string
		platform emulator.Platform
		change   func(stored fstest.MapFS) // to what was uploaded
		want     []string
	}{
		{"nothing differs", emulator.Windows, func(fstest.MapFS) {}, nil},
		{"nothing differs on Linux", emulator.Linux, func(fstest.MapFS) {}, nil},
		{"a size differs", emulator.Windows, func(s fstest.MapFS) { s["a/b.txt"] = &fstest.MapFile{Data: []byte("hi")} },
			[]string{"a/b.txt: 5 bytes, in the store 2"}},
		{"a file is missing", emulator.Windows, func(s fstest.MapFS) { delete(s, "d.txt") }, []string{"d.txt: not in the store"}},
		{"a file is there besides", emulator.Windows, func(s fstest.MapFS) { s["a/x/y"] = &fstest.MapFile{Data: []byte("1234")} },
			[]string{"a/x/_.dir: only in the store, 0 bytes", "a/x/y: only in the store, 4 bytes"}},
		{"a folder is missing, with its mark", emulator.Windows, func(s fstest.MapFS) { delete(s, "a/b.txt"); delete(s, "a/c.txt") },
			[]string{"a: the folder has no mark and does not count as complete", "a/b.txt: not in the store", "a/c.txt: not in the store"}},
		{"what is excluded does not count, on either side", emulator.Windows, func(s fstest.MapFS) { s["f.pdb"] = s["e.pdb"]; delete(s, "e.pdb") }, nil},
		{"other letters are the same name on Windows", emulator.Windows, func(s fstest.MapFS) { s["D.txt"] = s["d.txt"]; delete(s, "d.txt") }, nil},
		{"other letters are another name on Linux", emulator.Linux, func(s fstest.MapFS) { s["D.txt"] = s["d.txt"]; delete(s, "d.txt") },
			[]string{"D.txt: only in the store, 0 bytes", "d.txt: not in the store"}},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			s := newStore(t, emulator.WithPlatform(row.platform))
			uploader := s.uploader(upload.WithExclude("*.pdb"))
			stored := fstest.MapFS{}
			maps.Copy(stored, local)
			row.change(stored)
			if _, err := s.uploader().Folder(t.Context(), "App", stored); err != nil {
				t.Fatal(err)
			}
			differences, err := uploader.VerifyFolder(t.Context(), "App", local)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, d := range differences {
				got = append(got, d.String())
			}
			if diff := cmp.Diff(row.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestVerifyOfAFolderWhereAFileIs(t *testing.T) {
	s := newStore(t)
	must(t, s.client.UploadFile(t.Context(), "App", strings.NewReader("x"), 1))
	for name, local := range map[string]fstest.MapFS{"an empty folder": {}, "a folder with a file": {"App": {Data: []byte("x")}}} {
		differences, err := s.uploader().VerifyFolder(t.Context(), "App", local)
		must(t, err)
		if len(differences) != 1 || differences[0].String() != `"App" is a file in the store, not a folder` {
			t.Errorf("%s: %v", name, differences)
		}
	}
}

// A folder with one file of the same name is not that file.
func TestVerifyOfAFileComparesWholePaths(t *testing.T) {
	s := newStore(t)
	must(t, s.client.UploadFile(t.Context(), "App/App", strings.NewReader("x"), 1))
	differences, err := s.uploader().VerifyFile(t.Context(), "App", 1)
	must(t, err)
	if len(differences) != 1 || differences[0].String() != `"App" is a folder in the store, not a file` {
		t.Errorf("%v", differences)
	}
}

// A gateway on Linux lists one of two names that differ only in case.
func TestVerifyListsWhatAListingOmitsOnLinux(t *testing.T) {
	if testhost.IgnoresCase(t, t.TempDir()) {
		t.Skip("the disk of this computer ignores case")
	}
	s := newStore(t, emulator.WithPlatform(emulator.Linux))
	local := fstest.MapFS{"code.dll": {Data: []byte("lower")}, "Code.DLL": {Data: []byte("upper case")}}
	_, err := s.uploader(upload.WithRetry(patient)).Folder(t.Context(), "App", local)
	must(t, err)
	differences, err := s.uploader().VerifyFolder(t.Context(), "App", local)
	if must(t, err); len(differences) > 0 {
		t.Errorf("%v", differences)
	}
	local["code.dll"].Data = nil
	differences, err = s.uploader().VerifyFolder(t.Context(), "App", local)
	if must(t, err); len(differences) != 1 {
		t.Errorf("%v", differences)
	}
}

func TestVerifySurvivesAPassing503(t *testing.T) {
	s := newStore(t, emulator.WithFaults(emulator.Fault{Operation: opList, From: 1, Count: 2, Action: emulator.Answer, Status: 503, Code: "E_ABORT"}))
	differences, err := s.uploader().VerifyFile(t.Context(), "App/x", 1)
	if must(t, err); len(differences) != 1 {
		t.Errorf("%v", differences)
	}
}

func TestVerifyOfAFile(t *testing.T) {
	s := newStore(t)
	uploader := s.uploader()
	if _, err := uploader.ReaderAt(t.Context(), "App/a.txt", strings.NewReader("hello"), 5); err != nil {
		t.Fatal(err)
	}
	for path, row := range map[string]struct {
		size int64
		want string
	}{
		"App/a.txt": {5, ""},
		"app/A.txt": {5, ""},
		"App/b.txt": {5, "b.txt: not in the store"},
		"App":       {5, `"App" is a folder in the store, not a file`},
		`App\a.txt`: {4, "a.txt: 4 bytes, in the store 5"},
	} {
		differences, err := uploader.VerifyFile(t.Context(), path, row.size)
		if err != nil {
			t.Errorf("%s: %v", path, err)
		}
		got := ""
		for _, d := range differences {
			got += d.String()
		}
		if got != row.want {
			t.Errorf("%s: got %q, want %q", path, got, row.want)
		}
	}
}
