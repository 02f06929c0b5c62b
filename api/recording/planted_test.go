package recording_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfstore/sfstore/api"
	"github.com/sfstore/sfstore/api/recording"
)

func load(t testing.TB) *api.Contract {
	t.Helper()
	contract, err := api.Load()
	if err != nil {
		t.Fatal(err)
	}
	return contract
}

const session = "2032ac6c-a348-4594-86da-dab0f2bb1ae1"

// written is an exchange in the form of the tables below.
type written struct {
	method, target string
	sent           []string // headers, such as "Content-Range: bytes 0-9/20"
	body           string
	status         int
	received       []string
	answer         string
}

// The valid exchanges in which differences are planted.
var (
	sessions = written{
		method: "GET", target: "/ImageStore/a/$/GetUploadSession?api-version=6.0", status: 200,
		received: []string{"Content-Type: application/json; charset=utf-8", "X-Content-Type-Options: nosniff"},
		answer: `{"UploadSessions":[{"StoreRelativePath":"a","SessionId":"` + session + `","FileSize":"20",` +
			`"ModifiedDate":"2017-09-28T17:28:11.627Z","ExpectedRanges":[{"StartPosition":"0","EndPosition":"9"}]}]}`,
	}
	copying = written{
		method: "POST", target: "/ImageStore/$/Copy?api-version=6.0", sent: []string{"Content-Type: application/json"},
		body: `{"RemoteSource":"a","RemoteDestination":"b","CopyFlag":"Echo"}`, status: 200,
	}
	chunk = written{
		method: "PUT", target: "/ImageStore/a/$/UploadChunk?api-version=6.0&session-id=" + session,
		sent: []string{"Content-Range: bytes 0-9/20"}, body: "0123456789", status: 200,
	}
	refused = written{
		method: "GET", target: "/ImageStore/$/Info?api-version=6.5", status: 400,
		received: []string{"Content-Type: application/json"}, answer: `{"Error":{"Code":"E_INVALIDARG"}}`,
	}
)

// with replaces a text that occurs exactly once in the exchange.
func (w written) with(t testing.TB, old, new string) written {
	t.Helper()
	found := 0
	replace := func(text string) string {
		found += strings.Count(text, old)
		return strings.Replace(text, old, new, 1)
	}
	replaceAll := func(texts []string) (all []string) {
		for _, text := range texts {
			if text = replace(text); text != "" {
				all = append(all, text)
			}
		}
		return all
	}
	w.target, w.body, w.answer = replace(w.target), replace(w.body), replace(w.answer)
	w.sent, w.received = replaceAll(w.sent), replaceAll(w.received)
	if found != 1 {
		t.Fatalf("%q is %d times in the exchange", old, found)
	}
	return w
}

func (w written) answered(status int, answer string) written {
	w.status, w.answer = status, answer
	return w
}

// http writes the exchange as it was on the wire.
func (w written) http() string {
	return fmt.Sprintf("%s %s HTTP/1.1\r\nHost: gateway:19080\r\n%sContent-Length: %d\r\n\r\n%sHTTP/1.1 %d %s\r\n%sContent-Length: %d\r\n\r\n%s",
		w.method, w.target, lines(w.sent), len(w.body), w.body, w.status, http.StatusText(w.status), lines(w.received), len(w.answer), w.answer)
}

func lines(headers []string) (text string) {
	for _, header := range headers {
		text += header + "\r\n"
	}
	return text
}

// entry writes the exchange as an entry of a HAR, with the headers of HTTP/2.
func (w written) entry(inBase64 bool) map[string]any {
	content := map[string]any{"size": len(w.answer), "mimeType": "", "text": w.answer}
	if inBase64 {
		content["text"], content["encoding"] = base64.StdEncoding.EncodeToString([]byte(w.answer)), "base64"
	}
	request := map[string]any{
		"method": w.method, "url": "https://gateway:19080" + w.target, "httpVersion": "HTTP/2.0", "bodySize": len(w.body),
		"headers": append(pairs(w.sent), map[string]string{"name": ":path", "value": w.target},
			map[string]string{"name": "content-length", "value": fmt.Sprint(len(w.body))}),
	}
	if w.body != "" {
		request["postData"] = map[string]any{"mimeType": "", "text": w.body}
	}
	return map[string]any{
		"startedDateTime": "2026-01-02T03:04:05.678Z", "time": 1.5, "request": request,
		"response": map[string]any{"status": w.status, "headers": append(pairs(w.received), map[string]string{"name": ":status", "value": "200"}),
			"content": content, "bodySize": len(w.answer)},
		"cache": map[string]any{}, "timings": map[string]any{"send": 0, "wait": 1, "receive": 0.5},
	}
}

