package imagestore_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfstore/sfstore/wrapper/imagestore"
)

// classes are all classes of errors by name.
var classes = map[string]error{
	"bad request": imagestore.ErrBadRequest,
	"refused":     imagestore.ErrRefused,
	"not found":   imagestore.ErrNotFound,
	"conflict":    imagestore.ErrConflict,
	"too large":   imagestore.ErrTooLarge,
	"unavailable": imagestore.ErrUnavailable,
	"timeout":     imagestore.ErrTimeout,
	"no response": imagestore.ErrNoResponse,
	"malformed":   imagestore.ErrMalformed,
}

func classesOf(err error) []string {
	var found []string
	for name, class := range classes {
		if errors.Is(err, class) {
			found = append(found, name)
		}
	}
	slices.Sort(found)
	return found
}

// failure is the expected error.
type failure struct {
	status  int
	code    imagestore.Code
	message string
	classes []string
	text    string // a part of the text of Error between the step and the request id
}

// checkFailure compares the error of a listing of "App" with the expected one.
func checkFailure(t *testing.T, endpoint string, err error, want failure) {
	t.Helper()
	var got *imagestore.FabricError
	if !errors.As(err, &got) {
		t.Fatalf("got %T %v, which is no FabricError", err, err)
	}
	type place struct{ Operation, Method, URL, RequestID string }
	if diff := cmp.Diff(
		place{"GetImageStoreContent", "GET", endpoint + "/ImageStore/App", "trace-7"},
		place{got.Operation, got.Method, got.URL, got.RequestID}); diff != "" {
		t.Errorf("where it failed (-want +got):\n%s", diff)
	}
	if got.StatusCode != want.status || got.Code != want.code || got.Message != want.message {
		t.Errorf("got status %d, code %q, message %q; want %d, %q, %q",
			got.StatusCode, got.Code, got.Message, want.status, want.code, want.message)
	}
	if diff := cmp.Diff(want.classes, classesOf(err)); diff != "" {
		t.Errorf("classes (-want +got):\n%s", diff)
	}
	text := err.Error()
	if !strings.HasPrefix(text, `list "App": `) || !strings.HasSuffix(text, " (request trace-7)") || !strings.Contains(text, want.text) {
		t.Errorf("the error reads\n%s\nand should have in it\n%s", text, want.text)
	}
	if len(text) > 2000 || strings.ContainsAny(text, "\n\r\x1b\x00") {
		t.Errorf("the error is not fit to print: %.3000q", text)
	}
}

func traced(t *testing.T, endpoint string, options ...imagestore.Option) *imagestore.Client {
	t.Helper()
	return newClient(t, endpoint, append(options, imagestore.WithRequestID(func() string { return "trace-7" }))...)
}

func fabricError(code, message string) string {
	return `{"Error":{"Code":"` + code + `","Message":"` + message + `"}}`
}

const htmlPage = "<html>\r\n<head><title>Bad\tGateway</title></head>\r\n<body>\x1b[31mnginx\u202e</body></html>"

