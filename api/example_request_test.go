package api_test

import (
	"io"
	"strings"
	"testing"
)

func TestExampleRequest(t *testing.T) {
	r, err := parse(t, uploadOfParts).ExampleRequest("http://gateway/", "PutParts")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := r.Method+" "+r.URL.String(), "PUT http://gateway/x/a%5Cb/c%20d/$/Parts?size=5000000&wait=yes"; got != want {
		t.Errorf("request line %s, want %s", got, want)
	}
	if got := r.Header.Get("X-Part"); got != "first" {
		t.Errorf("X-Part is %q, want the first example by name", got)
	}
	body, err := io.ReadAll(r.Body)
	if got, want := string(body), `{"Name":"leaf"}`; got != want || err != nil || r.ContentLength != int64(len(want)) {
		t.Errorf("body %s of %d bytes, want %s: %v", got, r.ContentLength, want, err)
	}
	if got := r.Header.Get("Content-Type"); got != "application/json" {
		t.Errorf("media type %q", got)
	}
}

func TestExampleRequestSaysWhatIsMissing(t *testing.T) {
	for _, row := range []struct{ name, endpoint, operation, old, replacement, want string }{
		{"no operation", "http://gateway", "No", "", "", `the document has no operation "No"`},
		{"no endpoint", "http://[", "PutParts", "", "", `PutParts: parse "http://[/x`},
		{"a parameter", "http://gateway", "PutParts", `, "example": 5000000`, "", `PutParts: query "size" has no example`},
		{"a body", "http://gateway", "PutParts", `"examples": {"Leaf"`, `"x-examples": {"Leaf"`, "PutParts: request body has no example"},
	} {
		t.Run(row.name, func(t *testing.T) {
			contract := parse(t, strings.Replace(uploadOfParts, row.old, row.replacement, 1))
			if _, err := contract.ExampleRequest(row.endpoint, row.operation); err == nil || !strings.Contains(err.Error(), row.want) {
				t.Errorf("error %v, want one with %q", err, row.want)
			}
		})
	}
}

// The example request of each operation is valid.
func TestEveryOperationHasAnExampleRequest(t *testing.T) {
	contract := load(t)
	for _, id := range contract.Operations() {
		t.Run(id, func(t *testing.T) {
			r, err := contract.ExampleRequest("http://localhost:19080", id)
			if err != nil {
				t.Fatal(err)
			}
			body, err := io.ReadAll(r.Body)
			if err != nil {
				t.Fatal(err)
			}
			if got, err := contract.Operation(r); err != nil || got != id {
				t.Errorf("it is a request of %q: %v", got, err)
			}
			if err := contract.Request(r, body); err != nil {
				t.Error(err)
			}
		})
	}
}
