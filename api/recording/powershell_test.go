package recording_test

import (
	"encoding/binary"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/sfstore/sfstore/api/recording"
)

// inUTF16 encodes a text as Windows PowerShell does when it redirects output.
func inUTF16(order binary.AppendByteOrder, text string) string {
	var b []byte
	for _, unit := range utf16.Encode([]rune("\ufeff" + text)) {
		b = order.AppendUint16(b, unit)
	}
	return string(b)
}

func TestUTF16(t *testing.T) {
	t.Parallel()
	for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
		for form, text := range sessions.with(t, `"a"`, `"ä €😀"`).forms(t) {
			t.Run(form, func(t *testing.T) { wantVerdict(t, hold(t, inUTF16(order, text)), passed) })
		}
		whole := inUTF16(order, har(t, sessions.entry(false)))
		if report := hold(t, whole[:len(whole)-1]); report.Files[0].Error == "" {
			t.Error("half a character at the end is no error")
		}
	}
}

// TestPowerShell reads what Windows PowerShell 5.1 writes for curl.exe -sv URL *> FILE: UTF-16, with
// the first line of curl as an error of PowerShell.
func TestPowerShell(t *testing.T) {
	t.Parallel()
	const transcript = `curl.exe : *   Trying 127.0.0.1:19080...
At line:1 char:1
+ curl.exe -sv "http://localhost:19080/ImageStore/App?api-version=6.2 ...
+ ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
    + CategoryInfo          : NotSpecified: (*   Trying 127.0.0.1:19080...:String) [], RemoteException
    + FullyQualifiedErrorId : NativeCommandError
 
* Connected to localhost (127.0.0.1) port 19080
> GET /ImageStore/App?api-version=6.2 HTTP/1.1
> Host: localhost:19080
> User-Agent: curl/8.9.1
> Accept: */*
> 
* Request completely sent off
< HTTP/1.1 200 OK
< Content-Length: 82
< Content-Type: application/json; charset=utf-8
< X-Content-Type-Options: nosniff
< 
{ [82 bytes data]
* Connection #0 to host localhost left intact
{"StoreFiles":[],"StoreFolders":[{"StoreRelativePath":"App\\a","FileCount":"10"}]}
`
	german := strings.NewReplacer("At line:1 char:1", "In Zeile:1 Zeichen:1", "curl.exe : ", "curl : ").Replace(transcript)
	for name, text := range map[string]string{"English": transcript, "German": german, "twice": transcript + transcript} {
		t.Run(name, func(t *testing.T) {
			text = inUTF16(binary.LittleEndian, strings.ReplaceAll(text, "\n", "\r\n"))
			report := hold(t, text)
			if want := (recording.Counts{Passed: strings.Count(name, "twice") + 1}); report.Exchanges != want || report.Files[0].Error != "" {
				t.Errorf("%+v, %s\n%v %v", report.Exchanges, report.Files[0].Error, report.Differences, report.NotWhole)
			}
		})
	}
	if report := hold(t, "curl.exe : command not found\n"); report.Files[0].Error == "" {
		t.Error("an error of PowerShell's alone is no error")
	}
}
