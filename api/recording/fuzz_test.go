package recording_test

import (
	"encoding/json"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/sfstore/sfstore/api/recording"
)

// Whatever a recording contains, reading it ends, counts each exchange once, and reports findings in
// lines that can be printed and written as JSON and XML.
func fuzz(f *testing.F, begins func(text string) bool, seeds ...string) {
	contract := load(f)
	for _, seed := range seeds {
		f.Add(seed)
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

// The seeds are short, because the fuzzer first shortens the inputs that it finds.
func FuzzHAR(f *testing.F) {
	const start = `{"log":{"entries":[{"request":{"method":"`
	fuzz(f, func(text string) bool { return strings.HasPrefix(text, "{") },
		start+`GET","url":"/ImageStore?api-version=6.0"},"response":{"status":204}}]}}`,
		start+`GET","url":"http://h/ImageStore/a"},"response":{"status":404,"content":{"size":2,"text":"e30=","encoding":"base64"}}}]}}`,
		start+`POST","url":"/ImageStore/$/Copy","headers":[{"name":":a","value":"b"}],"bodySize":2,"postData":{"text":"{}"}}}]}}`)
}

func FuzzMessages(f *testing.F) {
	fuzz(f, func(text string) bool { return text != "" && text[0] >= 'A' && text[0] <= 'Z' },
		sessions.http(), copying.http(), chunk.http()+refused.http())
}

func FuzzTranscript(f *testing.F) {
	fuzz(f, func(text string) bool {
		return strings.HasPrefix(text, "* ") || strings.HasPrefix(text, "> ") || strings.HasPrefix(text, "< ")
	}, sessions.transcript(), copying.transcript(), refused.transcript())
}

// transcript writes the exchange as curl -v does.
func (w written) transcript() string {
	return "* Trying\n> " + w.method + " " + w.target + " HTTP/1.1\n> " + strings.Join(w.sent, "\n> ") + "\n> \n< HTTP/1.1 100 Continue\n< HTTP/1.1 " +
		strconv.Itoa(w.status) + " OK\n< " + strings.Join(w.received, "\n< ") + "\n< \n{ [5 bytes data]\n" + w.answer + "* Connection #0 to host a left intact\n"
}
