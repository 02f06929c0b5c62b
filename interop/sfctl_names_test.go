package interop

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/sfstore/sfstore/emulator"
)

// sfctl does not escape the names of files. Its HTTP library takes what looks like an escape, a query
// or a fragment for one.
var oddNames = []struct {
	name    string
	file    string
	windows string // the file that is stored; empty: the upload fails
	linux   string
	known   []deviation // besides sfctlKnown
}{
	{"a fragment takes the query with it", "C#.dll", "", "", []deviation{withoutVersion}},
	{"a question mark ends the path", "what?.txt", "", "", []deviation{withoutVersion, strayQuery}},
	{"an escape is decoded and not what was meant", "a%20b.txt", "a b.txt", "a b.txt", nil},
	{"a percent sign arrives only where it is decoded once", "100%.txt", "", "100%.txt", nil},
	{"a backslash becomes a folder", `a\b.txt`, "a/b.txt", "a/b.txt", nil},
}

var (
	withoutVersion = deviation{`UploadFile: request query "api-version": is missing`, "the name cuts the URL short"}
	strayQuery     = deviation{`UploadFile: request query ".txt?api-version": is not documented`, "the rest of the name becomes a query"}
)

func TestSfctlSendsOddNamesAsOtherNames(t *testing.T) {
	onBothPlatforms(t, func(t *testing.T, platform emulator.Platform) {
		for _, row := range oddNames {
			t.Run(row.name, func(t *testing.T) {
				known := slices.Concat(sfctlKnown, row.known)
				s, c := newStore(t, platform, known), newSfctl(t)
				c.must(t, "cluster", "select", "--endpoint", s.url)
				r := c.upload(t, "App", tree{row.file: []byte("content")})
				want := row.linux
				if platform == emulator.Windows {
					want = row.windows
				}
				if want == "" {
					r.mustHaveFailed(t, "Upload has timed out")
					same(t, read(t, s.folder), tree{})
					return
				}
				if r.exit != 0 {
					t.Errorf("exit code %d\n%s%s", r.exit, r.stdout, r.stderr)
				}
				same(t, read(t, filepath.Join(s.folder, "App")), tree{"_.dir": {}, want: []byte("content")})
			})
		}
	})
}

// sfctl reports all failures in the same way, and does not retry.
func TestSfctlTakesAnyFailureForATimeout(t *testing.T) {
	t.Parallel()
	for _, fault := range []string{"503/E_ABORT", "drop-request", "cut"} {
		t.Run(fault, func(t *testing.T) {
			faults, err := emulator.ParseFaults("UploadFile:1=" + fault)
			if err != nil {
				t.Fatal(err)
			}
			s, c := newStore(t, emulator.Windows, sfctlKnown, emulator.WithFaults(faults...)), newSfctl(t)
			c.must(t, "cluster", "select", "--endpoint", s.url)
			c.upload(t, "App", tree{"a.txt": []byte("content")}).mustHaveFailed(t, "Upload has timed out")
			same(t, read(t, s.folder), tree{})
		})
	}
}

func (r ran) mustHaveFailed(t *testing.T, says string) {
	t.Helper()
	if r.exit != 1 || !strings.Contains(r.stderr, says) {
		t.Errorf("exit code %d, want 1 and %q\n%s%s", r.exit, says, r.stdout, r.stderr)
	}
}