func TestErrorsOfTheServer(t *testing.T) {
	const htmlText = "<html> <head><title>Bad Gateway</title></head> <body> [31mnginx </body></html>"
	for name, row := range map[string]struct {
		status            int
		contentType, body string
		want              failure
	}{
		"400 with a FabricError": {400, jsonType, fabricError("E_INVALIDARG", "Invalid argument"),
			failure{400, imagestore.CodeInvalidArgument, "Invalid argument", []string{"bad request"}, "400 E_INVALIDARG: Invalid argument"}},
		"404 with a FabricError": {404, jsonType, fabricError("FABRIC_E_FILE_NOT_FOUND", "File not found"),
			failure{404, imagestore.CodeFileNotFound, "File not found", []string{"not found"}, "404 FABRIC_E_FILE_NOT_FOUND: File not found"}},
		"409 with a FabricError": {409, jsonType, fabricError("FABRIC_E_UPLOAD_SESSION_ID_CONFLICT", "Null"),
			failure{409, imagestore.CodeUploadSessionIDConflict, "", []string{"conflict"}, "409 FABRIC_E_UPLOAD_SESSION_ID_CONFLICT (request"}},
		"500 with a FabricError": {500, jsonType, fabricError("OperationsPending", "Null"),
			failure{500, imagestore.CodeOperationsPending, "", nil, "500 OperationsPending (request"}},
		"503 with a FabricError": {503, jsonType, fabricError("E_ABORT", "Operation canceled."),
			failure{503, imagestore.CodeAbort, "Operation canceled.", []string{"unavailable"}, "503 E_ABORT: Operation canceled."}},
		"504 with a FabricError": {504, jsonType, fabricError("FABRIC_E_TIMEOUT", "Operation timed out."),
			failure{504, imagestore.CodeTimeout, "Operation timed out.", []string{"timeout"}, "504 FABRIC_E_TIMEOUT: Operation timed out."}},
		"a FabricError without the type of JSON": {400, "", fabricError("E_INVALIDARG", "Invalid argument"),
			failure{400, imagestore.CodeInvalidArgument, "Invalid argument", []string{"bad request"}, "400 E_INVALIDARG"}},
		"a FabricError without a message": {400, jsonType, `{"Error":{"Code":"E_INVALIDARG"}}`,
			failure{400, imagestore.CodeInvalidArgument, "", []string{"bad request"}, "400 E_INVALIDARG (request"}},
		"a hexadecimal code": {500, jsonType, fabricError("0x80070070", "There is not enough space on the disk."),
			failure{500, "0x80070070", "There is not enough space on the disk.", nil, "500 0x80070070: There is not enough space"}},
		"a code nobody knows": {418, jsonType, fabricError("FABRIC_E_BRAND_NEW", "Null"),
			failure{418, "FABRIC_E_BRAND_NEW", "", nil, "418 FABRIC_E_BRAND_NEW (request"}},
		"a code that would break the line": {500, jsonType, fabricError(`A\r\nB`, "Null"),
			failure{500, "A\r\nB", "", nil, "500 A B (request"}},
		"a status nobody knows":  {599, "", "", failure{599, "", "", nil, "599 unknown status (request"}},
		"401 with an empty body": {401, "", "", failure{401, "", "", []string{"refused"}, "401 Unauthorized (request"}},
		"403 with an empty body": {403, "", "", failure{403, "", "", []string{"refused"}, "403 Forbidden (request"}},
		"404 with an empty body": {404, jsonType, "", failure{404, "", "", []string{"not found"}, "404 Not Found (request"}},
		"413 with an empty body": {413, "", "", failure{413, "", "", []string{"too large"}, "413 Request Entity Too Large (request"}},
		"502 with an empty body": {502, "", "", failure{502, "", "", []string{"unavailable"}, "502 Bad Gateway (request"}},
		"an HTML page with 500":  {500, "text/html", htmlPage, failure{500, "", htmlText, nil, "500 Internal Server Error: <html> <head>"}},
		"an HTML page with 200":  {200, "text/html", htmlPage, failure{200, "", "", []string{"malformed"}, "200 OK: the response is not JSON (text/html)"}},
		"JSON that is no error":  {500, jsonType, `{"oops":1}`, failure{500, "", `{"oops":1}`, nil, `500 Internal Server Error: {"oops":1}`}},
		"an error that is null":  {500, jsonType, `null`, failure{500, "", `null`, nil, "500 Internal Server Error: null"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			endpoint := responding(t, row.status, row.contentType, row.body)
			_, err := traced(t, endpoint).List(t.Context(), "App")
			checkFailure(t, endpoint, err, row.want)
		})
	}
}

