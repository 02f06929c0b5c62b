package recording_test

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"

	"github.com/sfstore/sfstore/api/recording"
)

// TestWhatOtherWritersLeave has recordings that are unusual and valid.
func TestWhatOtherWritersLeave(t *testing.T) {
	t.Parallel()
	const listing, head = `{"StoreFiles":[],"StoreFolders":[]}`, "Content-Type: application/json\r\n"
	request := "GET /ImageStore/App?api-version=6.0 HTTP/1.1\r\nHost: h\r\n\r\n"
	good := request + fmt.Sprintf("HTTP/1.1 200 OK\r\n%sContent-Length: %d\r\n\r\n%s", head, len(listing), listing)
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write([]byte(listing)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	zipped := b.String()

	// curl returns an exchange in the output of curl -sv.
	curl := func(request, coding string, length int, body string) string {
		return "* Trying\n> " + strings.ReplaceAll(strings.TrimSuffix(request, "\r\n"), "\r\n", "\r\n> ") +
			fmt.Sprintf("\n* Request completely sent off\n< HTTP/1.1 200 OK\r\n< Content-Type: application/json\r\n< %s: gzip\r\n< Content-Length: %d\r\n< \r\n{ [5 bytes data]\n%s* Connection #0 to host h left intact\n",
				cmp.Or(coding, "X-None"), length, body)
	}
	const inGzip = "Content-Encoding"
	const tunnel = "CONNECT h:443 HTTP/1.1\r\nHost: h:443\r\n\r\n"

	// sent returns a HAR of a chunk of 4 bytes, without a Content-Length.
	sent := func(bodySize int, postData map[string]any) string {
		entry := chunk.with(t, "bytes 0-9/20", "bytes 0-3/20").entry(false)
		request := entry["request"].(map[string]any)
		request["headers"], request["bodySize"], request["postData"] = pairs([]string{"Content-Range: bytes 0-3/20"}), bodySize, postData
		return har(t, entry)
	}
	elsewhere := func(url string) string {
		entry := sessions.entry(false)
		entry["request"].(map[string]any)["url"] = url
		return har(t, entry, sessions.entry(false))
	}
	for name, row := range map[string]struct {
		text string
		want recording.Counts
	}{
		"a tunnel":                      {tunnel + "HTTP/1.1 200 Connection established\r\n\r\n" + good, recording.Counts{Passed: 1, Foreign: 1}},
		"a question about the server":   {"OPTIONS * HTTP/1.1\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n" + good, recording.Counts{Passed: 1, Foreign: 1}},
		"compressed":                    {request + fmt.Sprintf("HTTP/1.1 200 OK\r\n%s%s: gzip\r\nContent-Length: %d\r\n\r\n%s", head, inGzip, len(zipped), zipped) + good, recording.Counts{Passed: 1, NotWhole: 1}},
		"compressed for the transfer":   {request + fmt.Sprintf("HTTP/1.1 200 OK\r\n%sTransfer-Encoding: gzip, chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n", head, len(zipped), zipped) + good, recording.Counts{Passed: 1, NotWhole: 1}},
		"curl, through a tunnel":        {strings.Replace(curl(tunnel, "", 0, ""), "X-None: gzip\r\n< Content-Length: 0\r\n< ", "", 1) + curl(request, "", len(listing), listing), recording.Counts{Passed: 1, Foreign: 1}},
		"curl, without a response":      {"* Trying\n> " + strings.ReplaceAll(strings.TrimSuffix(request, "\r\n"), "\r\n", "\r\n> ") + "\n* Empty reply from server\n" + curl(request, "", len(listing), listing), recording.Counts{Passed: 1, NotWhole: 1}},
		"curl --compressed":             {curl(request, inGzip, 20, listing) + curl(request, inGzip, 55, listing), recording.Counts{Passed: 2}},
		"curl, compressed":              {curl(request, inGzip, len(zipped), zipped) + curl(request, "", len(listing), listing), recording.Counts{Passed: 1, NotWhole: 1}},
		"PowerShell, after a line":      {inUTF16(binary.LittleEndian, "\r\ncurl.exe : *   Trying\r\nAt line:1 char:1\r\n \r\n"+curl(request, "", len(listing), listing)), recording.Counts{Passed: 1}},
		"bytes as Latin-1":              {sent(4, map[string]any{"text": "\u00ff\u00fe\u00fd\u00fc"}), recording.Counts{Passed: 1}},
		"bytes that were replaced":      {sent(-1, map[string]any{"text": "\ufffd\ufffd"}), recording.Counts{Passed: 1}},
		"bytes, and a size of 0":        {sent(0, map[string]any{"text": "\ufffd\ufffd"}), recording.Counts{Passed: 1}},
		"bytes in base64":               {sent(4, map[string]any{"text": "//79/A==", "encoding": "base64"}), recording.Counts{Passed: 1}},
		"bytes of another size":         {sent(5, map[string]any{"text": "\u00ff\u00fe\u00fd\u00fc"}), recording.Counts{Different: 1}},
		"text of another size":          {sent(-1, map[string]any{"text": "12345"}), recording.Counts{Different: 1}},
		"a file of a browser extension": {elsewhere("chrome-extension://abc/ImageStore/x.js"), recording.Counts{Passed: 1, Foreign: 1}},
		"a file of this machine":        {elsewhere("file:///ImageStore/x.js"), recording.Counts{Passed: 1, Foreign: 1}},
	} {
		if report := hold(t, row.text); report.Exchanges != row.want || report.Files[0].Error != "" {
			t.Errorf("%s: %+v, want %+v\n%v %v %s", name, report.Exchanges, row.want, report.Differences, report.NotWhole, report.Files[0].Error)
		}
	}
}
