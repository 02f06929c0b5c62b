package recording_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/sfstore/sfstore/api/recording"
)

// Whatever a recording is, reading it ends, counts each exchange once, and tells of what it
// found in lines that can be printed and written as JSON and XML.
func fuzz(f *testing.F, begins func(text string) bool) {
	contract := load(f)
	for _, x := range []written{sessions, copying, chunk, refused, foreign} {
		for _, text := range x.forms(f) {
			f.Add(text)
		}
	}
	for _, file := range []string{"testdata/chromium.har", "testdata/mitmproxy.har", "testdata/curl.http"} {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text))
	}
	f.Fuzz(func(t *testing.T, text string) {
		if !begins(text) {
			return
		}
		report := recording.NewReport(contract)
		report.Add("recording", strings.NewReader(text))
		c := report.Exchanges
		if report.Files[0].Error == "" && c.Passed+c.Different+c.NotWhole+c.Foreign == 0 && report.Err() == nil {
			t.Error("nothing was found, and there is no error")
		}
		if c.Different > 0 != (len(report.Differences) > 0) || c.NotWhole > len(report.NotWhole)+report.Omitted {
			t.Errorf("%+v, with %d differences and %d that are not whole", c, len(report.Differences), len(report.NotWhole))
		}
		for _, found := range append(report.Differences, report.NotWhole...) {
			if line := found.String(); strings.ContainsAny(line, "\n\r\x1b\x00") || !utf8.ValidString(line) {
				t.Errorf("a finding that cannot be printed: %q", line)
			}
		}
		if e := report.Files[0].Error; strings.ContainsAny(e, "\n\r\x1b\x00") || !utf8.ValidString(e) {
			t.Errorf("an error that cannot be printed: %q", e)
		}
		if _, err := json.Marshal(report); err != nil {
			t.Error(err)
		}
		var junit strings.Builder
		if err := report.WriteJUnit(&junit); err != nil {
			t.Error(err)
		}
	})
}

func FuzzHAR(f *testing.F) {
	fuzz(f, func(text string) bool { return strings.HasPrefix(text, "{") })
}

func FuzzMessages(f *testing.F) {
	fuzz(f, func(text string) bool { return text != "" && text[0] >= 'A' && text[0] <= 'Z' })
}

func FuzzTranscript(f *testing.F) {
	fuzz(f, func(text string) bool {
		return strings.HasPrefix(text, "* ") || strings.HasPrefix(text, "> ") || strings.HasPrefix(text, "< ")
	})
}
