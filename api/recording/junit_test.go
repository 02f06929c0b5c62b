package recording_test

import (
	"encoding/json"
	"encoding/xml"
	"io"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfstore/sfstore/api/recording"
)

// mixed returns a report with one result of each kind.
func mixed(t *testing.T) *recording.Report {
	t.Helper()
	report := recording.NewReport(load(t))
	report.Add("good.har", strings.NewReader(har(t, sessions.entry(false), copying.entry(false))))
	report.Add("bad.har", strings.NewReader(strings.TrimSuffix(har(t,
		sessions.with(t, `"20"`, `20`).entry(false), sessions.entry(false), sessions.answered(0, "").entry(false), foreign.entry(false),
		sessions.with(t, "GetUploadSession", "No<&>").entry(false)), "}}")))
	return report
}

func TestJUnit(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	if err := mixed(t).WriteJUnit(&text); err != nil {
		t.Fatal(err)
	}
	const where = `bad.har: entry 1: GET /ImageStore/a/$/GetUploadSession: GetImageStoreUploadSessionByPath: `
	const want = `<?xml version="1.0" encoding="UTF-8"?>
<testsuites>
  <testsuite name="good.har" tests="2" failures="0" errors="0" skipped="0">
    <testcase classname="good.har" name="CopyImageStoreContent"></testcase>
    <testcase classname="good.har" name="GetImageStoreUploadSessionByPath"></testcase>
  </testsuite>
  <testsuite name="bad.har" tests="5" failures="2" errors="1" skipped="2">
    <testcase classname="bad.har" name="no operation">
      <failure message="1 of 1 exchange differs from the contract">bad.har: entry 5: GET /ImageStore/a/$/No%3C&amp;%3E: request operation: the contract has none with this method and path&#xA;</failure>
    </testcase>
    <testcase classname="bad.har" name="GetImageStoreUploadSessionByPath">
      <failure message="1 of 2 exchanges differs from the contract">` + where + `response /UploadSessions/0/FileSize: value must be a string, got 20&#xA;</failure>
    </testcase>
    <testcase classname="bad.har" name="GetImageStoreUploadSessionByPath, not whole">
      <skipped message="1 exchange">bad.har: entry 3: GET /ImageStore/a/$/GetUploadSession: GetImageStoreUploadSessionByPath: the response is missing&#xA;</skipped>
    </testcase>
    <testcase classname="bad.har" name="not the image store&#39;s">
      <skipped message="1 exchange"></skipped>
    </testcase>
    <testcase classname="bad.har" name="readable to its end">
      <error message="OFFSET: the file is truncated"></error>
    </testcase>
  </testsuite>
</testsuites>
`
	got := regexp.MustCompile(`offset \d+`).ReplaceAllString(text.String(), "OFFSET")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("JUnit (-want +got):\n%s", diff)
	}
}

// However many differences there are, each operation that fails has a reason, and the number of
// findings that are not listed is reported.
func TestJUnitOfMoreThanIsListed(t *testing.T) {
	t.Parallel()
	var entries []any
	for range 1010 {
		entries = append(entries, sessions.with(t, `"20"`, `20`).entry(false))
	}
	entries = append(entries, copying.answered(302, "").entry(false), copying.answered(302, "").entry(false))
	report := hold(t, har(t, entries...))
	var text strings.Builder
	if err := report.WriteJUnit(&text); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`entry 1011: POST /ImageStore/$/Copy: CopyImageStoreContent: response status: 302 is not documented&#xA;1 more are not listed&#xA;</failure>`,
		`&#xA;10 more are not listed&#xA;</failure>`,
	} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("there is no %s", want)
		}
	}
	if report.Omitted != 11 || len(report.Differences) != 1001 {
		t.Errorf("%d are listed and %d not", len(report.Differences), report.Omitted)
	}
}

// A pipeline that reads only the XML must not take an empty result for a success.
func TestJUnitOfNothing(t *testing.T) {
	t.Parallel()
	report := hold(t, har(t, foreign.entry(false)))
	var text strings.Builder
	if err := report.WriteJUnit(&text); err != nil {
		t.Fatal(err)
	}
	if want := `<error message="nothing in the recordings could be validated against the contract: 1 exchange, not of the image store">`; !strings.Contains(text.String(), want) {
		t.Errorf("no %s in\n%s", want, text.String())
	}
	for decoder := xml.NewDecoder(strings.NewReader(text.String())); ; {
		if _, err := decoder.Token(); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
}

// The page that documents the JSON has every member of it, and no other.
func TestTheJSONIsDocumented(t *testing.T) {
	t.Parallel()
	text, err := json.Marshal(mixed(t))
	if err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile("../../docs/recordings.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(page), "## The JSON")
	table, _, _ = strings.Cut(table, "\n## ")
	table, _, _ = strings.Cut(table, "`coverage`")
	documented := regexp.MustCompile("(?m)^\\| `([A-Za-z]+)`").FindAllStringSubmatch(table, -1)
	var want []string
	for _, name := range documented {
		want = append(want, name[1])
	}
	var got []string
	for _, name := range regexp.MustCompile(`"([A-Za-z]+)":`).FindAllStringSubmatch(string(text), -1) {
		got = append(got, name[1])
	}
	slices.Sort(want)
	slices.Sort(got)
	if diff := cmp.Diff(slices.Compact(want), slices.Compact(got)); diff != "" {
		t.Errorf("members (-documented +written):\n%s", diff)
	}
}
