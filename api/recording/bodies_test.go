package recording_test

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/sfstore/sfstore/api/recording"
)

const (
	passed    = "passed"
	different = "different"
	notWhole  = "not whole"
)

func wantVerdict(t *testing.T, report *recording.Report, want string) {
	t.Helper()
	counts := map[string]recording.Counts{passed: {Passed: 1}, different: {Different: 1}, notWhole: {NotWhole: 1}}[want]
	if report.Exchanges != counts || report.Files[0].Error != "" {
		t.Errorf("counts %+v, want %+v\n%v %v %s", report.Exchanges, counts, report.Differences, report.NotWhole, report.Files[0].Error)
	}
}

// A body that a HAR leaves out is not taken for an empty one.
func TestBodiesThatAHARDoesNotKeep(t *testing.T) {
	t.Parallel()
	type members = map[string]any
	remove := func(of members, names ...string) {
		for _, name := range names {
			delete(of, name)
		}
	}
	withoutHeader := func(of members, name string) {
		var kept []map[string]string
		for _, header := range of["headers"].([]map[string]string) {
			if header["name"] != name {
				kept = append(kept, header)
			}
		}
		of["headers"] = kept
	}
	for _, row := range []struct {
		name   string
		x      written
		change func(request, response, content members)
		want   string
	}{
		{"a response without its text", sessions, func(_, _, content members) { remove(content, "text") }, notWhole},
		{"a response with an empty text and a size", sessions, func(_, _, content members) { content["text"] = "" }, notWhole},
		{"a response that was cut", sessions, func(_, _, content members) { content["text"] = content["text"].(string)[:50] }, notWhole},
		{"a response without text and size", sessions, func(_, _, content members) { remove(content, "text", "size") }, notWhole},
		{"a response of unknown size", sessions, func(_, _, content members) { remove(content, "text"); content["size"] = -1 }, notWhole},
		{"a response without content", sessions, func(_, response, _ members) { remove(response, "content") }, notWhole},
		{"a response of size 0", sessions, func(_, _, content members) { remove(content, "text"); content["size"] = 0 }, different},
		{"a response of size 0 that announced more", sessions, func(_, response, content members) {
			remove(content, "text")
			content["size"] = 0
			response["headers"] = append(response["headers"].([]map[string]string), map[string]string{"name": "Content-Length", "value": "211"})
		}, notWhole},
		{"a response of known size where none belongs", copying.answered(200, "{}"), func(_, _, content members) { remove(content, "text") }, different},
		{"a response whose media type alone is wrong", sessions.with(t, "application/json", "text/html"),
			func(_, _, content members) { remove(content, "text") }, different},
		{"an error of unknown size without a media type", sessions.answered(404, ""), func(_, response, content members) {
			remove(content, "text", "size")
			withoutHeader(response, "content-type")
		}, notWhole},
		{"204 without anything", sessions.answered(204, ""), func(_, response, _ members) { remove(response, "content", "bodySize") }, passed},
		{"a compressed response, of the size of the decoded", sessions, func(_, response, content members) {
			content["size"] = 10_000
			response["headers"] = append(response["headers"].([]map[string]string), map[string]string{"name": "Content-Encoding", "value": "br"})
		}, passed},
		{"no headers, and a media type elsewhere", sessions, func(_, response, content members) {
			remove(response, "headers")
			content["mimeType"] = "application/json"
		}, passed},
		{"no headers, and no media type", sessions, func(_, response, content members) {
			remove(response, "headers")
			content["mimeType"] = "x-unknown"
		}, different},

		{"no response", sessions, func(_, response, _ members) { clear(response) }, notWhole},
		{"a response of status -1", sessions, func(_, response, _ members) { response["status"] = -1 }, notWhole},
		{"no response to a bad request", sessions.with(t, "6.0", "six"), func(_, response, _ members) { clear(response) }, different},

		{"an upload without its bytes", chunk, func(request, _, _ members) { remove(request, "postData") }, passed},
		{"an upload without its bytes and its length", chunk, func(request, _, _ members) {
			remove(request, "postData", "bodySize")
			withoutHeader(request, "content-length")
		}, passed},
		{"a copy without its text", copying, func(request, _, _ members) { remove(request, "postData") }, notWhole},
		{"a copy without text and length", copying, func(request, _, _ members) {
			remove(request, "postData", "bodySize")
			withoutHeader(request, "content-length")
		}, notWhole},
		{"a copy of size 0 without a length", copying, func(request, _, _ members) {
			remove(request, "postData")
			request["bodySize"] = 0
			withoutHeader(request, "content-length")
		}, different},
		{"a copy that was cut", copying, func(request, _, _ members) {
			request["postData"] = members{"mimeType": "", "text": `{"RemoteSo`, "_size": 58}
		}, notWhole},
		{"a copy in base64", copying, func(request, _, _ members) {
			request["postData"] = members{"mimeType": "", "_encoding": "base64", "text": "eyJSZW1vdGVTb3VyY2UiOiJhIiwiUmVtb3RlRGVzdGluYXRpb24iOiJiIn0=", "_size": 44}
		}, passed},
		{"a copy of a wrong media type without its text", copying.with(t, "application/json", "text/plain"),
			func(request, _, _ members) { remove(request, "postData") }, different},
		{"a size, and no body, where none belongs", sessions, func(request, _, _ members) {
			withoutHeader(request, "content-length")
			request["bodySize"] = 5
		}, different},
		{"nothing recorded of a body where none belongs", sessions, func(request, _, _ members) {
			withoutHeader(request, "content-length")
			remove(request, "bodySize")
		}, passed},
		{"a body of unknown size where none belongs", sessions, func(request, _, _ members) {
			withoutHeader(request, "content-length")
			remove(request, "bodySize")
			request["headers"] = append(request["headers"].([]map[string]string), map[string]string{"name": "transfer-encoding", "value": "chunked"})
		}, different},
		{"a body that was left out where none belongs", sessions, func(request, _, _ members) {
			withoutHeader(request, "content-length")
			remove(request, "bodySize")
			request["postData"] = members{"mimeType": "text/plain"}
		}, notWhole},
		{"nothing recorded of a body of a POST where none belongs", written{method: "POST", target: "/ImageStore/$/CommitUploadSession?api-version=6.0&session-id=" + session, status: 200}, func(request, _, _ members) {
			withoutHeader(request, "content-length")
			remove(request, "bodySize")
		}, notWhole},
		{"a POST of size 0 where no body belongs", written{method: "POST", target: "/ImageStore/$/CommitUploadSession?api-version=6.0&session-id=" + session, status: 200}, func(request, _, _ members) {
			withoutHeader(request, "content-length")
		}, passed},
		{"a POST of size 0 that was sent in chunks", written{method: "POST", target: "/ImageStore/$/CommitUploadSession?api-version=6.0&session-id=" + session, status: 200}, func(request, _, _ members) {
			withoutHeader(request, "content-length")
			request["headers"] = append(request["headers"].([]map[string]string), map[string]string{"name": "transfer-encoding", "value": "chunked"})
		}, different},
		{"a body longer than is looked at", sessions, func(_, _, content members) {
			content["text"] = strings.Repeat(" ", 9<<20) + "["
			remove(content, "size")
		}, notWhole},
	} {
		t.Run(row.name, func(t *testing.T) {
			entry := maps.Clone(row.x.entry(false))
			response := entry["response"].(members)
			row.change(entry["request"].(members), response, response["content"].(members))
			wantVerdict(t, hold(t, har(t, entry)), row.want)
		})
	}
}

