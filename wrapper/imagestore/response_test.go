package imagestore_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sfstore/sfstore/wrapper/imagestore"
)

// sessionWith returns a response with one session, of which one member is replaced, or removed if the
// replacement is empty.
func sessionWith(member, replacement string) string {
	session := `{"UploadSessions":[{"StoreRelativePath":"App","SessionId":"4a2340e8-32f3-4d5a-9a5c-1bdc2a1a1f0e",` +
		`"ModifiedDate":"2017-09-28T17:24:58.000Z","FileSize":"100",` +
		`"ExpectedRanges":[{"StartPosition":"10","EndPosition":"19"},{"StartPosition":"30","EndPosition":"99"}]}]}`
	return replace(session, member, replacement)
}

func listingWith(member, replacement string) string {
	listing := `{"StoreFiles":[{"StoreRelativePath":"App","FileVersion":{"VersionNumber":"1","EpochDataLossNumber":"2",` +
		`"EpochConfigurationNumber":"3"},"FileSize":"100","ModifiedDate":"2017-09-28T17:24:58.000Z"}],` +
		`"StoreFolders":[{"StoreRelativePath":"App","FileCount":"5"}],"ContinuationToken":""}`
	return replace(listing, member, replacement)
}

// replace replaces a member that is given by its text.
func replace(text, member, replacement string) string {
	if member == "" {
		return text
	}
	if !strings.Contains(text, member) {
		panic("no " + member + " in " + text)
	}
	if replacement == "" {
		replacement = `"Other":0`
	}
	return strings.Replace(text, member, replacement, 1)
}

const twoRanges = `"ExpectedRanges":[{"StartPosition":"10","EndPosition":"19"},{"StartPosition":"30","EndPosition":"99"}]`

func ranges(positions ...string) string {
	var list []string
	for i := 0; i < len(positions); i += 2 {
		list = append(list, `{"StartPosition":"`+positions[i]+`","EndPosition":"`+positions[i+1]+`"}`)
	}
	return `"ExpectedRanges":[` + strings.Join(list, ",") + `]`
}

