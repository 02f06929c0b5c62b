package recording_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfstore/sfstore/api/recording"
)

func write(t testing.TB, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// The recordings in testdata are of the local store, made by a browser (Chromium, whose HAR Playwright
// wrote), by mitmproxy, and with curl -sv, some with -i too.
func TestRecordingsOfOthers(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		file     string
		want     recording.Counts
		notWhole []string
	}{
		{"chromium.har", recording.Counts{Passed: 16, NotWhole: 1, Foreign: 1}, []string{"entry 18: the response is missing"}},
		{"mitmproxy.har", recording.Counts{Passed: 11}, nil},
		{"curl.http", recording.Counts{Passed: 4, NotWhole: 1}, []string{"entry 3: the body of the request was not kept"}},
		{"curl-several.http", recording.Counts{Passed: 2}, nil},
	} {
		t.Run(row.file, func(t *testing.T) {
			report := recording.Check(load(t), "testdata/"+row.file)
			if report.Exchanges != row.want {
				t.Errorf("counts %+v, want %+v", report.Exchanges, row.want)
			}
			if err := report.Err(); err != nil {
				t.Error(err)
			}
			var notWhole []string
			for _, found := range report.NotWhole {
				notWhole = append(notWhole, strings.TrimPrefix(strings.Replace(found.String(), found.Method+" "+found.Path+": "+found.Operation+": ", "", 1), "testdata/"+row.file+": "))
			}
			if diff := cmp.Diff(row.notWhole, notWhole); diff != "" {
				t.Errorf("not whole (-want +got):\n%s", diff)
			}
		})
	}
}

// entryText returns a valid entry of a HAR.
func entryText(t *testing.T) string {
	t.Helper()
	good := har(t, sessions.entry(false))
	entry := strings.TrimSuffix(good[strings.Index(good, `[{"cache"`)+1:], "]"+`,"pages":[],"version":"1.2"}}`)
	if !strings.HasSuffix(entry, "}}") {
		t.Fatalf("no entry: %s", entry)
	}
	return entry
}

