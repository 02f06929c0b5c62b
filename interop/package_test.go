package interop

import (
	"bytes"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"testing"
)

// tree is a folder: the content of its files by path, and nil for an empty folder.
type tree map[string][]byte

// appPackage is an application package with everything that may be difficult for an upload.
func appPackage() tree {
	return tree{
		"ApplicationManifest.xml":      []byte("<ApplicationManifest/>\n"),
		"Web/ServiceManifest.xml":      []byte("<ServiceManifest/>\n"),
		"Web/Code/empty.bin":           {},
		"Web/Code/read me.txt":         []byte("a name with a blank"),
		"Web/Code/Grüße.txt":           []byte("a name beyond ASCII"),
		"Web/Code/a+b=c&d.txt":         []byte("a name that means something in a query"),
		"Web/Code/deep/er/large.bin":   bytes.Repeat([]byte("0123456789abcdef"), 1<<19), // 8 MiB
		"Web/Config/Settings.xml":      []byte("<Settings/>\n"),
		"Web/Data/folder without file": nil,
	}
}

// write makes the folder on the disk.
func (tr tree) write(t *testing.T, dir string) {
	t.Helper()
	for name, content := range tr {
		file := filepath.Join(dir, filepath.FromSlash(name))
		folder := filepath.Dir(file)
		if content == nil {
			folder = file
		}
		err := os.MkdirAll(folder, 0o755)
		if err == nil && content != nil {
			err = os.WriteFile(file, content, 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// marked returns the folder after a complete upload: with an empty file _.dir in itself and in each
// folder below.
func (tr tree) marked() tree {
	marked := tree{"_.dir": {}}
	for name, content := range tr {
		folder := path.Dir(name)
		if content == nil {
			folder = name
		} else {
			marked[name] = content
		}
		for ; folder != "."; folder = path.Dir(folder) {
			marked[folder+"/_.dir"] = []byte{}
		}
	}
	return marked
}

// read returns a folder on the disk, without its empty folders.
func read(t *testing.T, dir string) tree {
	t.Helper()
	found := tree{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		found[name], err = os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// same fails the test unless both have the same files with the same bytes.
func same(t *testing.T, got, want tree) {
	t.Helper()
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if content, stored := got[name]; !stored {
			t.Errorf("%s is not stored", name)
		} else if !bytes.Equal(content, want[name]) {
			t.Errorf("%s is stored with other bytes than were sent: %d, want %d", name, len(content), len(want[name]))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(got)) {
		if _, wanted := want[name]; !wanted {
			t.Errorf("%s is stored and was not sent", name)
		}
	}
}