func pairs(headers []string) []map[string]string {
	all := []map[string]string{}
	for _, header := range headers {
		name, value, _ := strings.Cut(header, ": ")
		all = append(all, map[string]string{"name": strings.ToLower(name), "value": value})
	}
	return all
}

func har(t testing.TB, entries ...any) string {
	t.Helper()
	text, err := json.Marshal(map[string]any{"log": map[string]any{
		"version": "1.2", "creator": map[string]string{"name": "test", "version": "1"}, "pages": []any{}, "entries": entries,
	}})
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// forms writes an exchange in every supported form.
func (w written) forms(t testing.TB) map[string]string {
	return map[string]string{
		"HTTP": w.http(), "HAR": har(t, w.entry(false)), "HAR in base64": har(t, w.entry(true)),
	}
}

func hold(t testing.TB, text string) *recording.Report {
	t.Helper()
	report := recording.NewReport(load(t))
	report.Add("recording", strings.NewReader(text))
	return report
}

func TestEachKindOfDifferenceIsFoundAndPlaced(t *testing.T) {
	t.Parallel()
	const byPath, copies, chunks, info = "GetImageStoreUploadSessionByPath", "CopyImageStoreContent", "UploadFileChunk", "GetImageStoreInfo"
	for _, row := range []struct {
		name      string
		x         written
		operation string
		want      string // "side place: reason", or "" for none
	}{
		{"nothing in sessions", sessions, byPath, ""},
		{"nothing in a copy", copying, copies, ""},
		{"nothing in a chunk", chunk, chunks, ""},
		{"nothing in a refusal", refused, info, ""},

		{"a missing member", sessions.with(t, `"FileSize":"20",`, ""), byPath,
			`response /UploadSessions/0/FileSize: property "FileSize" is missing`},
		{"a missing member of a request", copying.with(t, `"RemoteSource":"a",`, ""), copies,
			`request /RemoteSource: property "RemoteSource" is missing`},
		{"a wrong type", sessions.with(t, `[{"StartPosition":"0","EndPosition":"9"}]`, `{}`), byPath,
			`response /UploadSessions/0/ExpectedRanges: value must be an array, got an object`},
		{"an integer that is not in a string", sessions.with(t, `"FileSize":"20"`, `"FileSize":20`), byPath,
			`response /UploadSessions/0/FileSize: value must be a string, got 20`},
		{"an unknown value where the set is closed", copying.with(t, "Echo", "Always"), copies,
			`request /CopyFlag: value is not one of the allowed values ["Invalid","Echo","Overwrite"], got "Always"`},
		{"an unknown code, where the set is open", refused.with(t, "E_INVALIDARG", "FABRIC_E_NEXT_YEAR"), info, ""},
		{"an undocumented status", refused.answered(302, ""), info,
			`response status: 302 is not documented`},
		{"an undocumented query parameter", sessions.with(t, "6.0", "6.0&code=hunter2"), byPath,
			`request query "code": is not documented`},
		{"a query parameter given twice", sessions.with(t, "6.0", "6.0&timeout=1&timeout=2"), byPath,
			`request query "timeout": is given 2 times`},
		{"a missing query parameter", sessions.with(t, "?api-version=6.0", ""), byPath,
			`request query "api-version": is missing`},
		{"a timeout out of its range", sessions.with(t, "6.0", "6.0&timeout=0"), byPath,
			`request query "timeout": number must be at least 1, got 0`},
		{"a malformed id", sessions.with(t, session, "2032ac6c"), byPath,
			`response /UploadSessions/0/SessionId: string doesn't match the format "uuid" (want hexadecimal digits, 8-4-4-4-12), got "2032ac6c"`},
		{"a malformed id in a query", chunk.with(t, session, "2032ac6c"), chunks,
			`request query "session-id": string doesn't match the format "uuid" (want hexadecimal digits, 8-4-4-4-12), got "2032ac6c"`},
		{"a malformed date", sessions.with(t, "2017-09-28T", "28.09.2017 "), byPath,
			`response /UploadSessions/0/ModifiedDate: string doesn't match the format "date-time" (want a time as in RFC 3339), got "28.09.2017 17:28:11.627Z"`},
		{"a malformed position", sessions.with(t, `"9"`, `"-9"`), byPath,
			`response /UploadSessions/0/ExpectedRanges/0/EndPosition: string doesn't match the regular expression "^[0-9]{1,20}$", got "-9"`},
		{"a malformed range", chunk.with(t, "0-9/20", "0-9/*"), chunks,
			`request header "Content-Range": string doesn't match the regular expression "^bytes [0-9]+-[0-9]+/[0-9]+$", got "bytes 0-9/*"`},
		{"a range that begins after its end", chunk.with(t, "0-9/20", "9-5/10"), chunks,
			`request header "Content-Range": begins after its end, got "bytes 9-5/10"`},
		{"a range that ends beyond the whole", chunk.with(t, "0-9/20", "0-9/9"), chunks,
			`request header "Content-Range": ends beyond the whole, got "bytes 0-9/9"`},
		{"a range of another size than the body", chunk.with(t, "0-9/20", "0-5/10"), chunks,
			`request header "Content-Range": is not the range of the body, which has 10 bytes, got "bytes 0-5/10"`},
		{"a range of numbers that are too large", chunk.with(t, "0-9/20", "0-9/99999999999999999999"), chunks,
			`request header "Content-Range": a number does not fit in 64 bits, got "bytes 0-9/99999999999999999999"`},
		{"a size that is too large", sessions.with(t, `"20"`, `"99999999999999999999"`), byPath,
			`response /UploadSessions/0/FileSize: string doesn't match the format "uint64" (want an unsigned 64-bit integer), got "99999999999999999999"`},
		{"the largest size", sessions.with(t, `"20"`, `"18446744073709551615"`), byPath, ""},
		{"a missing header", chunk.with(t, "Content-Range: bytes 0-9/20", ""), chunks,
			`request header "Content-Range": is missing`},
		{"a wrong content type", sessions.with(t, "application/json; charset=utf-8", "text/html"), byPath,
			`response content type: "text/html" is not documented, want application/json`},
		{"a wrong content type of a request", copying.with(t, "application/json", "text/plain"), copies,
			`request content type: "text/plain" is not documented, want application/json`},
		{"a wrong header", sessions.with(t, "nosniff", "sniff"), byPath,
			`response header "X-Content-Type-Options": value is not one of the allowed values ["nosniff"], got "sniff"`},
		{"a body where none belongs", copying.answered(200, "{}"), copies,
			`response body: has 2 bytes, and no body is documented`},
		{"a body of a request where none belongs", func() written { w := sessions; w.body = "{}"; return w }(), byPath,
			`request body: has 2 bytes, and no body is documented`},
		{"no body where one belongs", sessions.answered(200, ""), byPath,
			`response body: is missing`},
		{"no body of a request where one belongs", func() written { w := copying; w.body = ""; return w }(), copies,
			`request body: is missing`},
		{"a body that ends early", sessions.with(t, `"}]}]}`, `"`), byPath,
			`response body: is not JSON at offset 209: unexpected EOF`},
		{"a code that is a number", refused.with(t, `"E_INVALIDARG"`, `5`), info,
			`response /Error/Code: value must be a string, got 5`},
		{"a path that the contract does not have", sessions.with(t, "GetUploadSession", "NoSuchThing"), "",
			`request operation: the contract has none with this method and path`},
	} {
		for form, text := range row.x.forms(t) {
			t.Run(row.name+"/"+form, func(t *testing.T) {
				var want []recording.Finding
				if row.want != "" {
					side, rest, _ := strings.Cut(row.want, " ")
					place, reason, _ := strings.Cut(rest, ": ")
					path, _, _ := strings.Cut(row.x.target, "?")
					want = []recording.Finding{{File: "recording", Entry: 1, Method: row.x.method, Path: path,
						Operation: row.operation, Side: api.Side(side), Place: place, Reason: reason}}
				}
				report := hold(t, text)
				if diff := cmp.Diff(want, report.Differences, cmpEmpty); diff != "" {
					t.Errorf("differences (-want +got):\n%s", diff)
				}
				wantCounts := recording.Counts{Passed: 1}
				if want != nil {
					wantCounts = recording.Counts{Different: 1}
				}
				if report.Exchanges != wantCounts || report.Files[0].Error != "" {
					t.Errorf("counts %+v, want %+v; error %q", report.Exchanges, wantCounts, report.Files[0].Error)
				}
				if strings.Contains(fmt.Sprintf("%+v %v", report, report.Err()), "hunter2") {
					t.Error("the report has a value of a query")
				}
			})
		}
	}
}
