package api_test

import (
	"errors"
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfstore/sfstore/api"
)

const (
	session   = "2032ac6c-a348-4594-86da-dab0f2bb1ae1"
	chunkPath = "/ImageStore/App/Calc.exe/$/UploadChunk?api-version=6.0&session-id=" + session
)

// message is a request in the form of the tables below.
type message struct {
	method, target string
	header         http.Header
	body           string
}

func (m message) check(t testing.TB, contract *api.Contract) error {
	t.Helper()
	r := request(t, m.method, m.target)
	r.Header, r.ContentLength = m.header, int64(len(m.body))
	return contract.Request(r, []byte(m.body))
}

func (m message) with(name, value string) message {
	m.header = maps.Clone(m.header)
	if m.header == nil {
		m.header = make(http.Header)
	}
	m.header.Set(name, value)
	return m
}

func get(target string) message { return message{method: "GET", target: target} }

func chunk(target string) message {
	return message{"PUT", target, http.Header{"Content-Range": {"bytes 0-9/20"}}, "0123456789"}
}

func copyOf(body string) message {
	const target = "/ImageStore/$/Copy?api-version=6.0"
	return message{"POST", target, http.Header{"Content-Type": {"application/json"}}, body}
}

func TestRequestsThatPass(t *testing.T) {
	contract := load(t)
	for _, row := range []struct {
		name string
		m    message
	}{
		{"an api-version alone", get("/ImageStore?api-version=6.0")},
		{"an api-version of a preview", get("/ImageStore?api-version=6.2-preview")},
		{"the oldest api-version", get("/ImageStore?api-version=3.0")},
		{"an api-version of two digits", get("/ImageStore?api-version=10.1")},
		{"the query item of Service Fabric Explorer", get("/ImageStore/a?api-version=6.2&_cacheToken=1506619691627")},
		{"the shortest timeout", get("/ImageStore?api-version=6.0&timeout=1")},
		{"the longest timeout", get("/ImageStore?api-version=6.0&timeout=4294967295")},
		{"a token with escapes", get("/ImageStore?api-version=6.0&ContinuationToken=App%255CCode")},
		{"an id of version 7", get("/ImageStore/$/GetUploadSession?api-version=6.0&session-id=0190163d-8694-739b-aea5-966c26f8ad91")},
		{"an id of no version", get("/ImageStore/$/GetUploadSession?api-version=6.0&session-id=00000000-0000-0000-0000-000000000000")},
		{"an id in capitals", get("/ImageStore/$/GetUploadSession?api-version=6.0&session-id=" + strings.ToUpper(session))},
		{"a chunk without a media type", chunk(chunkPath)},
		{"a chunk with any media type", chunk(chunkPath).with("Content-Type", "text/plain")},
		{"a file that is broken JSON", message{"PUT", "/ImageStore/a.json?api-version=6.0", http.Header{"Content-Type": {"application/json"}}, "{"}},
		{"an empty file", message{"PUT", "/ImageStore/_.dir?api-version=6.0", nil, ""}},
		{"a header that nobody documented", get("/ImageStore?api-version=6.0").with("X-Anything", "x")},
		{"a copy", copyOf(`{"RemoteSource": "a", "RemoteDestination": "b"}`)},
		{"a copy with a charset", copyOf(`{"RemoteSource": "a", "RemoteDestination": "b"}`).with("Content-Type", "application/json; charset=utf-8")},
		{"a copy with a member that is not named", copyOf(`{"RemoteSource": "a", "RemoteDestination": "b", "New": 1}`)},
	} {
		t.Run(row.name, func(t *testing.T) {
			if err := row.m.check(t, contract); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestRequestsThatDiffer(t *testing.T) {
	contract := load(t)
	const askByID = "/ImageStore/$/GetUploadSession?api-version=6.0&session-id="
	for _, row := range []struct {
		name      string
		m         message
		operation string
		want      []string // "place: reason"
	}{
		{"no api-version", get("/ImageStore"), "GetImageStoreRootContent",
			[]string{`query "api-version": is missing`}},
		{"an empty api-version", get("/ImageStore?api-version="), "GetImageStoreRootContent",
			[]string{`query "api-version": string doesn't match the regular expression "^([3-9]|[1-9][0-9]+)\.[0-9]+(-preview)?$", got ""`}},
		{"an api-version in other letters", get("/ImageStore?API-Version=6.0"), "GetImageStoreRootContent",
			[]string{`query "API-Version": is not documented`, `query "api-version": is missing`}},
		{"an api-version without a minor", get("/ImageStore?api-version=6"), "GetImageStoreRootContent",
			[]string{`query "api-version": string doesn't match the regular expression "^([3-9]|[1-9][0-9]+)\.[0-9]+(-preview)?$", got "6"`}},
		{"an api-version with times as numbers", get("/ImageStore?api-version=2.0"), "GetImageStoreRootContent",
			[]string{`query "api-version": string doesn't match the regular expression "^([3-9]|[1-9][0-9]+)\.[0-9]+(-preview)?$", got "2.0"`}},
		{"the sessions of a path that Windows cuts", get("/ImageStore/a%23b/$/GetUploadSession?api-version=6.0"), "GetImageStoreUploadSessionByPath",
			[]string{`path "contentPath": string doesn't match the regular expression "^[^#?%]+$", got "a#b"`}},
		{"a timeout of 0", get("/ImageStore?api-version=6.0&timeout=0"), "GetImageStoreRootContent",
			[]string{`query "timeout": number must be at least 1, got 0`}},
		{"a timeout of 4294967296", get("/ImageStore?api-version=6.0&timeout=4294967296"), "GetImageStoreRootContent",
			[]string{`query "timeout": number must be at most 4294967295, got 4294967296`}},
		{"a timeout beyond 64 bits", get("/ImageStore?api-version=6.0&timeout=99999999999999999999"), "GetImageStoreRootContent",
			[]string{`query "timeout": an invalid integer, got "99999999999999999999"`}},
		{"a timeout with a unit", get("/ImageStore?api-version=6.0&timeout=60s"), "GetImageStoreRootContent",
			[]string{`query "timeout": an invalid integer, got "60s"`}},
		{"an empty timeout", get("/ImageStore?api-version=6.0&timeout="), "GetImageStoreRootContent",
			[]string{`query "timeout": empty value is not allowed`}},
		{"a timeout given twice", get("/ImageStore?api-version=6.0&timeout=1&timeout=1"), "GetImageStoreRootContent",
			[]string{`query "timeout": is given 2 times`}},
		{"an empty token", get("/ImageStore?api-version=6.0&ContinuationToken="), "GetImageStoreRootContent",
			[]string{`query "ContinuationToken": minimum string length is 1, got ""`}},
		{"an undocumented query parameter", get("/ImageStore?api-version=6.0&surprise=1"), "GetImageStoreRootContent",
			[]string{`query "surprise": is not documented`}},
		{"a parameter of another operation", get("/ImageStore?api-version=6.0&session-id=" + session), "GetImageStoreRootContent",
			[]string{`query "session-id": is not documented`}},
		{"a query with a broken escape", get("/ImageStore?api-version=6.0&x=%zz"), "GetImageStoreRootContent",
			[]string{`query: invalid URL escape "%zz"`}},
		{"an id in braces", get(askByID + "%7B" + session + "%7D"), "GetImageStoreUploadSessionById",
			[]string{`query "session-id": string doesn't match the format "uuid" (want hexadecimal digits, 8-4-4-4-12), got "{` + session + `}"`}},
		{"an id without hyphens", get(askByID + strings.ReplaceAll(session, "-", "")), "GetImageStoreUploadSessionById",
			[]string{`query "session-id": string doesn't match the format "uuid" (want hexadecimal digits, 8-4-4-4-12), got "` + strings.ReplaceAll(session, "-", "") + `"`}},
		{"a body where none belongs", message{"GET", "/ImageStore?api-version=6.0", nil, "x"}, "GetImageStoreRootContent",
			[]string{`body: has 1 bytes, and no body is documented`}},
		{"a body for a commit", message{"POST", "/ImageStore/$/CommitUploadSession?api-version=6.0&session-id=" + session, nil, "{}"}, "CommitImageStoreUploadSession",
			[]string{`body: has 2 bytes, and no body is documented`}},
		{"a chunk without its range", message{"PUT", chunkPath, nil, "x"}, "UploadFileChunk",
			[]string{`header "Content-Range": is missing`}},
		{"a chunk with a range of no length", chunk(chunkPath).with("Content-Range", "bytes 0-9/*"), "UploadFileChunk",
			[]string{`header "Content-Range": string doesn't match the regular expression "^bytes [0-9]+-[0-9]+/[0-9]+$", got "bytes 0-9/*"`}},
		{"a chunk with two ranges", message{"PUT", chunkPath, http.Header{"Content-Range": {"bytes 0-0/2", "bytes 1-1/2"}}, "x"}, "UploadFileChunk",
			[]string{`header "Content-Range": is given 2 times`}},
		{"a copy without a source", copyOf(`{"RemoteDestination": "b"}`), "CopyImageStoreContent",
			[]string{`/RemoteSource: property "RemoteSource" is missing`}},
		{"a copy with an unknown CopyFlag", copyOf(`{"RemoteSource": "a", "RemoteDestination": "b", "CopyFlag": "Always"}`), "CopyImageStoreContent",
			[]string{`/CopyFlag: value is not one of the allowed values ["Invalid","Echo","Overwrite"], got "Always"`}},
		{"a copy that skips a number", copyOf(`{"RemoteSource": "a", "RemoteDestination": "b", "SkipFiles": ["x", 5]}`), "CopyImageStoreContent",
			[]string{`/SkipFiles/1: value must be a string, got 5`}},
		{"a copy with everything wrong", copyOf(`{"RemoteSource": "", "SkipFiles": {}, "CheckMarkFile": "no"}`), "CopyImageStoreContent",
			[]string{
				`/CheckMarkFile: value must be a boolean, got "no"`,
				`/RemoteSource: minimum string length is 1, got ""`,
				`/SkipFiles: value must be an array, got an object`,
				`/RemoteDestination: property "RemoteDestination" is missing`,
			}},
		{"a copy that is a list", copyOf(`[]`), "CopyImageStoreContent",
			[]string{`body: value must be an object, got an array`}},
		{"a copy that is null", copyOf(`null`), "CopyImageStoreContent",
			[]string{`body: Value is not nullable, got null`}},
		{"a copy that ends early", copyOf(`{"RemoteSource": "a"`), "CopyImageStoreContent",
			[]string{`body: is not JSON at offset 20: unexpected EOF`}},
		{"a copy in single quotes", copyOf(`{'RemoteSource': 'a'}`), "CopyImageStoreContent",
			[]string{`body: is not JSON at offset 2: invalid character '\'' looking for beginning of object key string`}},
		{"a copy that goes on", copyOf(`{"RemoteSource": "a", "RemoteDestination": "b"} {}`), "CopyImageStoreContent",
			[]string{`body: continues after the JSON value, at offset 49`}},
		{"a copy without a body", copyOf(``), "CopyImageStoreContent",
			[]string{`body: is missing`}},
		{"a copy as text", copyOf(`{}`).with("Content-Type", "text/plain"), "CopyImageStoreContent",
			[]string{`content type: "text/plain" is not documented, want application/json`}},
		{"a copy of no media type", message{"POST", "/ImageStore/$/Copy?api-version=6.0", nil, "{}"}, "CopyImageStoreContent",
			[]string{`content type: "" is not documented, want application/json`}},
	} {
		t.Run(row.name, func(t *testing.T) {
			wantDifferences(t, row.m.check(t, contract), row.operation, api.InRequest, row.want)
		})
	}
}

// wantDifferences expects exactly these differences, each written "place: reason".
func wantDifferences(t testing.TB, err error, operation string, side api.Side, want []string) {
	t.Helper()
	differences, _ := errors.AsType[api.Differences](err)
	if err != nil && differences == nil {
		t.Fatalf("no Differences, but %T: %v", err, err)
	}
	var got []string
	for _, d := range differences {
		if d.Operation != operation || d.Side != side {
			t.Errorf("a difference of the %s of %q, want the %s of %q", d.Side, d.Operation, side, operation)
		}
		got = append(got, d.Place+": "+d.Reason)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("differences (-want +got):\n%s", diff)
	}
}

func TestRequestIsNotChanged(t *testing.T) {
	r := request(t, "GET", "/ImageStore?api-version=6.0")
	if err := load(t).Request(r, nil); err != nil {
		t.Fatal(err)
	}
	if got := r.URL.RawQuery; got != "api-version=6.0" {
		t.Errorf("the query became %q", got)
	}
}

func TestRequestOfNoOperation(t *testing.T) {
	err := load(t).Request(request(t, "PUT", "/ImageStore/a/$/b"), nil)
	if !errors.Is(err, api.ErrNoOperation) || !strings.Contains(err.Error(), "PUT /ImageStore/a/$/b") {
		t.Errorf("error %v, want ErrNoOperation with method and path", err)
	}
}

func TestABodyOfUnknownSizeWhereNoneIsDocumented(t *testing.T) {
	r := request(t, "GET", "/ImageStore?api-version=6.0")
	r.ContentLength, r.TransferEncoding = -1, []string{"chunked"}
	err := load(t).Request(r, nil)
	if err == nil || !strings.Contains(err.Error(), "body: is of unknown size, and no body is documented") {
		t.Errorf("got %v", err)
	}
}

func TestNoRequestIsNoOperation(t *testing.T) {
	contract := load(t)
	for _, r := range []*http.Request{nil, {}} {
		_, noOperation := contract.Operation(r)
		for _, err := range []error{
			noOperation, contract.Request(r, nil), contract.Response(r, 200, nil, nil), contract.ResponseHead(r, 200, nil, -1),
		} {
			if !errors.Is(err, api.ErrNoOperation) {
				t.Errorf("error %v, want ErrNoOperation", err)
			}
		}
		if contract.InScope(r) || contract.NeedsBody(r) {
			t.Error("the contract has something of it")
		}
	}
}

// Lengths and patterns apply to the decoded path, and a path may have parameters of its own.
func TestPathParametersAreDecoded(t *testing.T) {
	contract, err := api.Parse([]byte(`{"openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": {
		"/x/{name}/{contentPath}": {
			"parameters": [
				{"in": "path", "name": "name", "required": true, "schema": {"type": "string", "maxLength": 1, "pattern": "^[ a-z]*$"}},
				{"in": "path", "name": "contentPath", "required": true, "schema": {"type": "string", "maxLength": 3}},
				{"in": "query", "name": "list", "schema": {"type": "array", "items": {"type": "integer"}}}
			],
			"get": {"operationId": "GetX", "responses": {"200": {"description": "d"}}}
		}}}`))
	if err != nil {
		t.Fatal(err)
	}
	if err := get("/x/%20/a%2Fb?list=1&list=2").check(t, contract); err != nil {
		t.Error(err)
	}
	wantDifferences(t, get("/x/AB/a%2Fbc?list=x").check(t, contract), "GetX", api.InRequest, []string{
		`path "name": maximum string length is 1, got "AB"`,
		`path "name": string doesn't match the regular expression "^[ a-z]*$", got "AB"`,
		`path "contentPath": maximum string length is 3, got "a/bc"`,
		`query "list": an invalid integer, got "x"`,
	})
}

func TestABodyCountsWhateverTheRequestAnnounces(t *testing.T) {
	err := load(t).Request(request(t, "GET", "/ImageStore?api-version=6.0"), []byte("x"))
	wantDifferences(t, err, "GetImageStoreRootContent", api.InRequest, []string{"body: has 1 bytes, and no body is documented"})
}

// The media type of a binary body is validated, even if its bytes are not available.
func TestMediaTypeOfABinaryBody(t *testing.T) {
	contract, err := api.Parse([]byte(`{"openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": {"/x": {"put": {
		"operationId": "PutX", "responses": {"200": {"description": "d"}},
		"requestBody": {"content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}}}}}}}`))
	if err != nil {
		t.Fatal(err)
	}
	r := request(t, "PUT", "/x")
	if err := contract.Request(r, nil); err != nil {
		t.Errorf("without a body: %v", err)
	}
	r.Header.Set("Content-Type", "text/plain")
	r.ContentLength = 5
	wantDifferences(t, contract.Request(r, nil), "PutX", api.InRequest,
		[]string{`content type: "text/plain" is not documented, want application/zip`})
}

func TestNeedsBody(t *testing.T) {
	contract := load(t)
	for _, row := range []struct {
		m    message
		want bool
	}{
		{copyOf("{}"), true},
		{copyOf("{}").with("Content-Type", "text/plain"), false},
		{chunk(chunkPath), false},
		{message{"PUT", "/ImageStore/a.json?api-version=6.0", http.Header{"Content-Type": {"application/json"}}, "{"}, false},
		{get("/ImageStore?api-version=6.0"), false},
		{get("/ImageStore/$/No"), false},
	} {
		r := request(t, row.m.method, row.m.target)
		r.Header = row.m.header
		if got := contract.NeedsBody(r); got != row.want {
			t.Errorf("%s %s %v: %t, want %t", row.m.method, row.m.target, row.m.header, got, row.want)
		}
	}
}

func TestALongNameOfAParameterIsCut(t *testing.T) {
	err := load(t).Request(request(t, "GET", "/ImageStore?api-version=6.0&"+strings.Repeat("x", 1000)), nil)
	if err == nil || len(err.Error()) > 200 {
		t.Errorf("error %v", err)
	}
}
