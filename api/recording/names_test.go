package recording_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfstore/sfstore/api/recording"
)

// TestPatternsOfNames has patterns that a shell would have expanded, and names that only look like
// patterns.
func TestPatternsOfNames(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, name := range []string{"a1.har", "a2.har", "b.http", "c[1].har", "d/e.har", "d/f.txt", "g/h/i.http"} {
		write(t, filepath.FromSlash(name), sessions.http())
	}
	for pattern, want := range map[string][]string{
		"a*.har":    {"a1.har", "a2.har"},
		"?.http":    {"b.http"},
		"a[2-3].*":  {"a2.har"},
		"c[1].har":  {"c[1].har"}, // a file of this name is there
		"[dg]":      {"d/e.har", "g/h/i.http"},
		"d/*":       {"d/e.har", "d/f.txt"},
		"*/h":       {"g/h/i.http"},
		"nothing*":  nil,
		"[":         nil,
		"nothing.*": nil,
	} {
		var got []string
		for _, file := range recording.Check(load(t), pattern).Files {
			if file.Error == "" {
				got = append(got, filepath.ToSlash(file.Name))
			} else if want != nil || file.Name != pattern {
				t.Errorf("%s: %s: %s", pattern, file.Name, file.Error)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", pattern, diff)
		}
	}
}

func TestIgnoredQueryParameters(t *testing.T) {
	t.Parallel()
	text := sessions.with(t, "?api-version=6.0", "?sig=a%3Db&api-version=6.0&Sig=c&%73ig=d").http()
	for name, row := range map[string]struct {
		ignored []string
		places  []string
	}{
		"none":                 {nil, []string{`query "Sig"`, `query "sig"`}},
		"one, however escaped": {[]string{"sig"}, []string{`query "Sig"`}},
		"both":                 {[]string{"Sig", "sig"}, nil},
		"one that is not sent": {[]string{"SIG"}, []string{`query "Sig"`, `query "sig"`}},
	} {
		report := recording.NewReport(load(t))
		report.IgnoreQuery(row.ignored...)
		report.Add("recording", strings.NewReader(text))
		var places []string
		for _, d := range report.Differences {
			places = append(places, d.Place)
		}
		if diff := cmp.Diff(row.places, places); diff != "" {
			t.Errorf("%s: places of differences (-want +got):\n%s", name, diff)
		}
	}
}
