package pack

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
)

const namespace = `xmlns="http://schemas.microsoft.com/2011/01/fabric"`

// application returns an application manifest that names services.
func application(services ...string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<ApplicationManifest ApplicationTypeName=\"App\" %s>\n", namespace)
	for _, s := range services {
		fmt.Fprintf(&b, "<ServiceManifestImport><ServiceManifestRef ServiceManifestName=%q/></ServiceManifestImport>\n", s)
	}
	return b.String() + "</ApplicationManifest>\n"
}

// service returns a service manifest with code packages of these names.
func service(packages ...string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "<ServiceManifest Name=\"Any\" %s>\n", namespace)
	for _, p := range packages {
		fmt.Fprintf(&b, "<CodePackage Name=%q Version=\"1\"><EntryPoint/></CodePackage>\n", p)
	}
	return b.String() + "</ServiceManifest>\n"
}

// calculator returns a package with one service. The given files are added or, if their text is absent,
// removed.
func calculator(changes map[string]string) fstest.MapFS {
	files := map[string]string{
		"ApplicationManifest.xml": application("WebPkg"),
		"WebPkg/ServiceManifest.xml": `<ServiceManifest Name="WebPkg" ` + namespace + `>
			<CodePackage Name="Code"/><ConfigPackage Name="Config"/><DataPackage Name="Data"/></ServiceManifest>`,
		"WebPkg/Code/web.exe":         strings.Repeat("code ", 1000),
		"WebPkg/Code/bin/b.dll":       "b",
		"WebPkg/Code/bin/a.dll":       "a",
		"WebPkg/Config/Settings.xml":  "<Settings/>",
		"WebPkg/Data/seed.json":       "{}",
		"WebPkg/Other/notes.txt":      "named by no manifest",
		"Readme.md":                   "beside",
		"WebPkg/Config/de/empty.resx": "",
	}
	maps.Copy(files, changes)
	tree := fstest.MapFS{}
	for name, text := range files {
		if text != absent {
			tree[name] = &fstest.MapFile{Data: []byte(text), Mode: 0o644}
		}
	}
	return tree
}

// absent is the text of a missing file.
const absent = "\x00absent"

// contents reads all files of a file system. Folders end in "/".
func contents(t testing.TB, fsys fs.FS) map[string]string {
	t.Helper()
	found := map[string]string{}
	err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || name == "." {
			return err
		}
		if d.IsDir() {
			found[name+"/"] = ""
			return nil
		}
		data, err := fs.ReadFile(fsys, name)
		found[name] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// unzip reads an archive with archive/zip. Folders that have an entry end in "/".
func unzip(t testing.TB, data []byte) map[string]string {
	t.Helper()
	r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for _, f := range r.File {
		rc, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(rc)
		if err := rc.Close(); err != nil {
			t.Fatal(err)
		}
		if err != nil {
			t.Fatalf("%s: %v", f.Name, err)
		}
		if _, twice := found[f.Name]; twice {
			t.Errorf("%s is in the archive twice", f.Name)
		}
		found[f.Name] = string(text)
	}
	return found
}

// compress packs, or fails the test. The result is closed at the end of the test.
func compress(t testing.TB, src fs.FS, options ...Option) *Package {
	t.Helper()
	p, err := Compress(t.Context(), src, options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	return p
}

// inTemp directs temporary files to a folder of the test, and returns it.
func inTemp(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"TMPDIR", "TMP", "TEMP"} {
		t.Setenv(name, dir)
	}
	return dir
}

// mustBeEmpty fails the test if a folder is not empty.
func mustBeEmpty(t testing.TB, dir string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		t.Errorf("%s is left behind", filepath.Join(dir, e.Name()))
	}
}

func digest(data []byte) string { return fmt.Sprintf("%x", sha256.Sum256(data)) }