func TestUnusableResponses(t *testing.T) {
	const sessions, session, listing = "GetImageStoreUploadSessionByPath", "GetImageStoreUploadSessionById", "GetImageStoreContent"
	const size, info = "GetImageStoreFolderSize", "GetImageStoreInfo"
	for name, row := range map[string]struct {
		operation, body string
		reason          string // a part of it
	}{
		"JSON that is not complete":               {sessions, `{"UploadSessions":[`, "unexpected end of JSON"},
		"JSON with something behind it":           {sessions, sessionWith("", "") + "x", "after top-level value"},
		"nothing at all":                          {sessions, ``, "the response is empty"},
		"a list where an object belongs":          {sessions, `[]`, "cannot unmarshal array"},
		"null where an object belongs":            {sessions, `null`, "lacks UploadSessions"},
		"an object with nothing in it":            {sessions, `{}`, "lacks UploadSessions"},
		"an error with the status of a success":   {sessions, fabricError("E_FAIL", "Null"), "lacks UploadSessions"},
		"a size that is a bare number":            {sessions, sessionWith(`"FileSize":"100"`, `"FileSize":100`), "cannot unmarshal number"},
		"a size that is negative":                 {sessions, sessionWith(`"FileSize":"100"`, `"FileSize":"-100"`), `has "-100" instead of a decimal number`},
		"a size with a sign":                      {sessions, sessionWith(`"FileSize":"100"`, `"FileSize":"+100"`), `has "+100" instead of a decimal number`},
		"a size with a fraction":                  {sessions, sessionWith(`"FileSize":"100"`, `"FileSize":"1e2"`), `has "1e2" instead of a decimal number`},
		"a size beyond 63 bits":                   {sessions, sessionWith(`"FileSize":"100"`, `"FileSize":"18446744073709551615"`), "beyond 9223372036854775807"},
		"a session without a size":                {sessions, sessionWith(`"FileSize":"100"`, ""), "FileSize of session 4a2340e8-32f3-4d5a-9a5c-1bdc2a1a1f0e lacks a number"},
		"a session without a path":                {sessions, sessionWith(`"StoreRelativePath":"App"`, ""), "lacks its StoreRelativePath"},
		"a session without an id":                 {sessions, sessionWith(`"SessionId":"4a2340e8-32f3-4d5a-9a5c-1bdc2a1a1f0e"`, ""), "lacks its StoreRelativePath or SessionId"},
		"a session with an id that is not a GUID": {sessions, sessionWith("4a2340e8-32f3", "4a2340e8-32f"), "invalid UUID"},
		"a session with a date that is none":      {sessions, sessionWith("2017-09-28T17:24:58.000Z", "yesterday"), `cannot parse "yesterday"`},
		"a session without its expected ranges":   {sessions, sessionWith(twoRanges, ""), "lacks its ExpectedRanges"},
		"expected ranges that are null":           {sessions, sessionWith(twoRanges, `"ExpectedRanges":null`), "lacks its ExpectedRanges"},
		"a position that is a bare number":        {sessions, sessionWith(`"StartPosition":"10"`, `"StartPosition":10`), "cannot unmarshal number"},
		"a range without its end":                 {sessions, sessionWith(`"EndPosition":"19"`, ""), "lacks a number"},
		"a range with a negative position":        {sessions, sessionWith(twoRanges, ranges("-1", "5")), `has "-1" instead of a decimal number`},
		"a range that ends before it begins":      {sessions, sessionWith(twoRanges, ranges("5", "4")), "expected range 5-4 of session 4a2340e8-32f3-4d5a-9a5c-1bdc2a1a1f0e is not a valid range"},
		"a range behind the end of the file":      {sessions, sessionWith(twoRanges, ranges("90", "100")), "ends beyond the file's 100 bytes"},
		"ranges that overlap":                     {sessions, sessionWith(twoRanges, ranges("0", "10", "10", "20")), "overlaps or precedes the previous range"},
		"ranges that descend":                     {sessions, sessionWith(twoRanges, ranges("50", "60", "10", "20")), "overlaps or precedes the previous range"},
		"a range that is there twice":             {sessions, sessionWith(twoRanges, ranges("0", "9", "0", "9")), "overlaps or precedes the previous range"},
		"a range beyond 63 bits":                  {sessions, sessionWith(twoRanges, ranges("0", "9223372036854775808")), "beyond 9223372036854775807"},
		"another session than was asked for":      {session, sessionWith("4a2340e8", "4a2340e9"), "another session"},
		"a listing without its files":             {listing, listingWith(`"StoreFiles":[`, `"Files":[`), "lacks StoreFiles or StoreFolders"},
		"a listing without its folders":           {listing, listingWith(`"StoreFolders":[`, `"Folders":[`), "lacks StoreFiles or StoreFolders"},
		"a file without a size":                   {listing, listingWith(`"FileSize":"100"`, ""), `FileSize of "App" lacks a number`},
		"a file without a path":                   {listing, listingWith(`"StoreRelativePath":"App","FileV`, `"FileV`), "a file lacks its StoreRelativePath"},
		"a file without a version":                {listing, listingWith(`"VersionNumber":"1"`, ""), `FileVersion of "App" has "" instead of a 64-bit integer`},
		"a file with a version that is negative":  {listing, listingWith(`"VersionNumber":"1"`, `"VersionNumber":"-1"`), `FileVersion of "App" has "-1" instead of a 64-bit integer`},
		"a file with a broken data loss epoch":    {listing, listingWith(`"EpochDataLossNumber":"2"`, `"EpochDataLossNumber":"x"`), `has "x" instead of a 64-bit integer`},
		"a file without a configuration epoch":    {listing, listingWith(`"EpochConfigurationNumber":"3"`, ""), `has "" instead of a 64-bit integer`},
		"a file with a date that is none":         {listing, listingWith("2017-09-28T17:24:58.000Z", "2017-13-28T17:24:58.000Z"), "month out of range"},
		"a folder without a path":                 {listing, listingWith(`"StoreRelativePath":"App","FileC`, `"FileC`), "a folder lacks its StoreRelativePath"},
		"a folder without its count":              {listing, listingWith(`"FileCount":"5"`, ""), `FileCount of "App" lacks a number`},
		"a folder size that is missing":           {size, `{"StoreRelativePath":"App"}`, "lacks FolderSize"},
		"a folder size that is negative":          {size, `{"StoreRelativePath":"App","FolderSize":"-1"}`, `FolderSize has "-1"`},
		"a disk with letters for a number":        {info, `{"DiskInfo":{"Capacity":"much"}}`, `DiskInfo.Capacity has "much"`},
		"a usage with a fraction":                 {info, `{"UsedByCopy":{"UsedSpace":"0","FileCount":1.5}}`, `UsedByCopy.FileCount has "1.5"`},
		"a date as long as a novel":               {sessions, sessionWith("2017-09-28T17:24:58.000Z", strings.Repeat("9", 1<<20)), "parsing time"},
		"a version as long as a novel":            {listing, listingWith(`"VersionNumber":"1"`, `"VersionNumber":"`+strings.Repeat("9", 1<<20)+`"`), "FileVersion"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			endpoint := responding(t, 200, jsonType, row.body)
			_, err := callOf(t, row.operation).do(t.Context(), newClient(t, endpoint))
			var got *imagestore.FabricError
			if !errors.As(err, &got) || got.Operation != row.operation || got.StatusCode != 200 {
				t.Fatalf("got %v", err)
			}
			if diff := cmp.Diff([]string{"malformed"}, classesOf(err)); diff != "" {
				t.Errorf("classes (-want +got):\n%s", diff)
			}
			if text := err.Error(); !strings.Contains(text, ": 200 OK: ") || !strings.Contains(text, row.reason) || len(text) > 2000 {
				t.Errorf("the error reads\n%.3000s\nand should have in it\n%s", text, row.reason)
			}
		})
	}
}

