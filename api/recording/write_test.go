package recording

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

func entryOf(text string) harEntry {
	return harEntry{Request: harRequest{Method: "PUT", URL: "http://h/ImageStore/a?b=<&>"}, Response: harResponse{Status: 200, Content: harContent{Text: text}}}
}

func TestARecordingIsWholeAfterEachEntry(t *testing.T) {
	name := filepath.Join(t.TempDir(), "r.har")
	f, err := Create(name, "1.0")
	if err != nil {
		t.Fatal(err)
	}
	for i := range 20 {
		if got := len(entries(t, name)); got != i {
			t.Fatalf("%d entries, want %d", got, i)
		}
		if _, err := f.add(entryOf(strings.Repeat("text ", 1+500*i))); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.Close(); err != nil {
		t.Error(err)
	}
	onlyFile(t, name)
	info, err := os.Stat(name)
	if err != nil || info.Mode() != 0o600 {
		t.Errorf("mode %v: %v", info.Mode(), err)
	}
	all := entries(t, name)
	if len(all) != 20 || all[0].Request.URL != "http://h/ImageStore/a?b=<&>" || len(all[19].Response.Content.Text) != 5*9501 {
		t.Errorf("the entries are not what was added: %v", all[0])
	}
}

func TestEntriesAreAddedByManyAtOnce(t *testing.T) {
	name := filepath.Join(t.TempDir(), "r.har")
	f, err := Create(name, "1.0")
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if _, err := f.add(entryOf("text")); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if err := f.Close(); err != nil {
		t.Error(err)
	}
	if got := len(entries(t, name)); got != 8 {
		t.Errorf("%d entries, want 8", got)
	}
}

func onlyFile(t *testing.T, name string) {
	t.Helper()
	found, err := os.ReadDir(filepath.Dir(name))
	if err != nil || len(found) != 1 || found[0].Name() != filepath.Base(name) {
		t.Errorf("the folder has %v: %v", found, err)
	}
}

func TestARecordingIsNotOverwritten(t *testing.T) {
	name := filepath.Join(t.TempDir(), "r.har")
	if err := os.WriteFile(name, []byte("mine"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Create(name, "1.0"); !errors.Is(err, fs.ErrExist) {
		t.Errorf("error %v, want that it exists", err)
	}
	onlyFile(t, name)
	if text, err := os.ReadFile(name); string(text) != "mine" {
		t.Errorf("the file is %q: %v", text, err)
	}
}

func TestARecordingNeedsItsFolder(t *testing.T) {
	name := filepath.Join(t.TempDir(), "none", "r.har")
	if _, err := Create(name, "1.0"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("error %v, want that the folder does not exist", err)
	}
}

// What a killed process left beside a recording is in the way of nobody.
func TestCopiesThatWereLeftAreReplaced(t *testing.T) {
	name := filepath.Join(t.TempDir(), "r.har")
	for left, text := range map[string]string{".new1": beginning + strings.Repeat("left over", 100), ".new2": beginning[:9]} {
		if err := os.WriteFile(name+left, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	f, err := Create(name, "1.0")
	if err != nil {
		t.Fatal(err)
	}
	_, err = f.add(entryOf(""))
	if err := errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
	onlyFile(t, name)
	if info, err := os.Stat(name); err != nil || info.Mode() != 0o600 {
		t.Errorf("mode %v: %v", info.Mode(), err)
	}
	if got := entries(t, name); len(got) != 1 {
		t.Errorf("%d entries, want 1", len(got))
	}
}

// What is somebody's is not replaced.
func TestCopiesThatAreNoneStay(t *testing.T) {
	name := filepath.Join(t.TempDir(), "r.har")
	if err := os.WriteFile(name+".new2", []byte("mine"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Create(name, "1.0"); err == nil || !strings.HasSuffix(err.Error(), "r.har.new2 is in the way and no recording; remove it, or choose another name") {
		t.Errorf("error %v", err)
	}
	onlyFile(t, name+".new2")
	if text, err := os.ReadFile(name + ".new2"); err != nil || string(text) != "mine" {
		t.Errorf("the file is %q: %v", text, err)
	}
}

// After an entry that could not be written none is: the file would have a gap.
func TestARecordingEndsWithItsFirstFailure(t *testing.T) {
	name := filepath.Join(t.TempDir(), "r.har")
	f, err := Create(name, "1.0")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.add(entryOf("1")); err != nil {
		t.Fatal(err)
	}
	aside := name + ".aside"
	if err := os.Rename(name, aside); err != nil {
		t.Fatal(err)
	}
	_, first := f.add(entryOf("2"))
	if err := os.Rename(aside, name); err != nil {
		t.Fatal(err)
	}
	if _, again := f.add(entryOf("3")); first == nil || again != first {
		t.Errorf("errors %v and %v, want one twice", first, again)
	}
	if err := f.Close(); err != nil {
		t.Error(err)
	}
	onlyFile(t, name)
	if got := entries(t, name); len(got) != 1 {
		t.Errorf("%d entries, want 1", len(got))
	}
}