func TestAnInvalidRecordingNamesThePlace(t *testing.T) {
	t.Parallel()
	entry := entryText(t)
	log := func(entries string) string { return `{"log":{"entries":[` + entries + `]}}` }
	changed := func(old, new string) string {
		if strings.Count(entry, old) != 1 {
			t.Fatalf("%s is %d times in %s", old, strings.Count(entry, old), entry)
		}
		return log(entry + "," + strings.Replace(entry, old, new, 1))
	}
	for _, row := range []struct {
		name, text string
		before     int // exchanges
		want       string
	}{
		{"nothing", "", 0, "is empty"},
		{"blank lines", " \n\n", 0, "is empty"},
		{"a picture", "\x89PNG\r\n\x1a\n", 0, "is neither HAR nor HTTP messages (of curl, save what curl -sv prints)"},
		{"NUL bytes", "\x00\x00", 0, "is neither HAR nor HTTP messages (of curl, save what curl -sv prints)"},

		{"HAR: another document", `{"openapi": "3.0.3"}`, 0, "offset 20: is not a HAR: it has no log with entries"},
		{"HAR: a log without entries", `{"log": {"version": "1.2"}}`, 0, "offset 27: is not a HAR: it has no log with entries"},
		{"HAR: a log that is a list", `{"log": []}`, 0, "offset 9: want an object, got ["},
		{"HAR: entries that are a text", `{"log": {"entries": "a"}}`, 0, "offset 23: want an array, got a string"},
		{"HAR: the end in the log", `{"log": {"version"`, 0, "offset 18: the file is truncated"},
		{"HAR: the end in an entry", strings.TrimSuffix(log(entry+","+entry), "}]}}"), 1, "entry 2, offset 1767: the file is truncated"},
		{"HAR: the end after an entry", strings.TrimSuffix(log(entry), "]}}"), 1, "offset 893: the file is truncated"},
		{"HAR: more after the end", log(entry) + "{}", 1, "offset 897: the file continues after the HAR"},
		{"HAR: a NUL", changed(`"GET"`, "\"G\x00T\""), 1, "entry 2, offset 1093: invalid character '\\x00' in string literal"},
		{"HAR: nested deep before the entries", `{"log":{"pages":` + strings.Repeat("[", 20_000), 0, "offset 16: invalid character '[' exceeded max depth"},
		{"HAR: nested deep in an entry", log(entry + `,{"request":` + strings.Repeat("[", 20_000)), 1, "entry 2, offset 10905: invalid character '[' exceeded max depth"},

		{"HTTP: a line that is no header", "GET / HTTP/1.1\nHost\n", 0, `entry 1, line 2: want a header like Name: value, got "Host"`},
		{"HTTP: a header with a NUL", "GET / HTTP/1.1\nHost: a\x00b\n", 0, `entry 1, line 2: the header Host contains a NUL`},
		{"HTTP: a header that is folded", "GET / HTTP/1.1\nA: b\n c: d\n", 0, `entry 1, line 3: want a header like Name: value, got " c"`},
		{"HTTP: a long line", "GET / HTTP/1.1\nA: " + strings.Repeat("b", 100_000), 0, "entry 1, line 2: the line is longer than 64 KiB"},
		{"HTTP: a long head", "GET / HTTP/1.1\n" + strings.Repeat("A: b\n", 2000), 0, "entry 1, line 201: the head is longer than 200 lines"},
		{"HTTP: a status that is none", chunk.http() + "GET / HTTP/1.1\n\nHTTP/1.1 abc\n", 1, `entry 2, line 11: "abc" is not a status`},
		{"HTTP: a body that ends early", strings.TrimSuffix(sessions.http(), "}]}]}"), 0, "entry 1, line 9: the body is truncated after 209 of 214 bytes"},
		{"HTTP: a length that is none", "GET / HTTP/1.1\n\nHTTP/1.1 200 OK\nContent-Length: -5\n\n", 0,
			"entry 1, line 5: the Content-Length is not a number of bytes"},
		{"HTTP: a chunk that ends early", "GET / HTTP/1.1\n\nHTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n5\r\nab", 0,
			"entry 1, line 6: the body is truncated after 2 of 5 bytes"},
		{"HTTP: a chunk that is longer", "GET / HTTP/1.1\n\nHTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n1\r\nab\r\n0\r\n\r\n", 0,
			"entry 1, line 7: the chunk is longer than its size"},
		{"HTTP: a chunk without a size", "GET / HTTP/1.1\n\nHTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n1\r\na\r\nz\r\n", 0,
			`entry 1, line 8: "z" is not the size of a chunk`},
		{"HTTP: a body that nobody announced", "POST / HTTP/1.1\n\n{}\nHTTP/1.1 200 OK\n", 1, `entry 2, line 3: want a request or a status line, got "{}"`},

		{"curl: a body that ends early", "> GET / HTTP/1.1\n> \n< HTTP/1.1 200 OK\n< Content-Length: 9\n< \nabc", 0, "entry 1: the body is truncated after 3 of 9 bytes"},
		{"curl: what curl does not print", "> GET / HTTP/1.1\n> \nabc", 1, `entry 2: want output of curl -v, got "abc"`},
		{"curl: a response for a request", "> HTTP/1.1 200 OK\n> \n", 0, "entry 1: the sent lines are not a request"},
	} {
		t.Run(row.name, func(t *testing.T) {
			report := hold(t, row.text)
			if got := report.Files[0].Error; got != row.want {
				t.Errorf("error %q\nwant  %q", got, row.want)
			}
			if c := report.Exchanges; c.Passed+c.Different+c.NotWhole+c.Foreign != row.before {
				t.Errorf("exchanges %+v, want %d before the error", c, row.before)
			}
		})
	}
}

