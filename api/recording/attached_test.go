package recording_test

import (
	"archive/zip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sfstore/sfstore/api/recording"
)

// attachedHAR is an exchange of each kind as Playwright's recordHar writes them with content
// "attach": bodies are in files beside the HAR, named by their digests.
func attachedHAR(t *testing.T, listing, order string) string {
	t.Helper()
	first, second := sessions.entry(false), copying.entry(false)
	first["response"].(map[string]any)["content"] = map[string]any{"size": len(sessions.answer), "mimeType": "application/json", "_file": listing}
	second["request"].(map[string]any)["postData"] = map[string]any{"mimeType": "application/json", "params": []any{}, "text": "", "_file": order}
	return har(t, first, second)
}

const (
	listingFile = "2f4e5ac6a9d6a8b3a5a3b7ab9f6c2a1e4d5c6b7a.json"
	orderFile   = "9c1185a5c5e9fc54612808977ee8f548b2258d31.json"
)

func TestAttachedBodies(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name, listing string
		prepare       func(t *testing.T, folder string)
		want          recording.Counts
	}{
		{"that are there", listingFile, func(*testing.T, string) {}, recording.Counts{Passed: 2}},
		{"of which one is missing", "gone.json", func(*testing.T, string) {}, recording.Counts{Passed: 1, NotWhole: 1}},
		{"of which one differs", "other.json", func(t *testing.T, folder string) {
			write(t, filepath.Join(folder, "other.json"), strings.ReplaceAll(sessions.answer, `"20"`, `5`+strings.Repeat(" ", 10)))
		}, recording.Counts{Passed: 1, Different: 1}},
		{"of which one was cut", "short.json", func(t *testing.T, folder string) {
			write(t, filepath.Join(folder, "short.json"), sessions.answer[:50])
		}, recording.Counts{Passed: 1, NotWhole: 1}},
		{"of which one is long", "long.json", func(t *testing.T, folder string) {
			write(t, filepath.Join(folder, "long.json"), strings.Repeat(" ", 9<<20))
		}, recording.Counts{Passed: 1, NotWhole: 1}},
		{"of which one is a folder", "folder", func(t *testing.T, folder string) {
			write(t, filepath.Join(folder, "folder", "a"), "")
		}, recording.Counts{Passed: 1, NotWhole: 1}},
		{"of which one is elsewhere", "../outside.json", func(*testing.T, string) {}, recording.Counts{Passed: 1, NotWhole: 1}},
		{"of which one is below", "below/a.json", func(t *testing.T, folder string) {
			write(t, filepath.Join(folder, "below", "a.json"), sessions.answer)
		}, recording.Counts{Passed: 1, NotWhole: 1}},
		{"of which one is a link out of the folder", "link.json", func(t *testing.T, folder string) {
			if err := os.Symlink("../outside.json", filepath.Join(folder, "link.json")); err != nil {
				t.Skip(err)
			}
		}, recording.Counts{Passed: 1, NotWhole: 1}},
	} {
		t.Run(row.name, func(t *testing.T) {
			outside := t.TempDir()
			folder := filepath.Join(outside, "recording")
			write(t, filepath.Join(outside, "outside.json"), sessions.answer)
			write(t, filepath.Join(folder, listingFile), sessions.answer)
			write(t, filepath.Join(folder, orderFile), copying.body)
			row.prepare(t, folder)
			name := filepath.Join(folder, "traffic.har")
			write(t, name, attachedHAR(t, row.listing, orderFile))
			report := recording.Check(load(t), name)
			if report.Exchanges != row.want || report.Files[0].Error != "" {
				t.Errorf("%+v, %s, want %+v\n%v", report.Exchanges, report.Files[0].Error, row.want, report.NotWhole)
			}
		})
	}
}

// A HAR from a reader, such as standard input, has no folder, so no files beside it are read.
func TestAttachedBodiesOfAReader(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, listingFile, sessions.answer)
	if got := hold(t, attachedHAR(t, listingFile, listingFile)).Exchanges; got != (recording.Counts{NotWhole: 2}) {
		t.Errorf("%+v", got)
	}
}

func TestZIPOfPlaywright(t *testing.T) {
	t.Parallel()
	pack := func(t *testing.T, files ...string) string {
		name := filepath.Join(t.TempDir(), "traffic.zip")
		f, err := os.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		w := zip.NewWriter(f)
		for i := 0; i < len(files); i += 2 {
			entry, err := w.Create(files[i])
			if err == nil {
				_, err = entry.Write([]byte(files[i+1]))
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		return name
	}

	name := pack(t, listingFile, sessions.answer, orderFile, copying.body, "har.har", attachedHAR(t, listingFile, orderFile))
	report := recording.Check(load(t), name)
	if want := (recording.Counts{Passed: 2}); report.Exchanges != want || len(report.Files) != 1 || report.Files[0].Name != name+"/har.har" {
		t.Errorf("%+v of %v: %v", report.Exchanges, report.Files, report.NotWhole)
	}

	for name, row := range map[string]struct {
		file, want string
	}{
		"without a HAR":         {pack(t, "a.txt", "a"), "the ZIP has no file at its root that ends in .har"},
		"a HAR in a folder":     {pack(t, "a/har.har", "{}"), "the ZIP has no file at its root that ends in .har"},
		"a HAR that is none":    {pack(t, "har.har", "{}"), "offset 2: is not a HAR: it has no log with entries"},
		"one that is truncated": {truncated(t, name), "zip: not a valid zip file"},
	} {
		if report := recording.Check(load(t), row.file); report.Files[0].Error != row.want {
			t.Errorf("%s: %q, want %q", name, report.Files[0].Error, row.want)
		}
	}
}

func truncated(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	short := filepath.Join(t.TempDir(), "short.zip")
	write(t, short, string(text[:len(text)/2]))
	return short
}