func TestUsableResponses(t *testing.T) {
	t.Run("members that nobody knows are no error", func(t *testing.T) {
		c := newClient(t, responding(t, 200, jsonType, sessionWith(`"FileSize":"100"`, `"FileSize":"100","New":{"a":[1]}`)))
		if sessions, err := c.UploadSessionsByPath(t.Context(), "App"); err != nil || len(sessions) != 1 || sessions[0].Remaining() != 80 {
			t.Errorf("got %+v, %v", sessions, err)
		}
	})
	t.Run("an id in upper case is the same id", func(t *testing.T) {
		c := newClient(t, responding(t, 200, jsonType, sessionWith("4a2340e8-32f3", "4A2340E8-32F3")))
		if s, found, err := c.UploadSessionByID(t.Context(), someSession); err != nil || !found || s.ID != someSession {
			t.Errorf("got %+v, %t, %v", s, found, err)
		}
	})
	t.Run("a date of another zone is converted to UTC", func(t *testing.T) {
		c := newClient(t, responding(t, 200, jsonType, sessionWith("17:24:58.000Z", "19:24:58.5+02:00")))
		s, _, err := c.UploadSessionByID(t.Context(), someSession)
		if want := time.Date(2017, 9, 28, 17, 24, 58, 5e8, time.UTC); err != nil || s.Modified != want {
			t.Errorf("got %v, %v", s.Modified, err)
		}
	})
	t.Run("an empty list of sessions by id is not found", func(t *testing.T) {
		c := newClient(t, responding(t, 200, jsonType, `{"UploadSessions":[]}`))
		if _, found, err := c.UploadSessionByID(t.Context(), someSession); found || err != nil {
			t.Errorf("got %t, %v", found, err)
		}
	})
	t.Run("JSON without a charset is JSON", func(t *testing.T) {
		c := newClient(t, responding(t, 200, "application/json", `{"StoreRelativePath":"","FolderSize":"7"}`))
		if size, err := c.RootFolderSize(t.Context()); err != nil || size.Size != 7 {
			t.Errorf("got %+v, %v", size, err)
		}
	})
	t.Run("a number of files may be bare, a string, or left out", func(t *testing.T) {
		c := newClient(t, responding(t, 200, jsonType, `{"UsedByStaging":{"UsedSpace":"9","FileCount":17},"UsedByCopy":{"FileCount":"18"}}`))
		got, err := c.Info(t.Context())
		want := imagestore.Info{Staging: imagestore.UsageInfo{Size: 9, FileCount: 17}, Copy: imagestore.UsageInfo{FileCount: 18}}
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%v (-want +got):\n%s", err, diff)
		}
	})
}

// TestResponsesAreClosed checks that the body of a response is closed, whatever the response is.
func TestResponsesAreClosed(t *testing.T) {
	for name, row := range map[string]struct {
		status int
		body   string
	}{
		"a response as it should be": {200, ""}, // the example of the operation
		"a response of nothing":      {204, " "},
		"a response that is broken":  {200, "{"},
		"an error":                   {500, fabricError("E_FAIL", "Null")},
		"an error that is long":      {500, strings.Repeat("x", 1<<20)},
	} {
		t.Run(name, func(t *testing.T) {
			for _, call := range calls() {
				text := row.body
				if text == "" {
					text = okBody(t, call.id)
				}
				body := newCloser(text)
				_, _ = call.do(t.Context(), newClient(t, "http://gateway", throughTransport(func(r *http.Request) (*http.Response, error) {
					return &http.Response{StatusCode: row.status, Header: http.Header{"Content-Type": {jsonType}}, Body: body, ContentLength: -1}, nil
				})))
				select {
				case <-body.closed:
				default:
					t.Errorf("%s leaves the body open", call.id)
				}
			}
		})
	}
}

// TestConnectionsAreReused checks that the rest of a body is read, up to a bound.
func TestConnectionsAreReused(t *testing.T) {
	for name, endpoint := range map[string]func() string{
		"after successes": func() string { return responding(t, 200, jsonType, "") },
		"after refusals":  func() string { return responding(t, 400, jsonType, fabricError("E_INVALIDARG", "Invalid argument")) },
		"after pages":     func() string { return responding(t, 500, "text/html", strings.Repeat("x", 100<<10)) },
	} {
		t.Run(name, func(t *testing.T) {
			dials := &dialer{}
			c := newClient(t, endpoint(), imagestore.WithHTTPClient(dials.client(t)))
			for range 5 {
				_ = c.DeleteContent(context.Background(), "App")
			}
			if n := dials.count.Load(); n != 1 {
				t.Errorf("5 calls one after another took %d connections", n)
			}
		})
	}
}