// TestEveryOperationReportsErrors checks that no method takes a failure for a success, even if its
// success has no body, and that each error names its operation.
func TestEveryOperationReportsErrors(t *testing.T) {
	for name, row := range map[string]struct {
		status            int
		contentType, body string
		class             error
	}{
		"a FabricError":                  {503, jsonType, fabricError("E_ABORT", "Operation canceled."), imagestore.ErrUnavailable},
		"an empty body":                  {403, "", "", imagestore.ErrRefused},
		"the login page of a proxy":      {200, "text/html", htmlPage, imagestore.ErrMalformed},
		"JSON of something else":         {200, jsonType, `[1]`, imagestore.ErrMalformed},
		"a page of a type that is wrong": {200, jsonType, htmlPage, imagestore.ErrMalformed},
	} {
		endpoint := responding(t, row.status, row.contentType, row.body)
		for _, call := range calls() {
			t.Run(name+"/"+call.id, func(t *testing.T) {
				_, err := call.do(t.Context(), newClient(t, endpoint))
				var got *imagestore.FabricError
				if !errors.As(err, &got) || !errors.Is(err, row.class) {
					t.Fatalf("got %v", err)
				}
				if got.Operation != call.id || got.StatusCode != row.status || got.Method != operations()[call.id].verb {
					t.Errorf("got status %d of %s %q", got.StatusCode, got.Method, got.Operation)
				}
			})
		}
	}
}

func TestBrokenConnections(t *testing.T) {
	const cut = "HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n"
	for name, row := range map[string]struct {
		answer string
		want   failure
	}{
		"a response 200 that ends early": {strings.Replace(cut, "%s", "200 OK", 1) + `{"StoreFiles":[`,
			failure{200, "", "", []string{"malformed"}, "200 OK: the response ends early, after 15 bytes: unexpected EOF"}},
		"a response 500 that ends early": {strings.Replace(cut, "%s", "500 Oops", 1) + `{"Error":`,
			failure{500, "", `{"Error":`, []string{"malformed"}, `500 Internal Server Error: {"Error":: the response ends early, after 9 bytes: unexpected EOF`}},
		"a response 404 that ends early before its body": {strings.Replace(cut, "%s", "404 Not Found", 1),
			failure{404, "", "", []string{"malformed", "not found"}, `404 Not Found: the response ends early, after 0 bytes: unexpected EOF`}},
		"a connection that is cut before any response": {"",
			failure{0, "", "", []string{"no response"}, "no response to GET http://"}},
		"a connection that is cut in the head of the response": {"HTTP/1.1 200 OK\r\nContent-",
			failure{0, "", "", []string{"no response"}, "no response to GET http://"}},
		"a response that is not HTTP": {"SSH-2.0-OpenSSH_9.9\r\n",
			failure{0, "", "", []string{"no response"}, "malformed HTTP"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			endpoint, _ := onTheWire(t, row.answer)
			_, err := traced(t, endpoint).List(t.Context(), "App")
			checkFailure(t, endpoint, err, row.want)
		})
	}

	t.Run("nobody listens", func(t *testing.T) {
		t.Parallel()
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		endpoint := "http://" + listener.Addr().String()
		_ = listener.Close()
		_, err = traced(t, endpoint).List(t.Context(), "App")
		checkFailure(t, endpoint, err, failure{0, "", "", []string{"no response"}, "refused"})
		if !errors.Is(err, errRefused) {
			t.Errorf("the cause is lost: %v", err)
		}
	})
}

func TestACommitThatEndsEarlyIsNotASuccess(t *testing.T) {
	endpoint, _ := onTheWire(t, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n")
	if err := newClient(t, endpoint).CommitUploadSession(t.Context(), someSession); !errors.Is(err, imagestore.ErrMalformed) {
		t.Errorf("got %v", err)
	}
}

func TestRedirectsAreNotFollowed(t *testing.T) {
	elsewhere, requests := counted(t)
	endpoint := serve(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, elsewhere, http.StatusFound) })
	for _, call := range calls() {
		_, err := call.do(t.Context(), newClient(t, endpoint))
		var got *imagestore.FabricError
		if !errors.As(err, &got) || got.StatusCode != http.StatusFound {
			t.Errorf("%s: got %v", call.id, err)
		}
	}
	if n := requests.Load(); n != 0 {
		t.Errorf("%d redirects were followed", n)
	}
}

