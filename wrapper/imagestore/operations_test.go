package imagestore_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"maps"
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sfstore/sfstore/wrapper/imagestore"
)

// TestEveryOperationHasOneMethod compares the comments that tie methods to operations, and the calls of
// this test suite, with the document.
func TestEveryOperationHasOneMethod(t *testing.T) {
	methods, tested := map[string]int{}, map[string]int{}
	for _, id := range tiedOperations(t) {
		methods[id]++
	}
	for _, call := range calls() {
		tested[call.id]++
	}
	for id := range operations() {
		if methods[id] != 1 {
			t.Errorf("operation %s has %d methods with the comment //contract:operation %s, not 1", id, methods[id], id)
		}
		if tested[id] != 1 {
			t.Errorf("operation %s has %d rows in callsAt, not 1", id, tested[id])
		}
		delete(methods, id)
		delete(tested, id)
	}
	for id := range methods {
		t.Errorf("a method is tied to operation %s, which the document does not have", id)
	}
	for id := range tested {
		t.Errorf("callsAt has operation %s, which the document does not have", id)
	}
}

var tie = regexp.MustCompile(`^//contract:operation (\w+)$`)

// tiedOperations returns the operationIds of all ties in the package's source, sorted. A tie
// must be in the doc comment of an exported method of *Client.
func tiedOperations(t *testing.T) []string {
	t.Helper()
	files := token.NewFileSet()
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(files, name, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		ties := map[*ast.Comment]string{}
		for _, group := range file.Comments {
			for _, comment := range group.List {
				if match := tie.FindStringSubmatch(comment.Text); match != nil {
					ties[comment] = match[1]
					ids = append(ids, match[1])
				} else if strings.Contains(comment.Text, "contract:operation") {
					t.Errorf("%s: %q is not a tie", files.Position(comment.Pos()), comment.Text)
				}
			}
		}
		for _, declaration := range file.Decls {
			if method, ok := declaration.(*ast.FuncDecl); ok && method.Doc != nil && isClientMethod(method) {
				for _, comment := range method.Doc.List {
					delete(ties, comment)
				}
			}
		}
		for comment, id := range ties {
			t.Errorf("%s: the tie to %s is not on an exported method of *Client", files.Position(comment.Pos()), id)
		}
	}
	slices.Sort(ids)
	return ids
}

func isClientMethod(f *ast.FuncDecl) bool {
	if f.Recv == nil || !f.Name.IsExported() {
		return false
	}
	star, ok := f.Recv.List[0].Type.(*ast.StarExpr)
	if !ok {
		return false
	}
	name, ok := star.X.(*ast.Ident)
	return ok && name.Name == "Client"
}

// TestEveryOperationSendsWhatTheDocumentSays reads the requests from the wire.
func TestEveryOperationSendsWhatTheDocumentSays(t *testing.T) {
	for _, call := range calls() {
		t.Run(call.id, func(t *testing.T) {
			t.Parallel()
			endpoint, requests := onTheWire(t, rawAnswer("200 OK", jsonType, okBody(t, call.id)))
			if _, err := call.do(t.Context(), newClient(t, endpoint)); err != nil {
				t.Fatal(err)
			}
			if n := len(requests()); n != 1 {
				t.Fatalf("%d requests were sent, not 1", n)
			}
			line, _, _ := strings.Cut(requests()[0], "\r\n")
			if want := requestLine(t, operations()[call.id]); line != want {
				t.Errorf("sent\n%s\nnot\n%s", line, want)
			}
		})
	}
}

// requestLine returns the expected request line: the defaults of the query parameters, and examples of
// required ones without a default.
func requestLine(t *testing.T, operation documented) string {
	t.Helper()
	var query []string
	for _, ref := range operation.Parameters {
		p := ref.Value
		value := p.Schema.Value.Default
		switch {
		case p.In != "query" || value == nil && !p.Required:
			continue
		case p.Name == "session-id":
			value = someSession
		case value == nil:
			value = p.Example
		}
		query = append(query, p.Name+"="+url.QueryEscape(fmt.Sprint(value)))
	}
	slices.Sort(query)
	path := strings.Replace(operation.path, "{contentPath}", escapedPath, 1)
	return operation.verb + " " + path + "?" + strings.Join(query, "&") + " HTTP/1.1"
}

