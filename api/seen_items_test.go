package api

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

const (
	seenFile   = `{"StoreRelativePath":"a","FileVersion":{"VersionNumber":"1","EpochDataLossNumber":"2","EpochConfigurationNumber":"3"},"FileSize":"5","ModifiedDate":"2017-09-28T17:28:11.627Z"}`
	seenFolder = `{"StoreRelativePath":"b","FileCount":"10"}`
)

// judged validates the body of a listing, with the items that were seen before.
func judged(t testing.TB, seen *seenItems, body string) string {
	t.Helper()
	contract, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	own := *contract
	own.seen = seen
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://localhost/ImageStore/App?api-version=6.0", nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := own.Response(r, http.StatusOK, http.Header{"Content-Type": {"application/json"}}, []byte(body)); err != nil {
		return err.Error()
	}
	return ""
}

// TestItemsThatCameBefore checks that items are not left out if the validity of the body depends on
// them.
func TestItemsThatCameBefore(t *testing.T) {
	t.Parallel()
	seen := new(seenItems)
	listing := func(files, folders string) string {
		return `{"StoreFiles":[` + files + `],"StoreFolders":[` + folders + `]}`
	}
	other := strings.Replace(seenFile, `"a"`, `"a],[\"\\\\{\\"`, 1)
	bad := strings.Replace(seenFile, `"5"`, `5`, 1)
	for _, row := range []struct {
		body     string
		conforms bool
	}{
		{listing("", ""), true},
		{listing(" ", "\n"), true},
		{listing(seenFile, seenFolder), true},
		{listing(seenFile+","+other+" , "+seenFile, seenFolder+","+seenFolder), true},
		{listing(seenFile+","+seenFile+",", ""), false},
		{listing(seenFile+",\n,"+seenFile, ""), false},
		{listing(seenFile+", ", ""), false},
		{listing(","+seenFile, ""), false},
		{listing(seenFile+" "+seenFile, ""), false},
		{listing(seenFile+","+seenFolder, ""), false},
		{listing(seenFile, seenFolder+","+seenFile), false},
		{listing(seenFile+","+bad, ""), false},
		{strings.Replace(listing(bad, ""), "{", `{"StoreFiles":[`+seenFile+`],`, 1), false},
		{`{"StoreFiles":[` + bad + `],` + listing(seenFile, "")[1:], true}, // the later one counts
		{strings.TrimSuffix(listing(bad, ""), "}") + `,"Store\u0046iles":[]}`, true},
		{listing(seenFile+","+bad, ""), false},
		{strings.Replace(listing(seenFile+","+seenFile, ""), "]", "}", 1), false},
		{listing(seenFile+","+seenFile, "")[:200], false},
		{listing(seenFile+","+seenFile, "") + "]", false},
		{`["StoreFiles",[` + seenFile + "," + seenFile + `]]`, false},
		{listing(seenFile+","+seenFile, ""), true},
	} {
		got, want := judged(t, seen, row.body), judged(t, new(seenItems), row.body)
		if got != want || row.conforms != (got == "") {
			t.Errorf("%s\nis judged %q, want %q", row.body, got, want)
		}
	}
	if got := judged(t, seen, listing(seenFile+","+other+","+bad, "")); !strings.Contains(got, "/StoreFiles/2/FileSize") {
		t.Errorf("the place of a difference after known items: %s", got)
	}
	// Other contracts may restrict an array as a whole.
	for _, s := range []*openapi3.Schema{{UniqueItems: true}, {MinItems: 1}, {MaxItems: new(uint64)}, {Enum: []any{1}}, {Not: new(openapi3.SchemaRef)}, {AllOf: openapi3.SchemaRefs{nil}}} {
		if isPlain(s) {
			t.Errorf("items of %+v are taken to be independent", s)
		}
	}
}

// TestKnownItemsAreLeftOut checks that validating a listing that grows takes only as long as its new
// items need.
func TestKnownItemsAreLeftOut(t *testing.T) {
	t.Parallel()
	seen := new(seenItems)
	var items []string
	for i := range 100 {
		items = append(items, strings.Replace(seenFile, `"a"`, fmt.Sprintf(`"a%d"`, i), 1))
		if got := judged(t, seen, `{"StoreFiles":[`+strings.Join(items, ",")+`],"StoreFolders":[]}`); got != "" {
			t.Fatal(got)
		}
	}
	contract, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	schema := contract.doc.Components.Schemas["ImageStoreContent"].Value
	rest, others := seen.without([]byte(`{"StoreFiles":[`+strings.Join(items, ",")+`],"StoreFolders":[]}`), schema, InResponse)
	if want := `{"StoreFiles":[` + items[0] + `],"StoreFolders":[]}`; string(rest) != want || len(others) != 1 {
		t.Errorf("of a listing that was seen, %d items remain: %s", len(others), rest)
	}
}

// FuzzSeen validates a body after others, and alone: the result must be the same.
func FuzzSeen(f *testing.F) {
	f.Add(seenFile+","+seenFile, `,{"":[[]]}`, 3)
	f.Add(`"a`, `\"]}`, 1)
	f.Fuzz(func(t *testing.T, files, change string, at int) {
		seen := new(seenItems)
		body := `{"StoreFiles":[` + seenFile + "," + files + `],"StoreFolders":[` + seenFolder + `]}`
		at = max(at, 0) % len(body)
		for _, text := range []string{body, `{"StoreFiles":[` + seenFile + `],"StoreFolders":[]}`, body, body[:at] + change + body[at:], body[:at] + change, body} {
			if got, want := judged(t, seen, text), judged(t, new(seenItems), text); got != want {
				t.Fatalf("%s\nis judged %q, want %q", text, got, want)
			}
		}
	})
}
