package tree

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

// ignoresCase makes the disk take the path twin for the stored one. A disk that ignores case does so
// already; on another one, a hard link does it.
func (b *bench) ignoresCase(stored, twin string) {
	b.t.Helper()
	name := filepath.Join(b.dir, "content", twin)
	if _, err := os.Lstat(name); err == nil {
		return
	}
	if err := os.Link(filepath.Join(b.dir, "content", stored), name); err != nil {
		b.t.Fatal(err)
	}
}

func TestADiskThatIgnoresCaseLosesNoFile(t *testing.T) {
	b := newBench(t, exact)
	b.put("f/a", "one")
	b.ignoresCase("f/a", "f/A")
	st := b.stage("two")
	var blocked *BlockedError
	if err := b.Put(st, "f/A", ""); !errors.As(err, &blocked) || *blocked != (BlockedError{ATwin, "f/a"}) ||
		err.Error() != "there is f/a, which this computer's disk does not distinguish from it" {
		t.Errorf("a name that differs only in case: %v", err)
	}
	if b.read("f/a") != "one" || b.File("f/A") != nil {
		t.Errorf("the first has %q", b.read("f/a"))
	}
	b.put("f/a", "three")
	b.put("f/b", "four")
}

func TestAFolderWhoseNameDiffersOnlyInCase(t *testing.T) {
	b := newBench(t, exact)
	b.put("f/a", "one")
	if _, err := os.Lstat(filepath.Join(b.dir, "content/F")); err != nil {
		t.Skip("the disk of this computer does not ignore case")
	}
	for _, path := range []string{"F/b", "F"} {
		var blocked *BlockedError
		if err := b.Put(b.stage("two"), path, ""); !errors.As(err, &blocked) || *blocked != (BlockedError{ATwin, "f"}) {
			t.Errorf("%s: %v", path, err)
		}
	}
	if b.read("f/a") != "one" {
		t.Errorf("the first has %q", b.read("f/a"))
	}
}

func TestNamesThatTheComputerCannotStore(t *testing.T) {
	for path, reason := range map[string]string{
		"a/b.c": "", "a b/ä": "", ".hidden": "", "console": "",
		"x:y":          `has a control character or one of <>:"|?*\`,
		"a/b\\c":       `has a control character or one of <>:"|?*\`,
		"f/con/a":      "is the name of a device",
		"a/COM1":       "is the name of a device",
		"a./b":         "ends with a dot or a blank",
		"a /b":         "ends with a dot or a blank",
		"NUL.txt":      "is the name of a device",
		"a\x01":        `has a control character or one of <>:"|?*\`,
		"question?/ok": `has a control character or one of <>:"|?*\`,
	} {
		if runtime.GOOS != "windows" {
			reason = ""
		}
		err := CheckNames(path)
		var named *NameError
		if reason == "" && err == nil || errors.As(err, &named) && named.Reason == reason {
			continue
		}
		t.Errorf("%q: %v, want %q", path, err, reason)
	}
}
