package api_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/sfstore/sfstore/api"
)

const (
	sessions = `{"UploadSessions": [{"StoreRelativePath": "a", "SessionId": "` + session + `",
		"FileSize": "20", "ModifiedDate": "2017-09-28T17:28:11.627Z",
		"ExpectedRanges": [{"StartPosition": "0", "EndPosition": "9"}]}]}`
	askSessions = "/ImageStore/a/$/GetUploadSession?api-version=6.0"
	askInfo     = "/ImageStore/$/Info?api-version=6.5"
	askContent  = "/ImageStore/a?api-version=6.2"
)

var asJSON = http.Header{"Content-Type": {"application/json; charset=utf-8"}, "X-Content-Type-Options": {"nosniff"}}

func TestResponsesThatPass(t *testing.T) {
	contract := load(t)
	for _, row := range []struct {
		name, target string
		status       int
		header       http.Header
		body         string
	}{
		{"sessions", askSessions, 200, asJSON, sessions},
		{"no sessions, which is a 204", askSessions, 204, nil, ""},
		{"a member that the schema does not name", askInfo, 200, asJSON, `{"New": {"A": 1}}`},
		{"a code that nobody knows", askInfo, 500, asJSON, `{"Error": {"Code": "FABRIC_E_NEXT_YEAR"}}`},
		{"a code in hexadecimal", askInfo, 500, asJSON, `{"Error": {"Code": "0x80070070"}}`},
		{"a failure that only the default documents", askInfo, 503, asJSON, `{"Error": {"Code": "E_ABORT"}}`},
		{"a failure without a body", askContent, 404, nil, ""},
		{"a listing's 404 with an error, where a file's bytes are missing", askContent, 404, asJSON, `{"Error": {"Code": "FABRIC_E_FILE_NOT_FOUND"}}`},
		{"a failure without a body, of another media type", askContent, 403, http.Header{"Content-Type": {"text/html"}}, ""},
		{"a header that nobody documented", askSessions, 204, http.Header{"Server": {"x"}}, ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			r := request(t, "GET", row.target)
			if err := contract.Response(r, row.status, row.header, []byte(row.body)); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestResponsesThatDiffer(t *testing.T) {
	contract := load(t)
	const byPath, info = "GetImageStoreUploadSessionByPath", "GetImageStoreInfo"
	planted := func(old, new string) string {
		if !strings.Contains(sessions, old) {
			t.Fatalf("the good message has no %s to replace", old)
		}
		return strings.Replace(sessions, old, new, 1)
	}
	html := http.Header{"Content-Type": {"text/html"}}
	for _, row := range []struct {
		name, target string
		status       int
		header       http.Header
		body         string
		operation    string
		want         []string // "place: reason"
	}{
		{"a missing member", askSessions, 200, asJSON, planted(`"FileSize": "20", `, ``), byPath,
			[]string{`/UploadSessions/0/FileSize: property "FileSize" is missing`}},
		{"a member in other letters", askSessions, 200, asJSON, planted(`"FileSize"`, `"fileSize"`), byPath,
			[]string{`/UploadSessions/0/FileSize: property "FileSize" is missing`}},
		{"a wrong type", askSessions, 200, asJSON, planted(`"ModifiedDate": "2017-09-28T17:28:11.627Z"`, `"ModifiedDate": false`), byPath,
			[]string{`/UploadSessions/0/ModifiedDate: value must be a string, got false`}},
		{"an integer that is not in a string", askSessions, 200, asJSON, planted(`"FileSize": "20"`, `"FileSize": 20`), byPath,
			[]string{`/UploadSessions/0/FileSize: value must be a string, got 20`}},
		{"a number beyond all", askSessions, 200, asJSON, planted(`"FileSize": "20"`, `"FileSize": 1e400`), byPath,
			[]string{`/UploadSessions/0/FileSize: cannot convert json.Number to float64, got 1e400`}},
		{"an object in place of a list", askSessions, 200, asJSON, `{"UploadSessions": {}}`, byPath,
			[]string{`/UploadSessions: value must be an array, got an object`}},
		{"null in place of a list", askSessions, 200, asJSON, `{"UploadSessions": null}`, byPath,
			[]string{`/UploadSessions: Value is not nullable, got null`}},
		{"a malformed id", askSessions, 200, asJSON, planted(session, "2032ac6c"), byPath,
			[]string{`/UploadSessions/0/SessionId: string doesn't match the format "uuid" (want hexadecimal digits, 8-4-4-4-12), got "2032ac6c"`}},
		{"a date without a zone", askSessions, 200, asJSON, planted(".627Z", ".627"), byPath,
			[]string{`/UploadSessions/0/ModifiedDate: string doesn't match the format "date-time" (want a time as in RFC 3339), got "2017-09-28T17:28:11.627"`}},
		{"a day that no month has", askSessions, 200, asJSON, planted("09-28", "09-31"), byPath,
			[]string{`/UploadSessions/0/ModifiedDate: string doesn't match the format "date-time" (want a time as in RFC 3339), got "2017-09-31T17:28:11.627Z"`}},
		{"a position that is not decimal", askSessions, 200, asJSON, planted(`"9"`, `"0x9"`), byPath,
			[]string{`/UploadSessions/0/ExpectedRanges/0/EndPosition: string doesn't match the regular expression "^[0-9]{1,20}$", got "0x9"`}},
		{"a negative size", askSessions, 200, asJSON, planted(`"20"`, `"-20"`), byPath,
			[]string{`/UploadSessions/0/FileSize: string doesn't match the regular expression "^[0-9]{1,20}$", got "-20"`}},
		{"a size beyond 64 bits", askSessions, 200, asJSON, planted(`"20"`, `"18446744073709551616"`), byPath,
			[]string{`/UploadSessions/0/FileSize: string doesn't match the format "uint64" (want an unsigned 64-bit integer), got "18446744073709551616"`}},
		{"an epoch beyond 64 bits", "/ImageStore/a?api-version=6.2", 200, asJSON, `{"StoreFolders": [], "StoreFiles": [{"StoreRelativePath": "a", "FileSize": "1", ` +
			`"ModifiedDate": "2017-09-28T17:28:11.627Z", "FileVersion": {"VersionNumber": "1", "EpochConfigurationNumber": "1", "EpochDataLossNumber": "9223372036854775808"}}]}`,
			"GetImageStoreContent",
			[]string{`/StoreFiles/0/FileVersion/EpochDataLossNumber: string doesn't match the format "int64" (want a signed 64-bit integer), got "9223372036854775808"`}},
		{"several of them", askInfo, 200, asJSON, `{"DiskInfo": {"Capacity": 5, "AvailableSpace": ""}, "UsedByCopy": []}`, info,
			[]string{
				`/DiskInfo/AvailableSpace: string doesn't match the regular expression "^[0-9]{1,20}$", got ""`,
				`/DiskInfo/Capacity: value must be a string, got 5`,
				`/UsedByCopy: value must be an object, got an array`,
			}},
		{"a code that is a number", askInfo, 500, asJSON, `{"Error": {"Code": 5}}`, info,
			[]string{`/Error/Code: value must be a string, got 5`}},
		{"a listing's 404 with a body that is not an error", "/ImageStore/a?api-version=6.2", 404, asJSON, `{"Error": {"Code": 5}}`, "GetImageStoreContent",
			[]string{`/Error/Code: value must be a string, got 5`}},
		{"a listing's 404 with a page", "/ImageStore/a?api-version=6.2", 404, html, "<html>", "GetImageStoreContent",
			[]string{`content type: "text/html" is not documented, want application/json`}},
		{"the 404 of an empty store without its body", "/ImageStore?api-version=6.0", 404, nil, "", "GetImageStoreRootContent",
			[]string{`body: is missing`}},
		{"a 400 without a body", askInfo, 400, nil, "", info,
			[]string{`body: is missing`}},
		{"an undocumented success", askInfo, 202, nil, "", info,
			[]string{`status: 202 is not documented`}},
		{"204 where there is always a response", askInfo, 204, nil, "", info,
			[]string{`status: 204 is not documented`}},
		{"a redirection", askInfo, 307, nil, "", info,
			[]string{`status: 307 is not documented`}},
		{"an interim status", askInfo, 103, nil, "", info,
			[]string{`status: 103 is not documented`}},
		{"a status beyond all", askInfo, 600, nil, "", info,
			[]string{`status: 600 is not documented`}},
		{"another media type", askInfo, 200, html, `{}`, info,
			[]string{`content type: "text/html" is not documented, want application/json`}},
		{"no media type", askInfo, 200, nil, `{}`, info,
			[]string{`content type: "" is not documented, want application/json`}},
		{"an HTML page that reports a failure", askInfo, 500, html, "<html>", info,
			[]string{`content type: "text/html" is not documented, want application/json`}},
		{"a success without its body", askInfo, 200, asJSON, "", info,
			[]string{`body: is missing`}},
		{"a failure that is not JSON", askInfo, 500, asJSON, "oh", info,
			[]string{`body: is not JSON at offset 1: invalid character 'o' looking for beginning of value`}},
		{"a body where none belongs", askSessions, 204, asJSON, "{}", byPath,
			[]string{`body: has 2 bytes, and no body is documented`}},
		{"a header of another value", askSessions, 204, http.Header{"X-Content-Type-Options": {"sniff"}}, "", byPath,
			[]string{`header "X-Content-Type-Options": value is not one of the allowed values ["nosniff"], got "sniff"`}},
	} {
		t.Run(row.name, func(t *testing.T) {
			err := contract.Response(request(t, "GET", row.target), row.status, row.header, []byte(row.body))
			wantDifferences(t, err, row.operation, api.InResponse, row.want)
		})
	}
}

func TestDifferenceReadsLikeASentence(t *testing.T) {
	err := load(t).Response(request(t, "GET", askInfo), 200, asJSON, []byte(`{"DiskInfo": {"Capacity": 5}, "UsedByCopy": 1}`))
	const want = "GetImageStoreInfo: response /DiskInfo/Capacity: value must be a string, got 5; " +
		"GetImageStoreInfo: response /UsedByCopy: value must be an object, got 1"
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

func TestLongValuesAreCut(t *testing.T) {
	body := `{"DiskInfo": {"Capacity": "` + strings.Repeat("é", 1000) + `"}}`
	err := load(t).Response(request(t, "GET", askInfo), 200, asJSON, []byte(body))
	if err == nil || len([]rune(err.Error())) > 250 {
		t.Errorf("an error of another length than wanted: %v", err)
	}
}

// JSON pointers escape the special characters in a member's name.
func TestPointersEscape(t *testing.T) {
	contract, err := api.Parse([]byte(small(`"content": {"application/json": {"schema":
		{"type": "object", "properties": {"a/b~c": {"type": "string"}}}}}`)))
	if err != nil {
		t.Fatal(err)
	}
	err = contract.Response(request(t, "GET", "/x"), 200, asJSON, []byte(`{"a/b~c": 1}`))
	wantDifferences(t, err, "GetX", api.InResponse, []string{`/a~1b~0c: value must be a string, got 1`})
}

func TestResponseToNoOperation(t *testing.T) {
	err := load(t).Response(request(t, "GET", "/ImageStore/$/No"), 200, nil, nil)
	if !errors.Is(err, api.ErrNoOperation) {
		t.Errorf("error %v, want ErrNoOperation", err)
	}
}

// A response to HEAD has the head of a response with a body, and none.
func TestResponseToHead(t *testing.T) {
	document := strings.Replace(small(`"content": {"application/json": {"schema": {"type": "object"}}}`), `"get"`, `"head"`, 1)
	contract, err := api.Parse([]byte(document))
	if err != nil {
		t.Fatal(err)
	}
	r := request(t, "HEAD", "/x")
	if err := contract.Response(r, 200, asJSON, nil); err != nil {
		t.Error(err)
	}
	wantDifferences(t, contract.Response(r, 200, nil, nil), "GetX", api.InResponse,
		[]string{`content type: "" is not documented, want application/json`})
}

func TestOtherMediaTypesOfJSON(t *testing.T) {
	contract, err := api.Parse([]byte(small(`"content": {"application/problem+json": {"schema": {"type": "object"}}}`)))
	if err != nil {
		t.Fatal(err)
	}
	header := http.Header{"Content-Type": {"application/problem+json"}}
	wantDifferences(t, contract.Response(request(t, "GET", "/x"), 200, header, []byte("5")), "GetX", api.InResponse,
		[]string{"body: value must be an object, got 5"})
}

// A body that is not available is not reported as missing, but its head is validated.
func TestResponseWithoutItsBody(t *testing.T) {
	contract := load(t)
	html := http.Header{"Content-Type": {"text/html"}}
	for _, row := range []struct {
		name   string
		target string
		status int
		header http.Header
		size   int64
		want   []string
	}{
		{"of a known size", askInfo, 200, asJSON, 285, nil},
		{"of an unknown size", askInfo, 200, asJSON, -1, nil},
		{"longer than is ever looked at", askInfo, 200, asJSON, 1 << 40, nil},
		{"empty", askInfo, 200, asJSON, 0, []string{"body: is missing"}},
		{"of another media type", askInfo, 200, html, 285, []string{`content type: "text/html" is not documented, want application/json`}},
		{"of an undocumented status", askInfo, 202, nil, -1, []string{"status: 202 is not documented"}},
		{"of a known size where none belongs", askSessions, 204, asJSON, 5, []string{"body: has 5 bytes, and no body is documented"}},
		{"of an unknown size where none belongs", askSessions, 204, asJSON, -1, nil},
		{"of an unknown size where it is optional", askInfo, 403, nil, -1, nil},
		{"of a known size where it is optional", askInfo, 403, html, 5, []string{`content type: "text/html" is not documented, want application/json`}},
	} {
		t.Run(row.name, func(t *testing.T) {
			r := request(t, "GET", row.target)
			operation, err := contract.Operation(r)
			if err != nil {
				t.Fatal(err)
			}
			wantDifferences(t, contract.ResponseHead(r, row.status, row.header, row.size), operation, api.InResponse, row.want)
		})
	}
	if err := contract.ResponseHead(request(t, "GET", "/ImageStore/$/No"), 200, nil, -1); !errors.Is(err, api.ErrNoOperation) {
		t.Errorf("error %v, want ErrNoOperation", err)
	}
}

// A hostile body can differ in more places than memory can hold.
func TestOfALongBodyTheFirstDifferenceIsReported(t *testing.T) {
	for size, want := range map[int]int{200 << 10: 100 << 10, 300 << 10: 1} {
		body := `{"UploadSessions":[` + strings.Repeat("1,", size/2-1) + "1]}"
		err := load(t).Response(request(t, "GET", askSessions), 200, asJSON, []byte(body))
		if differences, _ := errors.AsType[api.Differences](err); len(differences) != want {
			t.Errorf("%d differences of a body of %d bytes, want %d", len(differences), size, want)
		}
	}
}
