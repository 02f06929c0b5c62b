package recorder

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/sfstore/sfstore/api/recording"
	"github.com/sfstore/sfstore/internal/testhost"
)

func entryOf(text string) object {
	return object{
		"request":  object{"method": "GET", "url": "http://h/a?b=<&>"},
		"response": object{"status": 200, "content": object{"size": len(text), "text": text}},
	}
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
	if err != nil || info.Mode() != 0o600 && !testhost.IsWindows { // on Windows the mode means nothing

		t.Errorf("mode %v: %v", info.Mode(), err)
	}
	all := entries(t, name)
	if len(all) != 20 || all[0].Request.URL != "http://h/a?b=<&>" || len(all[19].Response.Content.Text) != 5*9501 {
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

// A write that is killed ends between two memory pages.
func TestARecordingOfAKilledProcessIsRead(t *testing.T) {
	name := filepath.Join(t.TempDir(), "r.har")
	f, err := Create(name, "1.0")
	if err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 20 {
		// The brackets would begin in the last bytes of a page, or in the first of the next.
		start := int(f.end)
		text := strings.Repeat("t", 1000)
		entry, err := marshal(entryOf(text))
		if err != nil {
			t.Fatal(err)
		}
		text += strings.Repeat("t", (2*page-8+i%10-(start+len(",\n")+len(entry))%page)%page)
		if _, err := f.add(entryOf(text)); err != nil {
			t.Fatal(err)
		}
		after, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for end := start; end < len(after); end = (end/page + 1) * page {
			killed := slices.Clone(after[:end])
			if len(before) > end {
				killed = append(killed, before[end:]...)
			}
			report := recording.NewReport(contract(t))
			report.Add("killed", bytes.NewReader(killed))
			if c := report.Exchanges; report.Files[0].Error != "" || c.Foreign < i || c.Foreign+c.NotWhole > i+1 {
				t.Fatalf("entry %d, killed after %d bytes: %+v, %s\n%s", i+1, end-start, c, report.Files[0].Error, killed[max(start-20, 0):])
			}
		}
		before = after
	}
	if err := f.Close(); err != nil {
		t.Error(err)
	}
}

// After an entry that could not be written, no other is written: the file would have a gap.
func TestARecordingEndsWithItsFirstFailure(t *testing.T) {
	testhost.NotOnWindows(t, "nobody can rename a recording that is being written")
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
