package tree

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sfstore/sfstore/internal/testhost"
)

// number returns a version as "EPOCH.NUMBER", with the epochs counted from 1.
func number(v Version) string {
	return fmt.Sprintf("%d.%d", (v.Configuration-firstEpoch.Configuration)/nextConfiguration+1, v.Number)
}

func TestVersionsCountTheWritesOfAnEpoch(t *testing.T) {
	b := newBench(t, exact)
	want := func(path, want string) {
		t.Helper()
		if got := number(b.File(path).Version); got != want {
			t.Errorf("%s has the version %s, want %s", path, got, want)
		}
	}
	b.put("a", "x")
	b.put("b", "x")
	b.put("a", "x")
	want("a", "1.3")
	if err := b.BeginEpoch(); err != nil {
		t.Fatal(err)
	}
	b.put("b", "x")
	want("a", "1.3")
	want("b", "2.1")
	b.crash()
	b.open(exact)
	want("a", "1.3")
	want("b", "2.1")
	b.put("a", "x")
	want("a", "3.1")
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	b.open(exact)
	b.put("c", "x")
	want("a", "3.1")
	want("c", "4.1")
}

func TestTimesGrow(t *testing.T) {
	b := newBench(t, exact)
	var last uint64
	for i, path := range []string{"a", "b", "a", "c/d", "a"} {
		f := b.put(path, "x")
		if f.Modified <= last {
			t.Errorf("write %d is of %d after %d", i, f.Modified, last)
		}
		last = f.Modified
		if info, err := os.Stat(filepath.Join(b.dir, "content", path)); err != nil || Ticks(info.ModTime()) != f.Modified {
			t.Errorf("write %d: the file's time is %v, want %v", i, info.ModTime(), Time(f.Modified))
		}
		if i == 2 {
			b.now = b.now.Add(-time.Hour)
		}
	}
}

func TestARestartFindsTheFilesAndNothingStaged(t *testing.T) {
	path := "App/Co\nde/a"  // its line in the journal is quoted
	if testhost.IsWindows { // which has no names with line breaks
		path = "App/Code/a"
	}
	b := newBench(t, exact)
	st := b.stage("hello")
	if err := b.Put(st, path, "an id"); err != nil {
		t.Fatal(err)
	}
	before := *b.File(path)
	b.stage("left over")
	b.crash()
	b.write("staging/more", "left over")
	b.open(exact)
	if after := b.File(path); after == nil || *after != before {
		t.Errorf("%+v, want %+v", after, before)
	}
	if got := b.onTheDisk("staging"); got != nil {
		t.Errorf("left in staging: %q", got)
	}
	if later := b.put("App/d", "x"); later.Modified <= before.Modified {
		t.Errorf("written at %d after %d", later.Modified, before.Modified)
	}
}

// Files that the journal has lost, in a power cut or to a person, get versions that were never used.
// Nothing keeps the tree from opening.
func TestVersionsThatWereLost(t *testing.T) {
	for name, spoil := range map[string]func(*bench){
		"the last line":         func(b *bench) { b.cutJournal("\nfile") },
		"the end of a line":     func(b *bench) { b.cutJournal(`"b`) },
		"a file that was older": func(b *bench) { b.write("content/b", "older"); b.write("content/c", "older") },
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, exact)
			b.put("a", "x")
			if err := b.BeginEpoch(); err != nil {
				t.Fatal(err)
			}
			b.put("c", "x")
			b.put("b", "x")
			b.crash()
			spoil(b)
			b.open(exact)
			b.put("d", "x")
			seen := map[string]bool{}
			for path, epoch := range map[string]string{"a": "1.", "b": "3.", "d": "3."} {
				got := number(b.File(path).Version)
				if !strings.HasPrefix(got, epoch) || seen[got] {
					t.Errorf("%s has the version %s, want a new one of epoch %s", path, got, epoch)
				}
				seen[got] = true
			}
		})
	}
}

// cutJournal truncates the journal at the text in the line of a file.
func (b *bench) cutJournal(text string) {
	b.t.Helper()
	name := filepath.Join(b.dir, journalFile)
	journal, err := os.ReadFile(name)
	if err != nil {
		b.t.Fatal(err)
	}
	at := strings.LastIndex(string(journal), text)
	if err := os.Truncate(name, int64(at)); err != nil {
		b.t.Fatal(err)
	}
}

