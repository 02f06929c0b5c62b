package imagestore_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/sfstore/sfstore/wrapper/imagestore"
)

func TestPathsAreEscaped(t *testing.T) {
	single := []imagestore.Option{imagestore.WithReservedCharacters()}
	for name, row := range map[string]struct {
		path, want string
		options    []imagestore.Option
	}{
		"one name":                               {"App", "App", nil},
		"several segments":                       {"App/Code/Calc.exe", "App/Code/Calc.exe", nil},
		"a backslash":                            {`App\Code`, "App%5CCode", nil},
		"both slashes":                           {`App\Code/Calc.exe`, "App%5CCode/Calc.exe", nil},
		"a slash in front":                       {"/App", "/App", nil},
		"a slash behind":                         {"App/", "App/", nil},
		"two slashes":                            {"App//Code", "App//Code", nil},
		"a mark":                                 {"App/_.dir", "App/_.dir", nil},
		"all that is unreserved":                 {"aZ09-._~", "aZ09-._~", nil},
		"a space":                                {"Tools Pkg", "Tools%20Pkg", nil},
		"a space at the ends of a name within":   {"App/ Code /x", "App/%20Code%20/x", nil},
		"a space of another kind at the end":     {"App\u00a0", "App%C2%A0", nil},
		"a plus":                                 {"a+b", "a%2Bb", nil},
		"all that a path may have bare":          {"a!&'()*,;=:@b", "a%21%26%27%28%29%2A%2C%3B%3D%3A%40b", nil},
		"what a name on Windows cannot have":     {`"<>|*:`, "%22%3C%3E%7C%2A%3A", nil},
		"brackets and a caret":                   {"[a]^`{}", "%5Ba%5D%5E%60%7B%7D", nil},
		"letters beyond ASCII":                   {"Größe/数据.😀", "Gr%C3%B6%C3%9Fe/%E6%95%B0%E6%8D%AE.%F0%9F%98%80", nil},
		"a dollar in front":                      {"$x", "%24x", nil},
		"a dollar behind":                        {"a$", "a%24", nil},
		"two dollars":                            {"$$", "%24%24", nil},
		"three dots":                             {"...", "...", nil},
		"a dot in front":                         {".hidden", ".hidden", nil},
		"the name of the store":                  {"ImageStore", "ImageStore", nil},
		"the name of the store twice":            {"ImageStore/ImageStore", "ImageStore/ImageStore", nil},
		"the name of the store in front":         {"/ImageStore/App", "/ImageStore/App", nil},
		"the name of an operation":               {"GetUploadSession", "GetUploadSession", nil},
		"a number sign, decoded once":            {"C#", "C%23", single},
		"a question mark, decoded once":          {"what?", "what%3F", single},
		"a percent sign, decoded once":           {"100%", "100%25", single},
		"what looks escaped, decoded once":       {"%24", "%2524", single},
		"what looks like a slash, decoded once":  {"a%2Fb/%5C", "a%252Fb/%255C", single},
		"what looks like a parent, decoded once": {"a/%2E%2E", "a/%252E%252E", single},
	} {
		for prefix, endpointPath := range map[string]string{
			"":                                "",
			" at an endpoint with a slash":    "/",
			" at an endpoint with a path":     "/some/ImageStore/prefix",
			" at an endpoint that ends alike": "/ImageStore",
			" at an endpoint with escapes":    "/a%2Fb%20c",
		} {
			t.Run(name+prefix, func(t *testing.T) {
				var got []string
				c := newClient(t, serve(t, func(_ http.ResponseWriter, r *http.Request) {
					got = append(got, r.RequestURI)
				})+endpointPath, row.options...)
				if err := c.DeleteContent(t.Context(), row.path); err != nil {
					t.Fatal(err)
				}
				if err := c.UploadFileChunk(t.Context(), row.path, someSession, imagestore.Range{First: 0, Last: 0}, 1, strings.NewReader("x")); err != nil {
					t.Fatal(err)
				}
				base := strings.TrimSuffix(endpointPath, "/") + "/ImageStore/" + row.want
				want := []string{
					base + "?api-version=6.0&timeout=60",
					base + "/$/UploadChunk?api-version=6.0&session-id=" + someSession.String() + "&timeout=60",
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("requests (-want +got):\n%s", diff)
				}
			})
		}
	}
}

// TestEndpointThatReadsLikeThePath checks that the endpoint's own path stays unchanged.
func TestEndpointThatReadsLikeThePath(t *testing.T) {
	var got string
	endpoint := serve(t, func(_ http.ResponseWriter, r *http.Request) { got = r.RequestURI }) + "/ImageStore/App%2FCode"
	if err := newClient(t, endpoint).DeleteContent(t.Context(), "App/Code"); err != nil {
		t.Fatal(err)
	}
	if want := "/ImageStore/App%2FCode/ImageStore/App/Code?api-version=6.0&timeout=60"; got != want {
		t.Errorf("sent %s, not %s", got, want)
	}
}

