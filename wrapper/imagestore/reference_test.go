package imagestore_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/sfstore/sfstore/wrapper/imagestore"
)

// published is the response of the published example, byte for byte.
const published = `{"UploadSessions":[
 {"StoreRelativePath":"SwaggerTest\\Common.dll","SessionId":"2032ac6c-a348-4594-86da-dab0f2bb1ae1","FileSize":"2097152","ModifiedDate":"2017-09-28T17:28:11.627Z",
  "ExpectedRanges":[{"StartPosition":"0","EndPosition":"207615"},{"StartPosition":"626977","EndPosition":"2097151"}]},
 {"StoreRelativePath":"SwaggerTest\\Common.dll","SessionId":"fb2da2b2-7cb4-45d2-a2e6-c4888d205bc5","FileSize":"2097152","ModifiedDate":"2017-09-28T17:28:11.643Z",
  "ExpectedRanges":[{"StartPosition":"0","EndPosition":"616947"},{"StartPosition":"1087529","EndPosition":"2097151"}]}]}`

func TestPublishedExample(t *testing.T) {
	endpoint, requests := onTheWire(t, rawAnswer("200 OK", jsonType, published))
	sessions, err := newClient(t, endpoint).UploadSessionsByPath(t.Context(), `SwaggerTest\Common.dll`)
	if err != nil {
		t.Fatal(err)
	}
	line, _, _ := strings.Cut(requests()[0], "\r\n")
	if want := "GET /ImageStore/SwaggerTest%5CCommon.dll/$/GetUploadSession?api-version=6.0&timeout=60 HTTP/1.1"; line != want {
		t.Errorf("sent\n%s\nnot\n%s", line, want)
	}
	want := []imagestore.UploadSession{
		{
			Path: `SwaggerTest\Common.dll`, ID: uuid.MustParse("2032ac6c-a348-4594-86da-dab0f2bb1ae1"), Size: 2097152,
			Modified: time.Date(2017, 9, 28, 17, 28, 11, 627e6, time.UTC),
			Expected: []imagestore.Range{{First: 0, Last: 207615}, {First: 626977, Last: 2097151}},
		},
		{
			Path: `SwaggerTest\Common.dll`, ID: uuid.MustParse("fb2da2b2-7cb4-45d2-a2e6-c4888d205bc5"), Size: 2097152,
			Modified: time.Date(2017, 9, 28, 17, 28, 11, 643e6, time.UTC),
			Expected: []imagestore.Range{{First: 0, Last: 616947}, {First: 1087529, Last: 2097151}},
		},
	}
	if diff := cmp.Diff(want, sessions); diff != "" {
		t.Fatalf("sessions (-want +got):\n%s", diff)
	}
	type progress struct {
		Remaining, Received int64
		Complete            bool
	}
	var got []progress
	for _, s := range sessions {
		got = append(got, progress{s.Remaining(), s.Received(), s.Complete()})
	}
	if diff := cmp.Diff([]progress{{1677791, 419361, false}, {1626571, 470581, false}}, got); diff != "" {
		t.Errorf("progress (-want +got):\n%s", diff)
	}
	if diff := diffJSON(t, published, encode(t, map[string]any{"UploadSessions": sessions})); diff != "" {
		t.Errorf("encoded again (-published +got):\n%s", diff)
	}
}

// TestNoContent checks that 204 is an empty response, and not an error.
func TestNoContent(t *testing.T) {
	c := newClient(t, responding(t, 204, "", ""))
	t.Run("a path without sessions has an empty list", func(t *testing.T) {
		sessions, err := c.UploadSessionsByPath(t.Context(), "App")
		if err != nil || sessions == nil || len(sessions) != 0 {
			t.Errorf("got %#v, %v", sessions, err)
		}
	})
	t.Run("an unknown session is not found", func(t *testing.T) {
		session, found, err := c.UploadSessionByID(t.Context(), someSession)
		if err != nil || found || session.Size != 0 {
			t.Errorf("got %+v, %t, %v", session, found, err)
		}
	})
	t.Run("a listing has nothing in it", func(t *testing.T) {
		content, err := c.List(t.Context(), "App")
		if err != nil || len(content.Files)+len(content.Folders) != 0 {
			t.Errorf("got %+v, %v", content, err)
		}
		if got := encode(t, content); got != `{"StoreFiles":[],"StoreFolders":[]}` {
			t.Errorf("encodes to %s", got)
		}
	})
	t.Run("a size that is missing is an error and not zero", func(t *testing.T) {
		if size, err := c.FolderSize(t.Context(), "App"); err == nil {
			t.Errorf("got %+v", size)
		}
	})
}

func TestProgressOfASession(t *testing.T) {
	for name, row := range map[string]struct {
		session             imagestore.UploadSession
		remaining, received int64
		complete            bool
	}{
		"everything has arrived":                  {imagestore.UploadSession{Size: 10}, 0, 10, true},
		"nothing has arrived":                     {imagestore.UploadSession{Size: 10, Expected: []imagestore.Range{{First: 0, Last: 9}}}, 10, 0, false},
		"one byte is missing":                     {imagestore.UploadSession{Size: 10, Expected: []imagestore.Range{{First: 4, Last: 4}}}, 1, 9, false},
		"an empty file expects 0-0 for ever":      {imagestore.UploadSession{Size: 0, Expected: []imagestore.Range{{First: 0, Last: 0}}}, 0, 0, false},
		"a file as large as a file can be counts": {imagestore.UploadSession{Size: 1<<63 - 1, Expected: []imagestore.Range{{First: 0, Last: 1<<63 - 2}}}, 1<<63 - 1, 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			s := row.session
			if s.Remaining() != row.remaining || s.Received() != row.received || s.Complete() != row.complete {
				t.Errorf("remaining %d, received %d, complete %t", s.Remaining(), s.Received(), s.Complete())
			}
		})
	}
}

// TestZeroValuesEncode checks that lists are encoded as lists, however the value was made.
func TestZeroValuesEncode(t *testing.T) {
	for _, row := range []struct {
		value any
		want  string
	}{
		{imagestore.Content{}, `{"StoreFiles":[],"StoreFolders":[]}`},
		{imagestore.UploadSession{}, `{"StoreRelativePath":"","SessionId":"00000000-0000-0000-0000-000000000000","FileSize":"0",` +
			`"ModifiedDate":"0001-01-01T00:00:00.000Z","ExpectedRanges":[]}`},
	} {
		if diff := diffJSON(t, row.want, encode(t, row.value)); diff != "" {
			t.Errorf("%T (-want +got):\n%s", row.value, diff)
		}
	}
}
