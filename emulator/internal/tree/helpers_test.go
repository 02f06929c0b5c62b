package tree

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sfstore/sfstore/internal/testhost"
)

// bench is a tree in a temporary folder. Its clock stands still until a test advances it.
type bench struct {
	*Tree
	t   *testing.T
	dir string
	now time.Time
}

func caseless(b *bench) Options {
	return Options{System: "windows", Fold: strings.ToLower, Separator: `\`, Now: func() time.Time { return b.now }}
}

func exact(b *bench) Options {
	return Options{System: "linux", Now: func() time.Time { return b.now }}
}

func newBench(t *testing.T, options func(*bench) Options) *bench {
	t.Helper()
	b := &bench{t: t, dir: t.TempDir(), now: time.Date(2026, 1, 2, 3, 4, 5, 678_000_000, time.UTC)}
	b.open(options)
	t.Cleanup(func() { _ = b.Close() })
	return b
}

func (b *bench) open(options func(*bench) Options) {
	b.t.Helper()
	var err error
	if b.Tree, err = Open(b.dir, options(b)); err != nil {
		b.t.Fatal(err)
	}
}

// crash ends a tree like a killed process: nothing is cleaned up, and the system releases the lock.
func (b *bench) crash() {
	b.t.Helper()
	if err := errors.Join(b.locked.Close(), b.journal.file.Close(), b.root.Close()); err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) stage(text string) Staged {
	b.t.Helper()
	st, err := b.Stage(strings.NewReader(text))
	if err != nil || st.Size != int64(len(text)) {
		b.t.Fatalf("staged %+v %v", st, err)
	}
	return st
}

func (b *bench) put(path, text string) *File {
	b.t.Helper()
	if err := b.Put(b.stage(text), path, ""); err != nil {
		b.t.Fatal(err)
	}
	return b.File(path)
}

func (b *bench) remove(path string) {
	b.t.Helper()
	if err := b.Remove(path); err != nil {
		b.t.Fatal(err)
	}
}

// read returns a file's content as the tree opens it.
func (b *bench) read(path string) string {
	b.t.Helper()
	f, err := b.Open(b.File(path))
	if err != nil {
		return err.Error()
	}
	defer f.Close()
	text, err := io.ReadAll(f)
	if err != nil {
		b.t.Fatal(err)
	}
	return string(text)
}

func (b *bench) write(name, text string) {
	b.t.Helper()
	name = filepath.Join(b.dir, name)
	if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o755), os.WriteFile(name, []byte(text), 0o644)); err != nil {
		b.t.Fatal(err)
	}
}

// link makes a symbolic link in the tree's folder.
func (b *bench) link(target, name string) {
	b.t.Helper()
	testhost.Symlink(b.t, target, filepath.Join(b.dir, name))
}

// onTheDisk lists a folder of the tree on the disk; names of folders end in a slash.
func (b *bench) onTheDisk(folder string) (found []string) {
	b.t.Helper()
	root := filepath.Join(b.dir, folder)
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		rel, _ := filepath.Rel(root, name)
		if rel == "lock" && d.Type().IsRegular() { // which Windows removes with the last handle
			return nil
		}
		if rel = filepath.ToSlash(rel); err == nil && rel != "." {
			if d.IsDir() {
				rel += "/"
			}
			found = append(found, rel)
		}
		return err
	})
	if err != nil {
		b.t.Fatal(err)
	}
	return found
}