// TestURLOfAnErrorContainsNoSecret follows a redirect to a URL with secrets.
func TestURLOfAnErrorContainsNoSecret(t *testing.T) {
	var server *httptest.Server
	server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/elsewhere" {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		there := strings.Replace(server.URL, "http://", "http://user:pass@", 1)
		http.Redirect(w, r, there+"/elsewhere?sig=hush#part", http.StatusFound)
	}))
	t.Cleanup(server.Close)

	_, err := newClient(t, server.URL, imagestore.WithHTTPClient(&http.Client{})).List(t.Context(), "App")
	var got *imagestore.FabricError
	if !errors.As(err, &got) || got.StatusCode != http.StatusNotFound {
		t.Fatalf("got %v", err)
	}
	if got.URL != server.URL+"/elsewhere" {
		t.Errorf("the URL is %s", got.URL)
	}
	for _, secret := range []string{"hush", "pass", "user"} {
		if strings.Contains(err.Error(), secret) {
			t.Errorf("the error has %q in it: %v", secret, err)
		}
	}
}

func TestCheckResponse(t *testing.T) {
	get := func(t *testing.T, endpoint string) *http.Response {
		t.Helper()
		rsp, err := traced(t, endpoint).Generated().GetImageStoreContent(t.Context(), "App", nil)
		if err != nil {
			t.Fatal(err)
		}
		return rsp
	}
	t.Run("a success leaves the body to the caller", func(t *testing.T) {
		rsp := get(t, responding(t, 200, jsonType, "{}"))
		if err := imagestore.CheckResponse(rsp); err != nil {
			t.Error(err)
		}
		body, err := io.ReadAll(rsp.Body)
		if string(body) != "{}" || err != nil {
			t.Errorf("the body is %q, %v", body, err)
		}
		_ = rsp.Body.Close()
	})
	t.Run("a failure is a FabricError, and the body is closed", func(t *testing.T) {
		endpoint := responding(t, 404, jsonType, fabricError("FABRIC_E_FILE_NOT_FOUND", "File not found"))
		rsp := get(t, endpoint)
		err := imagestore.CheckResponse(rsp)
		if !imagestore.HasCode(err, imagestore.CodeFileNotFound) || !errors.Is(err, imagestore.ErrNotFound) {
			t.Errorf("got %v", err)
		}
		want := "GET " + endpoint + "/ImageStore/App: 404 FABRIC_E_FILE_NOT_FOUND: File not found (request trace-7)"
		if err.Error() != want {
			t.Errorf("the error reads\n%v\nnot\n%s", err, want)
		}
		if _, err := rsp.Body.Read(make([]byte, 1)); err == nil {
			t.Error("the body is open")
		}
	})
	for name, rsp := range map[string]*http.Response{
		"no response":                 nil,
		"a failure without a request": {StatusCode: 404, Body: http.NoBody},
		"a failure without a body":    {StatusCode: 404, Request: httptest.NewRequest(http.MethodGet, "/", nil)},
	} {
		t.Run(name, func(t *testing.T) {
			err := imagestore.CheckResponse(rsp)
			if _, ok := errors.AsType[*imagestore.ArgumentError](err); !ok {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestErrorsWithoutAResponseKeepTheContext(t *testing.T) {
	type key struct{}
	ctx, cancel := context.WithCancel(context.WithValue(t.Context(), key{}, 1))
	cancel()
	endpoint, requests := counted(t)
	for _, call := range calls() {
		_, err := call.do(ctx, newClient(t, endpoint))
		var got *imagestore.FabricError
		if !errors.As(err, &got) || !errors.Is(err, context.Canceled) || got.Operation != call.id {
			t.Errorf("%s: got %v", call.id, err)
		}
	}
	if n := requests.Load(); n != 0 {
		t.Errorf("%d requests were sent", n)
	}
}
