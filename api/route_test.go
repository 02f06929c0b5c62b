package api_test

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/sfstore/sfstore/api"
)

func TestOperation(t *testing.T) {
	const none = ""
	contract := load(t)
	for _, row := range []struct{ name, method, path, want string }{
		{"the root", "GET", "/ImageStore", "GetImageStoreRootContent"},
		{"one segment", "GET", "/ImageStore/a", "GetImageStoreContent"},
		{"several segments", "GET", "/ImageStore/a/b/c", "GetImageStoreContent"},
		{"segments separated by %2F", "GET", "/ImageStore/a%2Fb%2Fc", "GetImageStoreContent"},
		{"segments separated by %5C", "GET", "/ImageStore/a%5Cb%5Cc", "GetImageStoreContent"},
		{"a backslash that was not escaped", "GET", `/ImageStore/a\b`, "GetImageStoreContent"},
		{"a dot segment, which is nobody's to clean", "GET", "/ImageStore/a/../b", "GetImageStoreContent"},
		{"an empty segment", "GET", "/ImageStore/a//b", "GetImageStoreContent"},
		{"a segment that merely begins with $", "GET", "/ImageStore/$a/b$", "GetImageStoreContent"},
		{"a sessions question about one segment", "GET", "/ImageStore/a/$/GetUploadSession", "GetImageStoreUploadSessionByPath"},
		{"a sessions question about segments", "GET", "/ImageStore/a/b/c/$/GetUploadSession", "GetImageStoreUploadSessionByPath"},
		{"a sessions question with %2F", "GET", "/ImageStore/a%2Fb%2Fc/$/GetUploadSession", "GetImageStoreUploadSessionByPath"},
		{"a sessions question with %5C", "GET", "/ImageStore/a%5Cb%5Cc/$/GetUploadSession", "GetImageStoreUploadSessionByPath"},
		{"%24 is part of a name", "GET", "/ImageStore/a%2Fb/%24/GetUploadSession", "GetImageStoreContent"},
		{"a session question by id", "GET", "/ImageStore/$/GetUploadSession?session-id=x", "GetImageStoreUploadSessionById"},
		{"a chunk for segments", "PUT", "/ImageStore/a/b/$/UploadChunk", "UploadFileChunk"},
		{"the size of a folder", "GET", "/ImageStore/a/b/$/FolderSize", "GetImageStoreFolderSize"},
		{"the size of the store", "GET", "/ImageStore/$/FolderSize", "GetImageStoreRootFolderSize"},
		{"info", "GET", "/ImageStore/$/Info", "GetImageStoreInfo"},
		{"a copy", "POST", "/ImageStore/$/Copy", "CopyImageStoreContent"},
		{"a commit", "POST", "/ImageStore/$/CommitUploadSession", "CommitImageStoreUploadSession"},
		{"the end of a session", "DELETE", "/ImageStore/$/DeleteUploadSession", "DeleteImageStoreUploadSession"},
		{"a file", "PUT", "/ImageStore/a/b", "UploadFile"},
		{"the end of a file", "DELETE", "/ImageStore/a/b", "DeleteImageStoreContent"},

		{"a deletion of sessions is not one of content", "DELETE", "/ImageStore/a/$/GetUploadSession", none},
		{"a chunk for no path is not content", "PUT", "/ImageStore/$/UploadChunk", none},
		{"content below $", "GET", "/ImageStore/a/$/b", none},
		{"content that ends in $", "GET", "/ImageStore/a/$", none},
		{"$ alone", "GET", "/ImageStore/$", none},
		{"two $ segments", "GET", "/ImageStore/a/$/b/$/GetUploadSession", none},
		{"an operation in other letters", "GET", "/ImageStore/$/info", none},
		{"the root with a slash", "GET", "/ImageStore/", none},
		{"a verb that the root does not have", "DELETE", "/ImageStore", none},
		{"HEAD, which no path has", "HEAD", "/ImageStore/a", none},
		{"a verb in small letters", "get", "/ImageStore/a", none},
		{"the gateway's other pages", "GET", "/$/GetClusterVersion", none},
		{"a path in front", "GET", "/v1/ImageStore", none},
	} {
		t.Run(row.name, func(t *testing.T) {
			r := request(t, row.method, row.path)
			got, err := contract.Operation(r)
			if got != row.want {
				t.Errorf("%s %s is %q, want %q", row.method, row.path, got, row.want)
			}
			if row.want == none && !errors.Is(err, api.ErrNoOperation) {
				t.Errorf("error %v, want ErrNoOperation", err)
			}
		})
	}
}

func TestHostDoesNotMatter(t *testing.T) {
	for _, host := range []string{"http://localhost:19080", "https://cluster.example:443", ""} {
		r, err := http.NewRequest("GET", host+"/ImageStore", nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := load(t).Operation(r); err != nil {
			t.Errorf("host %q: %v", host, err)
		}
	}
}

// An escaped path is one content path, whatever characters it has.
func TestEveryEscapedPathRoutes(t *testing.T) {
	contract := load(t)
	rapid.Check(t, func(t *rapid.T) {
		content := rapid.StringMatching(`[ -~]{1,12}`).Draw(t, "path")
		suffix, want := "/$/GetUploadSession?api-version=6.0", "GetImageStoreUploadSessionByPath"
		if strings.ContainsAny(content, "#?%") { // which paths before a "$" may not have
			suffix, want = "?api-version=6.2", "GetImageStoreContent"
		}
		r, err := http.NewRequest("GET", "http://h/ImageStore/"+url.PathEscape(content)+suffix, nil)
		if err != nil {
			t.Fatal(err)
		}
		if content == "$" {
			return
		}
		if err := contract.Request(r, nil); err != nil {
			t.Errorf("%s: %v", r.URL, err)
		}
		if got, _ := contract.Operation(r); got != want {
			t.Errorf("%s is %q", r.URL, got)
		}
	})
}

// request makes a request without a body, to some host.
func request(t testing.TB, method, target string) *http.Request {
	t.Helper()
	r, err := http.NewRequest(method, "http://gateway"+target, nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestInScope(t *testing.T) {
	contract := load(t)
	for target, want := range map[string]bool{
		"/ImageStore": true, "/ImageStore/": true, "/ImageStore/$/No": true, "/ImageStore/a": true,
		"/": false, "/imagestore": false, "/ImageStores": false, "/Nodes/ImageStore": false, "/Image%53tore/a": false,
	} {
		if got := contract.InScope(request(t, "PATCH", target)); got != want {
			t.Errorf("%s: %t, want %t", target, got, want)
		}
	}
	varying, err := api.Parse([]byte(strings.NewReplacer(`"/x"`, `"/{x}"`, `"responses"`,
		`"parameters": [{"in": "path", "name": "x", "required": true, "schema": {"type": "string"}}], "responses"`).Replace(small(`"headers": {}`))))
	if err != nil {
		t.Fatal(err)
	}
	if varying.InScope(request(t, "POST", "/a")) {
		t.Error("a path that varies from its first segment on covers everything")
	}
}
