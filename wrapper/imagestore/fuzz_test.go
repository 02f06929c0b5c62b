package imagestore_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/sfstore/sfstore/wrapper/imagestore"
)

// FuzzContentPath sends content paths to a server, which must be able to separate the path from the
// operation. A path that is rejected must not be sent at all.
func FuzzContentPath(f *testing.F) {
	for _, path := range []string{
		"App", `SwaggerTest\Common.dll`, "/App//Code/", "a+b &=;,:@!*'()", "$x/a$/$$", "ImageStore/ImageStore", "%24/%2F", "C#?x=1",
		"..", "a/../b", "$", `a\$\Info`, "...", " ", "Größe/数据", "a\xff", "a\x00", "\u2028", "%", "a/b?c#d%zz", "UploadChunk",
	} {
		f.Add(path)
	}
	var seen []string // the escaped paths that arrived, each with its verb
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		seen = append(seen, r.Method+" "+r.URL.EscapedPath())
		w.WriteHeader(http.StatusTeapot)
	}))
	f.Cleanup(server.Close)
	strict := newClient(f, server.URL+"/gw/ImageStore")
	single := newClient(f, server.URL+"/gw/ImageStore", imagestore.WithReservedCharacters())

	f.Fuzz(func(t *testing.T, path string) {
		if len(path) > 10_000 {
			t.Skip("longer than the head of a request may be")
		}
		for _, c := range []*imagestore.Client{strict, single} {
			seen = nil
			refused := c.CheckPath(path)
			errs := sendAll(t.Context(), c, path)
			if refused != nil {
				for _, err := range errs {
					checkArgument(t, "a refused path", err, "content path", "")
				}
				if len(seen) > 0 {
					t.Errorf("%q is refused, and was sent: %q", path, seen)
				}
				continue
			}
			var want, got []string
			for _, call := range callsAt(path) {
				if op := operations()[call.id]; op.takesPath() {
					want = append(want, op.verb+" "+onPath(op.path)+path)
				}
			}
			for _, request := range seen {
				got = append(got, route(t, request))
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%q arrived as %q (-sent +arrived):\n%s", path, seen, diff)
			}
		}
		if err := strict.CheckPath(path); err == nil && strings.ContainsAny(path, "%#?") {
			t.Errorf("%q is not refused", path)
		}
	})
}

// onPath returns what follows the content path in a template, in the form of route.
func onPath(template string) string {
	if _, what, ok := strings.Cut(template, "{contentPath}/$/"); ok {
		return what + " of "
	}
	return ""
}

// sendAll calls every operation that has a content path.
func sendAll(ctx context.Context, c *imagestore.Client, path string) []error {
	var errs []error
	for _, call := range callsAt(path) {
		if operations()[call.id].takesPath() {
			_, err := call.do(ctx, c)
			errs = append(errs, err)
		}
	}
	return errs
}

// route reads an escaped path like a gateway: it splits the path into segments, of which the last "$"
// begins the operation, and decodes each once.
func route(t *testing.T, request string) string {
	t.Helper()
	verb, escaped, _ := strings.Cut(request, " ")
	content, ok := strings.CutPrefix(escaped, "/gw/ImageStore/ImageStore/")
	if !ok {
		return request
	}
	operation := ""
	if at := strings.LastIndex(content, "/$/"); at >= 0 {
		operation, content = content[at+len("/$/"):]+" of ", content[:at]
	}
	segments := strings.Split(content, "/")
	for i, segment := range segments {
		if segment == "$" || segment == "." || segment == ".." {
			t.Errorf("the segment %s arrived in %s", segment, escaped)
		}
		decoded, err := url.PathUnescape(segment)
		if err != nil {
			t.Errorf("%s: %v", escaped, err)
		}
		segments[i] = decoded
	}
	return verb + " " + operation + strings.Join(segments, "/")
}

// FuzzDecodeSessions decodes any body as a list of sessions.
func FuzzDecodeSessions(f *testing.F) {
	for _, body := range []string{
		published, sessionWith("", ""), sessionWith(twoRanges, ranges()), sessionWith(twoRanges, ranges("0", "99")),
		sessionWith(twoRanges, ranges("0", "10", "10", "20")), sessionWith(`"FileSize":"100"`, `"FileSize":"0"`),
		sessionWith(`"FileSize":"100"`, `"FileSize":"9223372036854775807"`), `{"UploadSessions":[]}`, `{}`, `null`, `[]`, ``,
		sessionWith("2017-09-28T17:24:58.000Z", "9999-12-31T23:59:59-14:00"), sessionWith("2017-09-28T17:24:58.000Z", "0001-01-01T00:00:00+14:00"),
	} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		sessions, err := newClient(t, "http://gateway", inMemory(200, body)).UploadSessionsByPath(t.Context(), "App")
		if err != nil {
			checkMalformed(t, err)
			return
		}
		for _, s := range sessions {
			if s.ID == uuid.Nil || s.Size < 0 || s.Remaining() < 0 || s.Remaining() > s.Size || s.Received() < 0 {
				t.Errorf("not sane: %+v", s)
			}
			next := int64(0)
			for _, r := range s.Expected {
				if r.First < next || r.Len() <= 0 || r.Last >= max(s.Size, 1) {
					t.Errorf("range %s is not sane in %+v", r, s)
				}
				next = r.Last + 1
			}
		}
		first := encode(t, map[string]any{"UploadSessions": sessions})
		again, err := newClient(t, "http://gateway", inMemory(200, []byte(first))).UploadSessionsByPath(t.Context(), "App")
		if err != nil {
			t.Fatalf("%s does not decode again: %v", first, err)
		}
		if second := encode(t, map[string]any{"UploadSessions": again}); first != second {
			t.Errorf("encoded\n%s\nand then\n%s", first, second)
		}
	})
}

