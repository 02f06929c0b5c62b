package api_test

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sfstore/sfstore/api"
)

// The exchanges in testdata are of the contract, and show every operation. Those in published
// come from the REST reference; those in examples are composed of the document's examples;
// those in emulator are what the local store answers, and those in refused too, to requests
// that are not of the contract.
func TestRecordedExchanges(t *testing.T) {
	var coverage api.Coverage
	contract := load(t).Counting(&coverage)
	files, err := filepath.Glob("testdata/*/*.http")
	if err != nil || len(files) == 0 {
		t.Fatalf("no recorded exchanges: %v", err)
	}
	for _, file := range files {
		t.Run(filepath.ToSlash(file), func(t *testing.T) {
			e := readRecorded(t, file)
			if filepath.Base(filepath.Dir(file)) == "refused" {
				checkRefused(t, contract, e)
				return
			}
			operation, err := contract.Operation(e.request)
			if err != nil {
				t.Fatal(err)
			}
			if name, _, _ := strings.Cut(strings.TrimSuffix(filepath.Base(file), ".http"), "-"); name != operation {
				t.Errorf("the exchange is a %s", operation)
			}
			if err := contract.Request(e.request, e.sent); err != nil {
				t.Error(err)
			}
			if err := contract.Response(e.request, e.response.StatusCode, e.response.Header, e.answered); err != nil {
				t.Error(err)
			}
		})
	}
	if missing := coverage.Missing(contract); len(missing) > 0 {
		t.Errorf("no recorded exchange shows %q", missing)
	}
}

// checkRefused wants the difference in the request alone.
func checkRefused(t *testing.T, contract *api.Contract, e recorded) {
	t.Helper()
	if err := contract.Request(e.request, e.sent); err == nil {
		t.Error("the request is of the contract")
	}
	err := contract.Response(e.request, e.response.StatusCode, e.response.Header, e.answered)
	if err != nil && !errors.Is(err, api.ErrNoOperation) {
		t.Error(err)
	}
}

type recorded struct {
	request        *http.Request
	response       *http.Response
	sent, answered []byte
}

// readRecorded reads a request and its response as they went over the wire. A head may end
// its lines in LF; a body is as long as its Content-Length says, or empty, or, the response's,
// what is left.
func readRecorded(t testing.TB, file string) (e recorded) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	wire := bufio.NewReader(bytes.NewReader(text))
	if e.request, err = http.ReadRequest(wire); err != nil {
		t.Fatalf("read the request: %v", err)
	}
	if e.sent, err = io.ReadAll(e.request.Body); err != nil {
		t.Fatalf("read the request's body: %v", err)
	}
	if e.response, err = http.ReadResponse(wire, e.request); err != nil {
		t.Fatalf("read the response: %v", err)
	}
	if e.answered, err = io.ReadAll(e.response.Body); err != nil {
		t.Fatalf("read the response's body: %v", err)
	}
	if rest, _ := io.ReadAll(wire); len(rest) > 0 {
		t.Fatalf("%d bytes after the response", len(rest))
	}
	return e
}