func TestPathsThatAreRefused(t *testing.T) {
	endpoint, requests := counted(t)
	strict := newClient(t, endpoint)
	single := newClient(t, endpoint, imagestore.WithReservedCharacters())
	for name, row := range map[string]struct {
		path, reason string
		single       bool // whether WithReservedCharacters allows it
	}{
		"nothing":                              {"", "is empty", false},
		"a slash alone":                        {"/", "is empty", false},
		"slashes of both kinds alone":          {`\//\`, "is empty", false},
		"spaces alone":                         {"  / ", "is empty", false},
		"a space before the first name":        {" App", "begins or ends with a blank", false},
		"a space after the last name":          {"App/Code ", "begins or ends with a blank", false},
		"a space before the last slash":        {"App /", "begins or ends with a blank", false},
		"a space after the last slash":         {"App/ ", "begins or ends with a blank", false},
		"a space before the first slash":       {" /App", "begins or ends with a blank", false},
		"a space after a backslash in front":   {`\ App`, "begins or ends with a blank", false},
		"a dot alone":                          {".", "has the segment .", false},
		"a dot among others":                   {"App/./Code", "has the segment .", false},
		"the parent":                           {"..", "has the segment ..", false},
		"the parent among others":              {"App/../Code", "has the segment ..", false},
		"the parent behind a backslash":        {`App\..\Code`, "has the segment ..", false},
		"the parent at the end":                {"App/..", "has the segment ..", false},
		"a dollar alone":                       {"$", "has the segment $", false},
		"a dollar among others":                {"App/$/GetUploadSession", "has the segment $", false},
		"a dollar behind a backslash":          {`App\$\GetUploadSession`, "has the segment $", false},
		"a line break":                         {"App\nCode", "has a control character", false},
		"a zero":                               {"App\x00", "has a control character", false},
		"the last of ASCII":                    {"App\x7f", "has a control character", false},
		"a control character beyond ASCII":     {"App\u0085", "has a control character", false},
		"bytes that are not UTF-8":             {"App\xff", "is not valid UTF-8", false},
		"half a surrogate":                     {"App\xed\xa0\x80", "is not valid UTF-8", false},
		"a number sign":                        {"C#", "has the character #", true},
		"a question mark":                      {"what?", "has the character ?", true},
		"a percent sign":                       {"100%", "has the character %", true},
		"a dollar that is escaped already":     {"App/%24/Info", "has the character %", true},
		"a slash that is escaped already":      {"a%2Fb", "has the character %", true},
		"a parent that is escaped already":     {"App/%2e%2e", "has the character %", true},
		"a number sign and a parent behind it": {"C#/..", "has the segment ..", false},
	} {
		t.Run(name, func(t *testing.T) {
			checkArgument(t, "CheckPath", strict.CheckPath(row.path), "content path", row.reason)
			for _, call := range callsAt(row.path) {
				if operations()[call.id].takesPath() {
					_, err := call.do(t.Context(), strict)
					checkArgument(t, call.id, err, "content path", row.reason)
				}
			}
			if err := single.CheckPath(row.path); (err == nil) != row.single {
				t.Errorf("with WithReservedCharacters: %v", err)
			}
		})
	}
	if n := requests.Load(); n != 0 {
		t.Errorf("%d requests were sent", n)
	}
}

// checkArgument checks that an error is an ArgumentError of one line.
func checkArgument(t *testing.T, what string, err error, argument, reason string) {
	t.Helper()
	var got *imagestore.ArgumentError
	if !errors.As(err, &got) {
		t.Errorf("%s: got %v, which is no ArgumentError", what, err)
		return
	}
	if got.Argument != argument || !strings.Contains(got.Reason, reason) {
		t.Errorf("%s: got %q of %q, want %q of %q", what, got.Reason, got.Argument, reason, argument)
	}
	if text := err.Error(); !strings.HasPrefix(text, argument) || strings.ContainsAny(text, "\r\n\x00") {
		t.Errorf("%s: the error reads %q", what, text)
	}
}

func TestChunksThatAreRefused(t *testing.T) {
	endpoint, requests := counted(t)
	c := newClient(t, endpoint)
	for name, row := range map[string]struct {
		session          uuid.UUID
		r                imagestore.Range
		size             int64
		argument, reason string
	}{
		"no session":                       {uuid.Nil, imagestore.Range{First: 0, Last: 9}, 10, "session id", "is all zero"},
		"an empty file":                    {someSession, imagestore.Range{First: 0, Last: 0}, 0, "size", "must be positive"},
		"a negative size":                  {someSession, imagestore.Range{First: 0, Last: 0}, -1, "size", "must be positive"},
		"a range that ends at the size":    {someSession, imagestore.Range{First: 0, Last: 10}, 10, "range", "ends beyond the file's 10 bytes"},
		"a range with nothing in it":       {someSession, imagestore.Range{First: 5, Last: 4}, 10, "range", "is not a valid range"},
		"a range that begins before zero":  {someSession, imagestore.Range{First: -1, Last: 4}, 10, "range", "is not a valid range"},
		"a range as long as a number gets": {someSession, imagestore.Range{First: 0, Last: 1<<63 - 1}, 1<<63 - 1, "range", "ends beyond the file"},
	} {
		t.Run(name, func(t *testing.T) {
			err := c.UploadFileChunk(t.Context(), "App", row.session, row.r, row.size, strings.NewReader("x"))
			checkArgument(t, "UploadFileChunk", err, row.argument, row.reason)
		})
	}
	t.Run("a file of a negative size", func(t *testing.T) {
		checkArgument(t, "UploadFile", c.UploadFile(t.Context(), "App", strings.NewReader("x"), -1), "size", "is negative")
	})
	t.Run("the session that is none", func(t *testing.T) {
		_, _, err := c.UploadSessionByID(t.Context(), uuid.Nil)
		for method, err := range map[string]error{
			"UploadSessionByID":   err,
			"CommitUploadSession": c.CommitUploadSession(t.Context(), uuid.Nil),
			"DeleteUploadSession": c.DeleteUploadSession(t.Context(), uuid.Nil),
		} {
			checkArgument(t, method, err, "session id", "is all zero")
		}
	})
	if n := requests.Load(); n != 0 {
		t.Errorf("%d requests were sent", n)
	}
}