// FuzzDecodeContent decodes any body as a listing.
func FuzzDecodeContent(f *testing.F) {
	for _, example := range examplesOf(operations()["GetImageStoreContent"].Responses.Value("200").Value) {
		f.Add([]byte(encode(f, example.Value.Value)))
	}
	for _, body := range []string{`{"StoreFiles":[],"StoreFolders":[]}`, `{}`, `null`, ``, page("A", "a&b"), listingWith(`"FileSize":"100"`, "")} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		content, err := newClient(t, "http://gateway", inMemory(200, body)).List(t.Context(), "App")
		if err != nil {
			checkMalformed(t, err)
			return
		}
		for _, file := range content.Files {
			if file.Path == "" || file.Size < 0 {
				t.Errorf("not sane: %+v", file)
			}
		}
		for _, folder := range content.Folders {
			if folder.Path == "" || folder.FileCount < 0 {
				t.Errorf("not sane: %+v", folder)
			}
		}
		first := encode(t, content)
		again, err := newClient(t, "http://gateway", inMemory(200, []byte(first))).List(t.Context(), "App")
		if err != nil {
			t.Fatalf("%s does not decode again: %v", first, err)
		}
		if second := encode(t, again); first != second {
			t.Errorf("encoded\n%s\nand then\n%s", first, second)
		}
	})
}

// checkMalformed checks the error of a response 200 that cannot be used.
func checkMalformed(t *testing.T, err error) {
	t.Helper()
	var got *imagestore.FabricError
	if !errors.As(err, &got) || got.StatusCode != 200 || !errors.Is(err, imagestore.ErrMalformed) {
		t.Errorf("got %v", err)
	}
	checkPrintable(t, err)
}

func checkPrintable(t *testing.T, err error) {
	t.Helper()
	if text := err.Error(); len(text) > 8000 || !utf8.ValidString(text) || strings.ContainsAny(text, "\n\r\t\x00\x1b\u202e") {
		t.Errorf("the error is not fit to print: %q", text)
	}
}

// FuzzParseContentRange writes what it has parsed, and compares.
func FuzzParseContentRange(f *testing.F) {
	for _, header := range []string{
		"bytes 300-5000/20000", "bytes 0-0/1", "bytes 0-0/0", "bytes 0-9223372036854775806/9223372036854775807", "bytes 007-08/9",
		"bytes 0-1/*", "bytes */2", "bytes -1/2", "bytes 0-2/2", "bytes 1-0/2", "bytes 0-1/99999999999999999999", "", "items 0-1/2",
	} {
		f.Add(header)
	}
	f.Fuzz(func(t *testing.T, header string) {
		r, size, err := imagestore.ParseContentRange(header)
		if err != nil {
			if _, ok := errors.AsType[*imagestore.ArgumentError](err); !ok {
				t.Errorf("got %v", err)
			}
			return
		}
		if r.First < 0 || r.Len() <= 0 || r.Last >= max(size, 1) {
			t.Errorf("%q is %v of %d", header, r, size)
		}
		written := r.ContentRange(size)
		if again, sizeAgain, err := imagestore.ParseContentRange(written); again != r || sizeAgain != size || err != nil {
			t.Errorf("%q reads %v of %d, %v", written, again, sizeAgain, err)
		}
		// Except for leading zeros of numbers, the text is the same.
		if zeros.ReplaceAllString(header, "$1$2") != written {
			t.Errorf("%q was read, and %q written", header, written)
		}
	})
}

var zeros = regexp.MustCompile(`([^0-9])0+([0-9])`)

// FuzzFabricError reports failures with any status and any body.
func FuzzFabricError(f *testing.F) {
	for _, body := range []string{
		fabricError("E_INVALIDARG", "Invalid argument"), fabricError("0x80070070", "Null"), fabricError(`A\u001b\r\n`, `\u202e`),
		`{"Error":{"Code":1}}`, `{"Error":{}}`, `{"Error":null}`, `null`, ``, htmlPage, "\xff\xfe\x00", strings.Repeat("x", 100_000),
	} {
		f.Add(uint16(500), []byte(body))
	}
	f.Add(uint16(404), []byte{})
	f.Fuzz(func(t *testing.T, status uint16, body []byte) {
		code := int(status)
		if code < 300 || code > 999 {
			t.Skip("not a failure")
		}
		_, err := newClient(t, "http://gateway", inMemory(code, body)).List(t.Context(), "App")
		var got *imagestore.FabricError
		if !errors.As(err, &got) || got.StatusCode != code || got.Operation != "GetImageStoreContent" {
			t.Fatalf("got %v", err)
		}
		if errors.Is(err, imagestore.ErrNoResponse) || errors.Is(err, imagestore.ErrMalformed) || errors.Is(err, imagestore.ErrNotFound) != (code == 404) {
			t.Errorf("%v is of the classes %v", err, classesOf(err))
		}
		checkPrintable(t, err)
	})
}