// A long string is cut in place, and what follows is read as usual.
func TestALongStringIsCut(t *testing.T) {
	t.Parallel()
	onlyIfLarge(t)
	long := chunk.entry(false)
	long["_more"] = strings.Repeat(`\"`, 9<<18)
	good := har(t, chunk.entry(false), copying.entry(false))
	for name, text := range map[string]string{
		"in an entry":        har(t, long, copying.entry(false)),
		"before the entries": strings.Replace(good, `{"log":{`, `{"log":{"comment":"`+strings.Repeat("é", 5<<20)+`",`, 1),
	} {
		t.Run(name, func(t *testing.T) {
			report := hold(t, text[:len(text)-2])
			if want := (recording.Counts{Passed: 2}); report.Exchanges != want {
				t.Errorf("counts %+v, want %+v: %v", report.Exchanges, want, report.Err())
			}
			if want := fmt.Sprintf("offset %d: the file is truncated", len(text)-2); report.Files[0].Error != want {
				t.Errorf("error %q, want %q", report.Files[0].Error, want)
			}
		})
	}
}

func TestBodiesOfMessages(t *testing.T) {
	t.Parallel()
	head := "HTTP/1.1 200 OK\nContent-Type: application/json\n"
	ask := "GET " + sessions.target + "\n\n"
	for _, row := range []struct{ name, text, want string }{
		{"up to the end", ask + head + "\n" + sessions.answer, passed},
		{"a length in LF", ask + head + "Content-Length: 4\n\nnull", different},
		{"chunks", ask + head + "Transfer-Encoding: chunked\r\n\r\n2;x=y\r\n{}\r\n0\r\nTrailer: x\r\n\r\n", different},
		{"a body of unknown size where none belongs", strings.Replace(ask, "\n\n", " HTTP/1.1\nTransfer-Encoding: chunked\n\n", 1) + head + "\n" + sessions.answer, different},
		{"chunks that curl has put together", ask + head + "Transfer-Encoding: chunked\r\n\r\n" + sessions.answer, passed},
		{"204, whatever its length", ask + "HTTP/1.1 204 No Content\nContent-Length: 5\n", passed},
		{"interim responses", ask + "HTTP/1.1 100 Continue\n\nHTTP/1.1 103 Early\nLink: x\n\n" + head + "\n" + sessions.answer, passed},
		{"an interim response alone", ask + "HTTP/1.1 100 Continue\n\n", notWhole},
		{"no response", ask, notWhole},
		{"no response, to a bad request", "GET /ImageStore\n\n", different},
		{"no request", head + "\n" + sessions.answer, notWhole},
		{"a URL with a host", strings.Replace(ask, "GET ", "GET http://user:secret@gateway:19080", 1) + head + "\n" + sessions.answer, passed},
		{"a byte order mark and blank lines", "\xef\xbb\xbf\r\n\n" + ask + head + "\n" + sessions.answer, passed},
		{"a URL with a broken escape", "GET /ImageStore/%zz?code=hunter2\n\nHTTP/1.1 400 Bad Request\n", different},
		{"a body longer than is looked at", ask + head + "\n" + strings.Repeat(" ", 9<<20) + sessions.answer, notWhole},
		{"an upload in chunks longer than is looked at", "PUT /ImageStore/a?api-version=6.0 HTTP/1.1\nTransfer-Encoding: chunked\n\n" +
			strings.Repeat("100000\n"+strings.Repeat("a", 1<<20)+"\n", 9) + "0\n\nHTTP/1.1 200 OK\n\n", passed},

		{"curl: a response in chunks", "> " + strings.TrimSpace(ask) + "\n> \n< HTTP/1.1 200 OK\n< Content-Type: application/json\n< Transfer-Encoding: chunked\n< \n" + sessions.answer, passed},
		{"curl: remarks in the middle of a body", "> " + strings.TrimSpace(ask) + "\n> \n< HTTP/1.1 200 OK\n< Content-Type: application/json\n< \n{ [99 bytes data]\n" +
			sessions.answer[:50] + "{ [16384 bytes data]\n" + sessions.answer[50:] + "* Connection #0 to host gateway left intact\n", passed},
		{"curl: an unheard-of remark right behind a body in chunks", "> " + strings.TrimSpace(ask) + "\n> \n< HTTP/1.1 200 OK\n< Content-Type: application/json\n< Transfer-Encoding: chunked\n< \n" +
			sessions.answer + "* shutting down connection #0\n* and more\n", passed},
		{"curl: an unheard-of remark right behind a body", "> " + strings.TrimSpace(ask) + fmt.Sprintf("\n> \n< HTTP/1.1 200 OK\n< Content-Type: application/json\n< Content-Length: %d\n< \n", len(sessions.answer)) +
			sessions.answer + "* shutting down connection #0\n", passed},
		{"curl: a request alone", "* Trying\n> " + strings.TrimSpace(ask) + "\n> \n* Empty reply from server\n", notWhole},
		{"curl: a response alone", "< HTTP/1.1 200 OK\n< \n{}", notWhole},
		{"curl: a body of unknown size where none belongs", "> " + strings.TrimSpace(ask) + "\n> Transfer-Encoding: chunked\n> \n< HTTP/2 204 \n< \n", different},
		{"curl: 204", "> " + strings.TrimSpace(ask) + "\n> \n< HTTP/2 204 \n< \n", passed},
	} {
		t.Run(row.name, func(t *testing.T) {
			report := hold(t, row.text)
			wantVerdict(t, report, row.want)
			for _, found := range report.Differences {
				if strings.Contains(found.String(), "hunter2") {
					t.Errorf("%s", found)
				}
			}
		})
	}
}

func TestSeveralMessages(t *testing.T) {
	t.Parallel()
	report := hold(t, sessions.http()+"\r\n\r\n"+copying.http()+"GET /ImageStore?api-version=6.0 HTTP/1.1\n\n"+chunk.http())
	if want := (recording.Counts{Passed: 3, NotWhole: 1}); report.Exchanges != want {
		t.Errorf("counts %+v, want %+v: %v", report.Exchanges, want, report.Err())
	}
	if len(report.NotWhole) != 1 || report.NotWhole[0].Entry != 3 {
		t.Errorf("not whole: %v", report.NotWhole)
	}
}
