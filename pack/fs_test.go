package pack

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

func TestAPackageIsAFileSystem(t *testing.T) {
	src := calculator(map[string]string{"WebPkg/Data/seed.json": absent, "WebPkg/Data.zip": "PK"})
	src["Empty"] = &fstest.MapFile{Mode: fs.ModeDir}
	onDisk := t.TempDir()
	if err := os.CopyFS(onDisk, src); err != nil {
		t.Fatal(err)
	}
	for name, src := range map[string]fs.FS{"of memory": src, "of a folder": os.DirFS(onDisk)} {
		t.Run(name, func(t *testing.T) {
			p := compress(t, src)
			want := []string{"ApplicationManifest.xml", "Empty", "Readme.md", "WebPkg",
				"WebPkg/Code.zip", "WebPkg/Config.zip", "WebPkg/Data.zip", "WebPkg/Other", "WebPkg/Other/notes.txt", "WebPkg/ServiceManifest.xml"}
			if err := fstest.TestFS(p, want...); err != nil {
				t.Error(err)
			}
			var found []string
			for name := range contents(t, p) {
				found = append(found, filepath.ToSlash(filepath.Clean(name)))
			}
			slices.Sort(found)
			if diff := cmp.Diff(want, found); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestWhatWasCompressedIsNotThereAnyMore(t *testing.T) {
	src := calculator(nil)
	p := compress(t, src)
	src["later.txt"] = &fstest.MapFile{}
	for _, name := range []string{"WebPkg/Code", "WebPkg/Code/web.exe", "WebPkg/Code/bin", "WebPkg/Code.zip/web.exe", "later.txt"} {
		_, err := p.Open(name)
		if !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s opens with %v", name, err)
		}
		if _, err := p.Stat(name); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s has the state %v", name, err)
		}
		if _, err := p.ReadDir(name); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s is listed with %v", name, err)
		}
	}
	if _, err := p.ReadDir("WebPkg/Code.zip"); err == nil {
		t.Error("an archive is listed as if it was a folder")
	}
}

func TestEveryFileIsReadFromTheMiddle(t *testing.T) {
	p := compress(t, calculator(nil))
	for name, text := range contents(t, p) {
		f, err := p.Open(filepath.ToSlash(filepath.Clean(name)))
		if err != nil {
			t.Fatal(err)
		}
		if info, err := f.Stat(); err != nil || info.IsDir() || info.Size() < 2 {
			_ = f.Close()
			continue
		}
		b := make([]byte, 1)
		if _, err := f.(io.ReaderAt).ReadAt(b, 1); err != nil || b[0] != text[1] {
			t.Errorf("%s reads %q, %v", name, b, err)
		}
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestAnArchiveOnDiskIsTheFileItself(t *testing.T) {
	p := compress(t, calculator(nil))
	f, err := p.Open("WebPkg/Code.zip")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	opened, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	named, err := fs.Stat(p, "WebPkg/Code.zip")
	if err != nil {
		t.Fatal(err)
	}
	if !os.SameFile(opened, named) || opened.Name() != "Code.zip" {
		t.Errorf("%s opens, %s is named", opened.Name(), named.Name())
	}
}

func TestArchivesThatDifferInCaseAloneAreTwo(t *testing.T) {
	p := compress(t, fstest.MapFS{
		"ApplicationManifest.xml": {Data: []byte(application("S"))},
		"S/ServiceManifest.xml":   {Data: []byte(service("code", "Code"))},
		"S/code/a":                {}, "S/Code/b": {},
	})
	found := contents(t, p)
	for archive, entry := range map[string]string{"S/code.zip": "a", "S/Code.zip": "b"} {
		if diff := cmp.Diff([]string{entry}, slices.Collect(maps.Keys(unzip(t, []byte(found[archive]))))); diff != "" {
			t.Errorf("%s: %s", archive, diff)
		}
	}
}

func TestCloseRemovesTheTemporaryFiles(t *testing.T) {
	temp := inTemp(t)
	p, err := Compress(t.Context(), calculator(nil))
	if err != nil {
		t.Fatal(err)
	}
	if entries, err := os.ReadDir(temp); err != nil || len(entries) != 1 {
		t.Fatalf("the temporary folder holds %v, %v", entries, err)
	}
	for range 2 {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	}
	mustBeEmpty(t, temp)
	if _, err := p.Open("Readme.md"); !errors.Is(err, fs.ErrClosed) {
		t.Errorf("a file opens with %v", err)
	}
}

func TestACancellationLeavesNothing(t *testing.T) {
	temp := inTemp(t)
	src, ctx := cancelling(t, calculator(nil), "WebPkg/Config/Settings.xml")
	_, err := Compress(ctx, src)
	expectError(t, err, `compress "WebPkg/Config/Settings.xml": context canceled`)
	mustBeEmpty(t, temp)
}

func TestAPackageIsReadByManyAtOnce(t *testing.T) {
	p := compress(t, calculator(nil))
	want, err := fs.ReadFile(p, "WebPkg/Code.zip")
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if got, err := fs.ReadFile(p, "WebPkg/Code.zip"); err != nil || !bytes.Equal(got, want) {
				t.Errorf("%d bytes, %v", len(got), err)
			}
			if _, err := fs.ReadDir(p, "WebPkg"); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
}