func TestHeadersOnTheWire(t *testing.T) {
	set := []imagestore.Option{
		imagestore.WithUserAgent("tester/1.0"),
		imagestore.WithRequestID(func() string { return "trace-7" }),
	}
	for name, row := range map[string]struct {
		operation string
		header    string
		want      []string
		options   []imagestore.Option
	}{
		"an upload gives its length":                       {"UploadFile", "Content-Length", []string{"Content-Length: 9"}, nil},
		"an upload is not chunked":                         {"UploadFile", "Transfer-Encoding", nil, nil},
		"an upload is octets":                              {"UploadFile", "Content-Type", []string{"Content-Type: application/octet-stream"}, nil},
		"a whole file has no range":                        {"UploadFile", "Content-Range", nil, nil},
		"a chunk gives its length":                         {"UploadFileChunk", "Content-Length", []string{"Content-Length: 9"}, nil},
		"a chunk is octets":                                {"UploadFileChunk", "Content-Type", []string{"Content-Type: application/octet-stream"}, nil},
		"a chunk gives its range":                          {"UploadFileChunk", "Content-Range", []string{"Content-Range: bytes 300-308/20000"}, nil},
		"a copy is JSON":                                   {"CopyImageStoreContent", "Content-Type", []string{"Content-Type: application/json"}, nil},
		"a commit has an empty body":                       {"CommitImageStoreUploadSession", "Content-Length", []string{"Content-Length: 0"}, nil},
		"the user agent has a default":                     {"GetImageStoreInfo", "User-Agent", []string{"User-Agent: sfstore"}, nil},
		"the user agent is the caller's":                   {"GetImageStoreInfo", "User-Agent", []string{"User-Agent: tester/1.0"}, set},
		"the request id goes with exactly these letters":   {"GetImageStoreInfo", "x-servicefabricrequestid", []string{"X-ServiceFabricRequestId: trace-7"}, set},
		"the request id of an upload has the same letters": {"UploadFileChunk", "x-servicefabricrequestid", []string{"X-ServiceFabricRequestId: trace-7"}, set},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			endpoint, requests := onTheWire(t, rawAnswer("200 OK", jsonType, okBody(t, row.operation)))
			if _, err := callOf(t, row.operation).do(t.Context(), newClient(t, endpoint, row.options...)); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(row.want, headerLines(requests()[0], row.header)); diff != "" {
				t.Errorf("header lines (-want +got):\n%s", diff)
			}
		})
	}
}

func TestRequestIDsDiffer(t *testing.T) {
	seen := map[string]bool{}
	endpoint := serve(t, func(_ http.ResponseWriter, r *http.Request) { seen[r.Header.Get("X-ServiceFabricRequestId")] = true })
	c := newClient(t, endpoint)
	for range 3 {
		if err := c.DeleteContent(t.Context(), "App"); err != nil {
			t.Fatal(err)
		}
	}
	if len(seen) != 3 || seen[""] {
		t.Errorf("three requests had the ids %v", slices.Collect(maps.Keys(seen)))
	}
}

func TestAPIVersionAndTimeoutAreTheCallers(t *testing.T) {
	for _, call := range calls() {
		t.Run(call.id, func(t *testing.T) {
			t.Parallel()
			endpoint, requests := onTheWire(t, rawAnswer("200 OK", jsonType, okBody(t, call.id)))
			c := newClient(t, endpoint, imagestore.WithAPIVersion("6.4-preview"), imagestore.WithServerTimeout(4294967295*time.Second))
			if _, err := call.do(t.Context(), c); err != nil {
				t.Fatal(err)
			}
			line, _, _ := strings.Cut(requests()[0], "\r\n")
			if !strings.Contains(line, "?api-version=6.4-preview&") || !strings.HasSuffix(line, "&timeout=4294967295 HTTP/1.1") {
				t.Errorf("sent %s", line)
			}
		})
	}
}

// TestEmptyUpload expects Content-Length: 0 for an empty file, whatever kind of reader it is.
func TestEmptyUpload(t *testing.T) {
	for name, body := range map[string]io.Reader{
		"no reader at all":                 nil,
		"a reader that net/http knows":     strings.NewReader(""),
		"a reader of a kind of its own":    struct{ io.Reader }{strings.NewReader("")},
		"a reader that holds bytes anyway": strings.NewReader("surprise"),
	} {
		t.Run(name, func(t *testing.T) {
			endpoint, requests := onTheWire(t, rawAnswer("200 OK", jsonType, ""))
			if err := newClient(t, endpoint).UploadFile(t.Context(), "App/_.dir", body, 0); err != nil {
				t.Fatal(err)
			}
			request := requests()[0]
			if diff := cmp.Diff([]string{"Content-Length: 0"}, headerLines(request, "Content-Length")); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if got := headerLines(request, "Transfer-Encoding"); got != nil {
				t.Errorf("sent %q", got)
			}
			if !strings.HasSuffix(request, "\r\n\r\n") {
				t.Errorf("a body was sent: %q", request)
			}
		})
	}
}

// TestBodyOfAnotherLengthIsAnError checks that an incomplete file is not taken for sent.
func TestBodyOfAnotherLengthIsAnError(t *testing.T) {
	endpoint := serve(t, func(_ http.ResponseWriter, r *http.Request) { _, _ = io.Copy(io.Discard, r.Body) })
	c := newClient(t, endpoint)
	for name, body := range map[string]func() io.Reader{
		"fewer bytes than it should have":            func() io.Reader { return strings.NewReader("abc") },
		"fewer bytes, of a reader of a kind its own": func() io.Reader { return struct{ io.Reader }{strings.NewReader("abc")} },
		"no bytes": func() io.Reader { return strings.NewReader("") },
		"no bytes, of a reader of a kind of its own":  func() io.Reader { return struct{ io.Reader }{strings.NewReader("")} },
		"no bytes, as net/http has it":                func() io.Reader { return http.NoBody },
		"no reader":                                   func() io.Reader { return nil },
		"a reader that fails before it has all bytes": func() io.Reader { return iotest.TimeoutReader(iotest.OneByteReader(strings.NewReader("abcd"))) },
	} {
		t.Run("a file with "+name, func(t *testing.T) {
			if err := c.UploadFile(t.Context(), "f", body(), 4); err == nil {
				t.Error("it was taken for sent")
			}
		})
		t.Run("a chunk with "+name, func(t *testing.T) {
			if err := c.UploadFileChunk(t.Context(), "f", someSession, imagestore.Range{First: 0, Last: 3}, 10, body()); err == nil {
				t.Error("it was taken for sent")
			}
		})
	}
}
