package tree

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestAStagingFolderOfSomebodyElseIsNotEmptied(t *testing.T) {
	dir := t.TempDir()
	for _, folder := range []string{"content", "staging"} {
		if err := os.Mkdir(filepath.Join(dir, folder), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	precious := filepath.Join(dir, "staging", "precious")
	if err := os.WriteFile(precious, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	const want = "staging is not that of a store: it has files, and there is no file .sfstore beside it"
	for range 2 { // the first attempt must not claim the folder either
		if _, err := Open(dir, Options{}); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	if text, err := os.ReadFile(precious); err != nil || string(text) != "mine" {
		t.Errorf("the file is %q: %v", text, err)
	}
	if err := os.Remove(precious); err != nil {
		t.Fatal(err)
	}
	tree, err := Open(dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := tree.Close(); err != nil {
		t.Error(err)
	}
}

func TestRemoveAbandoned(t *testing.T) {
	if !canLock {
		t.Skip("without locks nothing is removed")
	}
	dir := t.TempDir()
	open := func(name string, temporary bool) *Tree {
		t.Helper()
		tree, err := Open(filepath.Join(dir, name), Options{Temporary: temporary})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = tree.Close() })
		return tree
	}
	open("x-in-use", true)
	for _, tree := range []*Tree{open("x-killed", true), open("x-kept", false), open("other", true)} {
		if err := errors.Join(tree.locked.Close(), tree.journal.close(), tree.root.Close()); err != nil { // as the system does after a kill
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "x-empty"), 0o755); err != nil {
		t.Fatal(err)
	}
	RemoveAbandoned(dir, "x-")
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var left []string
	for _, entry := range entries {
		left = append(left, entry.Name())
	}
	if want := []string{"other", "x-empty", "x-in-use", "x-kept"}; !slices.Equal(left, want) {
		t.Errorf("left %q, want %q", left, want)
	}
}
