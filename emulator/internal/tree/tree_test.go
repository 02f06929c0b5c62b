package tree

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestPutAndRemove(t *testing.T) {
	b := newBench(t, caseless)
	b.put("a/b/c", "one")
	b.put("a/d", "two")
	if got := b.put("a/b/c", "three"); got.Size != 5 || got.Path != "a/b/c" || b.read("A/B/C") != "three" {
		t.Errorf("overwritten: %+v %q", got, b.read("a/b/c"))
	}
	b.remove("a/b/c")
	if got := b.onTheDisk("content"); !slices.Equal(got, []string{"a/", "a/d"}) {
		t.Errorf("the folder that was left empty stays: %q", got)
	}
	b.put("a/b", "a file now")
	b.remove("A")
	b.remove("a")
	if got := b.onTheDisk(""); !slices.Equal(got, []string{".sfstore", "content/", "staging/", "versions"}) {
		t.Errorf("left on the disk: %q", got)
	}
	if b.File("a/d") != nil || len(b.Beneath("")) != 0 {
		t.Error("a removed file is still listed")
	}
}

func TestWhatIsInTheWay(t *testing.T) {
	b := newBench(t, caseless)
	b.put("a", "x")
	b.put("f/g", "x")
	b.write("other/x", "x")
	b.link("../other", "content/link")
	for path, want := range map[string]BlockedError{
		"a/b":      {AFile, "a"},
		"A/b/c":    {AFile, "A"},
		"f":        {AFolder, "f"},
		"F":        {AFolder, "F"},
		"link/new": {AStranger, "link"},
	} {
		st := b.stage("y")
		var got *BlockedError
		if err := b.Put(st, path, ""); !errors.As(err, &got) || *got != want {
			t.Errorf("%s: %v, want %v", path, err, &want)
		}
		b.Discard(st)
	}
	if got := b.onTheDisk("staging"); got != nil {
		t.Errorf("left in staging: %q", got)
	}
}

func TestJoin(t *testing.T) {
	b := newBench(t, exact)
	parts := []Staged{b.stage("hello, "), b.stage(""), b.stage("tree")}
	joined, err := b.Join(parts)
	if err != nil || joined.Size != 11 {
		t.Fatalf("%+v %v", joined, err)
	}
	if err := b.Put(joined, "a", "id"); err != nil || b.read("a") != "hello, tree" || b.File("a").Session != "id" {
		t.Errorf("stored %q %v", b.read("a"), err)
	}
	b.Discard(parts[2])
	joined, err = b.Join(parts)
	if !errors.Is(err, ErrGone) {
		t.Errorf("a part that is gone: %v", err)
	}
	b.Discard(joined, Staged{})
	b.Discard(parts...)
	if got := b.onTheDisk("staging"); got != nil {
		t.Errorf("left in staging: %q", got)
	}
}

func TestTicks(t *testing.T) {
	at := time.Date(2017, 9, 28, 17, 44, 22, 619_000_000, time.UTC)
	if got := Ticks(at); got != 131510942626190000 {
		t.Errorf("ticks %d", got)
	}
	if got := Time(Ticks(at)); !got.Equal(at) {
		t.Errorf("time %v", got)
	}
	if got := Ticks(time.Time{}); got != 1 {
		t.Errorf("the zero time has %d ticks", got)
	}
}

// A link that replaces a stored file is not read.
func TestAPlantedLinkIsNotOpened(t *testing.T) {
	b := newBench(t, exact)
	b.put("a", "mine")
	b.write("secret", "secret")
	if err := os.Remove(filepath.Join(b.dir, "content/a")); err != nil {
		t.Fatal(err)
	}
	b.link("../secret", "content/a")
	if got := b.read("a"); got != ErrGone.Error() {
		t.Errorf("read %q", got)
	}
}

// Writers and deleters of one folder make and remove it all the time. The last file that was put must
// be there.
func TestFoldersThatComeAndGo(t *testing.T) {
	b := newBench(t, exact)
	var group sync.WaitGroup
	for i := range 4 {
		group.Go(func() {
			path := fmt.Sprintf("a/b/%d", i)
			for range 15 {
				st, err := b.Stage(strings.NewReader("x"))
				if err == nil {
					err = b.Put(st, path, "")
				}
				text, reading := os.ReadFile(filepath.Join(b.dir, "content", path))
				if err := errors.Join(err, reading, b.Remove(path)); err != nil || string(text) != "x" {
					t.Errorf("%s: %q %v", path, text, err)
				}
			}
		})
	}
	group.Wait()
	if got := b.onTheDisk("content"); got != nil || len(b.unsynced) != 0 {
		t.Errorf("left %q, unsynced %v", got, b.unsynced)
	}
}

// A folder that one caller made is synced by every caller that stores something below it, until one
// sync is done.
func TestAFileIsSafeOnlyWithTheFoldersAboveIt(t *testing.T) {
	b := newBench(t, exact)
	parents := func(made []madeFolder) (names []string) {
		for _, m := range made {
			names = append(names, m.parent)
		}
		return names
	}
	b.mu.Lock()
	if _, err := b.makeFolders("a/b"); err != nil {
		t.Fatal(err)
	}
	first, second := b.unsyncedAbove("a/b"), b.unsyncedAbove("a")
	b.mu.Unlock()
	if got, want := parents(first), []string{"content/a/b", "content/a", "content"}; !slices.Equal(got, want) {
		t.Errorf("below both: %q, want %q", got, want)
	}
	if got, want := parents(second), []string{"content/a", "content"}; !slices.Equal(got, want) {
		t.Errorf("below one: %q, want %q", got, want)
	}
	if err := b.syncFolders(second); err != nil {
		t.Fatal(err)
	}
	b.mu.Lock()
	if got, want := parents(b.unsyncedAbove("a/b")), []string{"content/a/b", "content/a"}; !slices.Equal(got, want) {
		t.Errorf("after a sync: %q, want %q", got, want)
	}
	// A folder that was removed and made again is not the one that was synced.
	if b.prune("a/b"); len(b.unsynced) != 0 {
		t.Errorf("unsynced %v after the folders went", b.unsynced)
	}
	if _, err := b.makeFolders("a/b"); err != nil {
		t.Fatal(err)
	}
	b.mu.Unlock()
	if err := b.syncFolders(first); err != nil {
		t.Fatal(err)
	}
	if len(b.unsynced) != 2 {
		t.Errorf("unsynced %v, want both again", b.unsynced)
	}
}

func TestUsage(t *testing.T) {
	b := newBench(t, caseless)
	b.put("App/a", "12345")
	b.put("app/b/c", "123")
	b.put("d", "1")
	for path, want := range map[string]string{"": "9 3 true", "APP": "8 2 true", "app/b": "3 1 true", "d": "1 1 true", "e": "0 0 false", "a": "0 0 false"} {
		bytes, files, ok := b.Usage(path)
		if got := fmt.Sprint(bytes, files, ok); got != want {
			t.Errorf("%q: %s, want %s", path, got, want)
		}
	}
}
