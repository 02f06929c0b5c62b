package recording_test

import (
	"strings"
	"testing"

	"github.com/sfstore/sfstore/api/recording"
)

// A killed recorder leaves a recording that is truncated anywhere in or after its last entry. From
// other writers, such a file is an error.
func TestARecordingOfSfstoreMayBeCut(t *testing.T) {
	t.Parallel()
	entry := har(t, sessions.entry(false))
	entry = entry[strings.Index(entry, `[{"cache"`)+1 : strings.LastIndex(entry, `],"pages"`)]
	recorded := func(creator, entries string) string {
		return `{"log":{"version":"1.2","creator":{"name":"` + creator + `","version":"1"},"entries":[` + entries + "\n]}}\n"
	}
	check := func(text string) (recording.Counts, string) {
		report := recording.NewReport(load(t))
		report.Add("cut", strings.NewReader(text))
		return report.Exchanges, report.Files[0].Error
	}
	whole := recorded("sfstore", "\n"+entry+",\n"+entry)
	second := strings.LastIndex(whole, ",\n"+entry)
	end := second + len(",\n"+entry)
	for at := second + 1; at <= len(whole); at++ {
		want := recording.Counts{Passed: 1, NotWhole: 1}
		if at >= end {
			want = recording.Counts{Passed: 2}
		}
		if got, failed := check(whole[:at]); got != want || failed != "" {
			t.Fatalf("cut after ...%q: %+v, %s, want %+v", whole[at-20:at], got, failed, want)
		}
	}
	other := recorded("browser", "\n"+entry+",\n"+entry)
	for _, less := range []int{2, 6, 100} {
		if got, failed := check(other[:len(other)-less]); got.Passed == 0 || !strings.HasSuffix(failed, "the file is truncated") {
			t.Errorf("another writer's without its last %d bytes: %+v, %q", less, got, failed)
		}
	}
	// A kill cannot leave this, so it is an error.
	if _, failed := check(recorded("sfstore", "\n"+entry+",\n"+entry[:50])); failed == "" {
		t.Error("an entry that is closed in the middle is no error")
	}
}
