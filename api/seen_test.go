package api_test

import (
	"net/http"
	"testing"

	"github.com/sfstore/sfstore/api"
)

// TestABodyThatCameBefore checks that a body is accepted only for the schema to which it conforms, and
// that one that differs is reported each time.
func TestABodyThatCameBefore(t *testing.T) {
	contract, err := api.Load()
	if err != nil {
		t.Fatal(err)
	}
	const listing, session = "/ImageStore/App?api-version=6.0", "/ImageStore/App/$/GetUploadSession?api-version=6.0"
	const body = `{"StoreFiles":[],"StoreFolders":[],"ContinuationToken":""}`
	for _, row := range []struct {
		name, url, body string
		conforms        bool
	}{
		{"a listing", listing, body, true},
		{"the same listing", listing, body, true},
		{"the body of the listing as sessions", session, body, false},
		{"the body of the listing as sessions again", session, body, false},
		{"another listing", listing, body[:len(body)-1] + `,"StoreFiles":1}`, false},
		{"the other listing again", listing, body[:len(body)-1] + `,"StoreFiles":1}`, false},
		{"the first listing again", listing, body, true},
	} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://localhost"+row.url, nil)
		if err != nil {
			t.Fatal(err)
		}
		header := http.Header{"Content-Type": {"application/json; charset=utf-8"}}
		if err := contract.Response(r, http.StatusOK, header, []byte(row.body)); (err == nil) != row.conforms {
			t.Errorf("%s: %v", row.name, err)
		}
	}
}
