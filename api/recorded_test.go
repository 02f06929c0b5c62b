package api_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfstore/sfstore/api"
	"github.com/sfstore/sfstore/api/recording"
)

// contradictions are the differences between the published examples and their own contract. Two more
// examples have an api-version below the published one of their operation, and one operation has the
// example of another; neither is a difference.
var contradictions = map[string][]string{
	"published/CopyImageStoreContent.http": {`request query "session-id": is not documented`},
	"published/GetImageStoreInfo.http":     {`response body: value must be an object, got an array`},
}

// The exchanges in testdata are valid. Those in published are from the REST reference. Those in
// emulator are the local store's responses, and those in refused are its responses to invalid requests.
func TestRecordedExchanges(t *testing.T) {
	contract := load(t)
	files, err := filepath.Glob("testdata/*/*.http")
	if err != nil || len(files) == 0 {
		t.Fatalf("no recorded exchanges: %v", err)
	}
	for _, file := range files {
		file = filepath.ToSlash(file)
		t.Run(file, func(t *testing.T) {
			if strings.HasPrefix(file, "testdata/refused/") {
				checkRefused(t, file)
				return
			}
			var alone api.Coverage
			report := recording.Check(contract.WithCoverage(&alone), file)
			if c := report.Exchanges; c.Passed+c.Different != 1 || c.NotWhole+c.Foreign != 0 {
				t.Fatalf("want one exchange, got %+v: %v", c, report.Err())
			}
			name, _, _ := strings.Cut(strings.TrimSuffix(filepath.Base(file), ".http"), "-")
			if len(alone.Statuses(name)) == 0 {
				t.Errorf("the exchange is no %s", name)
			}
			var got []string
			for _, d := range report.Differences {
				got = append(got, string(d.Side)+" "+d.Place+": "+d.Reason)
			}
			if diff := cmp.Diff(contradictions[strings.TrimPrefix(file, "testdata/")], got); diff != "" {
				t.Errorf("differences (-want +got):\n%s", diff)
			}
		})
	}
}

// checkRefused expects differences in the request, or no operation at all, and no difference in the
// response.
func checkRefused(t *testing.T, file string) {
	t.Helper()
	report := recording.Check(load(t), file)
	if c := report.Exchanges; c.Different+c.Foreign != 1 || c.Passed+c.NotWhole != 0 {
		t.Errorf("want one exchange that is not of the contract, got %+v: %v", c, report.Err())
	}
	for _, d := range report.Differences {
		if d.Side != api.InRequest {
			t.Error(d)
		}
	}
}

// The published example is wrongly a list. Its items have numbers, which are strings in the contract.
func TestPublishedInfoHasNumbers(t *testing.T) {
	text, err := os.ReadFile("testdata/published/GetImageStoreInfo.http")
	if err != nil {
		t.Fatal(err)
	}
	report := recording.NewReport(load(t))
	report.Add("info", strings.NewReader(strings.NewReplacer("\n[", "\n", "}}]", "}}").Replace(string(text))))
	want := []string{
		"/UsedByCopy/FileCount: value must be a string, got 2",
		"/UsedByMetadata/FileCount: value must be a string, got 6",
		"/UsedByRegister/FileCount: value must be a string, got 3",
		"/UsedByStaging/FileCount: value must be a string, got 9",
	}
	var got []string
	for _, d := range report.Differences {
		got = append(got, d.Place+": "+d.Reason)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("differences (-want +got):\n%s", diff)
	}
}
