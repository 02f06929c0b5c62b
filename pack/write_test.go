package pack

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/sfstore/sfstore/internal/testhost"
)

func TestWriteAndCompressMakeTheSame(t *testing.T) {
	src := calculator(nil)
	src["WebPkg/Other/empty"] = &fstest.MapFile{Mode: fs.ModeDir}
	p := compress(t, src)
	for name, dir := range map[string]string{
		"in a folder that is empty":   t.TempDir(),
		"in a folder that is missing": filepath.Join(t.TempDir(), "a", "b"),
	} {
		t.Run(name, func(t *testing.T) {
			report, err := Write(t.Context(), src, dir)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(p.Report(), report); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(contents(t, p), contents(t, os.DirFS(dir))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestTheReportSaysWhatWasPacked(t *testing.T) {
	p := compress(t, calculator(nil))
	report := p.Report()
	for i := range report.Archives {
		info, err := p.Stat(report.Archives[i].Path)
		if err != nil || info.Size() != report.Archives[i].Packed {
			t.Errorf("%s: %v, %v", report.Archives[i].Path, info.Size(), err)
		}
		report.Archives[i].Packed = 0
	}
	want := Report{Files: 4, Archives: []Archive{
		{Path: "WebPkg/Code.zip", Files: 3, Size: 5002},
		{Path: "WebPkg/Config.zip", Files: 2, Size: 11},
		{Path: "WebPkg/Data.zip", Files: 1, Size: 2},
	}}
	if diff := cmp.Diff(want, report); diff != "" {
		t.Error(diff)
	}
	if p.Report().Archives[0].Packed == 0 {
		t.Error("the caller can change the report")
	}
}

func TestWhereTheResultIsNotWritten(t *testing.T) {
	dir := t.TempDir()
	app := filepath.Join(dir, "app")
	if err := os.CopyFS(app, calculator(nil)); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(dir, "link")
	testhost.Symlink(t, app, link)
	deeper := filepath.Join(dir, "deeper")
	testhost.Symlink(t, filepath.Join(app, "WebPkg"), deeper)
	before := contents(t, os.DirFS(app))
	if err := os.WriteFile(filepath.Join(dir, "file"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ name, dir, want string }{
		{"over a folder with something in it", dir, "the folder is not empty"},
		{"over the source", app, "the folder is inside of the application package"},
		{"inside of the source", filepath.Join(app, "out"), "the folder is inside of the application package"},
		{"deep inside of the source", filepath.Join(app, "a", "b", "out"), "the folder is inside of the application package"},
		{"inside of the source, by another name", filepath.Join(link, "out"), "the folder is inside of the application package"},
		{"deep inside of the source, by another name", filepath.Join(deeper, "out"), "the folder is inside of the application package"},
		{"over a file", filepath.Join(dir, "file"), "file"},
		{"below a file", filepath.Join(dir, "file", "out"), "file"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Write(t.Context(), os.DirFS(app), tt.dir)
			expectError(t, err, "write to ")
			expectError(t, err, tt.want)
			if diff := cmp.Diff(before, contents(t, os.DirFS(app))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAHalfWrittenResultIsRemoved(t *testing.T) {
	t.Run("with the folders that were made for it", func(t *testing.T) {
		dir := t.TempDir()
		src, ctx := cancelling(t, calculator(nil), "WebPkg/Data/seed.json")
		_, err := Write(ctx, src, filepath.Join(dir, "a", "b"))
		if !errors.Is(err, context.Canceled) {
			t.Errorf("the error is %v", err)
		}
		expectError(t, err, `compress "WebPkg/Data/seed.json": context canceled`)
		mustBeEmpty(t, dir)
	})
	t.Run("but not the folder that was there", func(t *testing.T) {
		dir := t.TempDir()
		src, ctx := cancelling(t, calculator(nil), "WebPkg/Other/notes.txt")
		_, err := Write(ctx, src, dir)
		expectError(t, err, `copy "WebPkg/Other/notes.txt": context canceled`)
		mustBeEmpty(t, dir)
	})
	t.Run("but nothing that another has put there", func(t *testing.T) {
		dir := t.TempDir()
		src, ctx := cancelling(t, calculator(nil), "WebPkg/Other/notes.txt")
		src.(*cancelFS).before = func() {
			if err := os.WriteFile(filepath.Join(dir, "WebPkg", "mine"), []byte("mine"), 0o600); err != nil {
				t.Error(err)
			}
		}
		_, err := Write(ctx, src, dir)
		expectError(t, err, "clean up ")
		if diff := cmp.Diff(map[string]string{"WebPkg/": "", "WebPkg/mine": "mine"}, contents(t, os.DirFS(dir))); diff != "" {
			t.Error(diff)
		}
	})
}

func TestTheSourceIsNeverTouched(t *testing.T) {
	app := t.TempDir()
	if err := os.CopyFS(app, calculator(nil)); err != nil {
		t.Fatal(err)
	}
	state := func() map[string]string {
		all := map[string]string{}
		err := filepath.WalkDir(app, func(name string, d fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			info, err := d.Info()
			all[name] = info.Mode().String() + info.ModTime().String()
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	before, text := state(), contents(t, os.DirFS(app))
	compress(t, os.DirFS(app))
	if _, err := Write(t.Context(), os.DirFS(app), filepath.Join(t.TempDir(), "out")); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, state()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(text, contents(t, os.DirFS(app))); diff != "" {
		t.Error(diff)
	}
}

// cancelling returns a file system that cancels the context when the file is opened.
func cancelling(t *testing.T, src fs.FS, name string) (fs.FS, context.Context) {
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	return &cancelFS{src, name, cancel, func() {}}, ctx
}

type cancelFS struct {
	fs.FS
	name   string
	cancel func()
	before func()
}

func (c *cancelFS) Open(name string) (fs.File, error) {
	if name == c.name {
		c.before()
		c.cancel()
	}
	return c.FS.Open(name)
}

func TestProgressCountsWhatIsRead(t *testing.T) {
	// The archives contain 5015 bytes; the files beside them count if they are copied.
	beside := int64(0)
	src := calculator(nil)
	for _, name := range []string{"ApplicationManifest.xml", "WebPkg/ServiceManifest.xml", "WebPkg/Other/notes.txt", "Readme.md"} {
		beside += int64(len(src[name].Data))
	}
	for name, row := range map[string]struct {
		run  func(Option) error
		want int64
	}{
		"Compress": {func(o Option) error {
			p, err := Compress(t.Context(), src, o)
			if err == nil {
				err = p.Close()
			}
			return err
		}, 5015},
		"Write": {func(o Option) error {
			_, err := Write(t.Context(), src, filepath.Join(t.TempDir(), "out"), o)
			return err
		}, 5015 + beside},
	} {
		t.Run(name, func(t *testing.T) {
			var last int64
			err := row.run(WithProgress(func(done, total int64) {
				if done < last || total != row.want {
					t.Errorf("%d of %d bytes after %d, want %d in all", done, total, last, row.want)
				}
				last = done
			}))
			if err != nil || last != row.want {
				t.Errorf("%d of %d bytes: %v", last, row.want, err)
			}
		})
	}
}