func TestAJournalThatIsAStranger(t *testing.T) {
	b := newBench(t, exact)
	b.put("a", "x")
	b.crash()
	b.write("other", "theirs")
	if err := os.Remove(filepath.Join(b.dir, journalFile)); err != nil {
		t.Fatal(err)
	}
	b.link("other", journalFile)
	b.open(exact)
	b.put("b", "x")
	if text, err := os.ReadFile(filepath.Join(b.dir, "other")); err != nil || string(text) != "theirs" {
		t.Errorf("%q %v", text, err)
	}
}

func TestTheJournalIsWrittenAnewWhenItIsLong(t *testing.T) {
	b := newBench(t, exact)
	b.put("a", "x")
	b.journal.lines = 1 << 30
	b.put("a", "x")
	b.put("b", "x")
	if b.journal.lines != 2 {
		t.Errorf("%d lines", b.journal.lines)
	}
	b.crash()
	b.open(exact)
	if got := number(b.File("a").Version) + " " + number(b.File("b").Version); got != "1.2 1.3" {
		t.Errorf("versions %s", got)
	}
}

func TestStamp(t *testing.T) {
	b := newBench(t, exact)
	before := *b.put("a", "x")
	b.Stamp("a", "an id")
	b.Stamp("none", "an id")
	before.Session = "an id"
	b.crash()
	b.open(exact)
	if got := *b.File("a"); got != before || b.File("none") != nil {
		t.Errorf("%+v, want %+v", got, before)
	}
}

func TestOnlyFilesThatCanBeSpelledAreListed(t *testing.T) {
	b := newBench(t, exact)
	b.crash()
	b.write("content/a", "x")
	b.write("content/f/odd ", "x")
	b.link("a", "content/link")
	b.open(func(b *bench) Options {
		o := exact(b)
		o.Spellable = func(path string) bool { return !strings.HasSuffix(path, " ") }
		return o
	})
	if got := b.Beneath(""); len(got) != 1 || got[0].Path != "a" {
		t.Errorf("%d files", len(got))
	}
}

func TestFoldersThatCannotBeATree(t *testing.T) {
	for _, row := range []struct {
		name    string
		files   []string
		options func(*bench) Options
		want    string
	}{
		{"a file for the content", []string{"content"}, caseless, "content is not a folder"},
		{"a file for the staging", []string{"content/a", "staging"}, caseless, "staging is not that of a store"},
		{"a staging folder of something else", []string{"staging/a"}, caseless, "staging is not that of a store"},
		{"names that Windows does not distinguish", []string{"content/a/b", "content/A/B"}, caseless,
			`the folder contains both "A/B" and "a/b", which are one name on windows`},
		{"a file and a folder that Windows does not distinguish", []string{"content/A/B", "content/a"}, caseless,
			`the folder cannot be a store on windows: "a" is a file, but there is a folder at a`},
		{"names that Linux distinguishes", []string{"content/a/b", "content/A/B"}, exact, "<nil>"},
	} {
		t.Run(row.name, func(t *testing.T) {
			b := &bench{t: t, dir: t.TempDir()}
			for _, name := range row.files {
				if _, err := os.Stat(filepath.Join(b.dir, name)); err == nil {
					t.Skip("the disk of this computer ignores case itself")
				}
				b.write(name, "x")
			}
			made, err := Open(b.dir, row.options(b))
			if err == nil {
				err = made.Close()
			}
			if fmt.Sprint(err) != row.want {
				t.Errorf("got %v, want %q", err, row.want)
			}
			for _, name := range row.files {
				if _, err := os.Stat(filepath.Join(b.dir, name)); err != nil {
					t.Error(err)
				}
			}
		})
	}
}

func TestAFolderIsOneTreesAtATime(t *testing.T) {
	if !canLock {
		t.Skip("folders are not locked here")
	}
	b := newBench(t, exact)
	st := b.stage("x")
	if _, err := Open(b.dir, exact(b)); !errors.Is(err, ErrInUse) {
		t.Fatalf("a second tree: %v, want %v", err, ErrInUse)
	}
	if err := b.Put(st, "a", ""); err != nil {
		t.Error("the refused tree emptied the first one's staging folder: ", err)
	}
	b.crash()
	b.open(exact)
}

func TestEmptyFoldersThatACrashLeftMakeWay(t *testing.T) {
	b := newBench(t, exact)
	if err := os.MkdirAll(filepath.Join(b.dir, "content/a/b/c"), 0o755); err != nil {
		t.Fatal(err)
	}
	if got := b.List("a", ""); len(got) != 0 {
		t.Errorf("listed %v", got)
	}
	b.put("a/b", "x")
	b.remove("a/b")
	b.put("a", "x")
}