// TestOddEntriesDoNotEndTheFile puts an entry that is not an exchange between two valid ones.
func TestOddEntriesDoNotEndTheFile(t *testing.T) {
	t.Parallel()
	entry := entryText(t)
	changed := func(old, new string) string {
		if strings.Count(entry, old) != 1 {
			t.Fatalf("%s is %d times in %s", old, strings.Count(entry, old), entry)
		}
		return strings.Replace(entry, old, new, 1)
	}
	const headers = `"headers":[{"name":":path"`
	for _, row := range []struct{ name, odd, want string }{
		{"a text for a status", changed(`"status":200`, `"status":"200"`), `"200" is neither a size nor a status`},
		{"a status of a million digits", changed(`"status":200`, `"status":`+strings.Repeat("1", 1_000_000)), "11111111111111111111 is neither a size nor a status"},
		{"a status with a fraction", changed(`"status":200`, `"status":1.5`), "1.5 is neither a size nor a status"},
		{"a status that is not a number", changed(`"status":200`, `"status":NaN`), "NaN or Infinity is neither a size nor a status"},
		{"an infinite size", changed(`"size":214`, `"size":-Infinity`), "NaN or Infinity is neither a size nor a status"},
		{"half a byte", changed(`"size":214`, `"size":0.5`), "0.5 is neither a size nor a status"},
		{"a list for an entry", "[]", "an entry cannot be a JSON array"},
		{"an empty entry", "{}", "it has no request"},
		{"null for an entry", "null", "it has no request"},
		{"a request without a URL", changed(`"url":`, `"uri":`), "the request has no URL"},
		{"a method with a space", changed(`"GET"`, `"GET /"`), `"GET /" is not a method`},
		{"base64 that is not", changed(`"text":`, `"encoding":"base64","text":`), "the body of the response is not base64: illegal base64 data at input byte 0"},
		{"an encoding that nobody knows", changed(`"text":`, `"encoding":"rot13","text":`), `the body of the response has the encoding "rot13", want base64`},
		{"more headers than anyone sends", changed(headers, `"headers":[`+strings.Repeat(`{"name":"a","value":"b"},`, 1001)+`{"name":":path"`), "it has more than 1000 headers"},
		{"a header without a name", changed(headers, `"headers":[{},{"name":":path"`), `want a header like Name: value, got ""`},
		{"a header that is none", changed(headers, `"headers":[{"name":"a b"},{"name":":path"`), `want a header like Name: value, got "a b"`},
	} {
		t.Run(row.name, func(t *testing.T) {
			report := hold(t, `{"log":{"entries":[`+entry+","+row.odd+","+entry+`]}}`)
			if want := (recording.Counts{Passed: 2, NotWhole: 1}); report.Exchanges != want || report.Files[0].Error != "" {
				t.Fatalf("%+v, %s, want %+v", report.Exchanges, report.Files[0].Error, want)
			}
			found := report.NotWhole[0]
			if found.Entry != 2 || !strings.HasPrefix(found.Reason, "the entry cannot be read: offset ") || !strings.HasSuffix(found.Reason, row.want) {
				t.Errorf("told is %q, want %q", found, row.want)
			}
		})
	}
}

func TestAnEntryThatIsTooLongNamesThePlace(t *testing.T) {
	t.Parallel()
	onlyIfLarge(t)
	report := hold(t, `{"log":{"entries":[{"a":[0`+strings.Repeat(",0", 17<<20)+"]}]}}")
	if got, want := report.Files[0].Error, "entry 1, offset 19: it is longer than 32 MiB"; got != want {
		t.Errorf("error %q, want %q", got, want)
	}
}

// Members that are not used may have any form, and whole numbers may have a fraction of 0.
func TestFieldsOfAHARThatAreNotUsed(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ name, old, new string }{
		{"a zone without a colon", `"2026-01-02T03:04:05.678Z"`, `"2019-06-21T09:50:35.203+0000"`},
		{"no zone", `"2026-01-02T03:04:05.678Z"`, `"2019-06-21T09:50:35"`},
		{"an empty time", `"2026-01-02T03:04:05.678Z"`, `""`},
		{"a duration that is a text", `"time":1.5`, `"time":"1"`},
		{"timings that are none", `"timings":{"receive":0.5,"send":0,"wait":1}`, `"timings":[]`},
		{"cookies that are none", `"method":"GET"`, `"method":"GET","cookies":"a","queryString":5`},
		{"a size with a fraction", `"size":214`, `"size":214.0`},
		{"a size with an exponent", `"size":214`, `"size":2.14e2`},
		{"no size", `"size":214`, `"size":null`},
		{"a status with a fraction of 0", `"status":200`, `"status":200.0`},
		{"a duration that is not a number", `"time":1.5`, `"time":NaN`},
		{"an infinite duration", `"wait":1`, `"wait":-Infinity`},
	} {
		t.Run(row.name, func(t *testing.T) {
			text := har(t, sessions.entry(false))
			if strings.Count(text, row.old) != 1 {
				t.Fatalf("%s is not once in %s", row.old, text)
			}
			wantVerdict(t, hold(t, strings.Replace(text, row.old, row.new, 1)), passed)
		})
	}
}
