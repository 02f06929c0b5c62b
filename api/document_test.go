package api_test

import (
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/sfstore/sfstore"
	"github.com/sfstore/sfstore/api"
)

// document is openapi.yaml unchanged, for tests of the document itself.
func document(t *testing.T) *openapi3.T {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData(sfstore.Document)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// taken has the names, in lower case, that languages and their libraries already have: a generated type
// of the same name hides them, or does not compile. FileInfo is not among them. It is a class of .NET,
// but also the vendor's name of the schema, even in the vendor's .NET client.
var taken = strings.Fields(`
	abort arguments array arraybuffer bigint blob body boolean buffer cache client console crypto data date
	document domexception enum error event eventtarget file filelist formdata function headers history
	intl iterator json location map math module navigator node notification number object option
	options order package path performance plugin process promise proxy range record reflect regexp
	request response screen selection set storage string symbol text timeout url urlsearchparams
	weakmap weakset window worker
	any bool bytearray class complex dict float int list optional property set slice tuple type union
	character class compiler double exception integer iterable long module override process
	runnable runtime short thread throwable void
	action attribute convert delegate directory encoding environment func guid int32 int64 lazy nullable
	stream task timer timespan tuple version`)

// TestNames checks that no component has a name that is taken elsewhere, and that no two have the same
// name, because generators put the types of several sections in one place.
func TestNames(t *testing.T) {
	components := document(t).Components
	section := make(map[string]string)
	for where, names := range map[string][]string{
		"schemas":       slices.Sorted(maps.Keys(components.Schemas)),
		"parameters":    slices.Sorted(maps.Keys(components.Parameters)),
		"requestBodies": slices.Sorted(maps.Keys(components.RequestBodies)),
		"responses":     slices.Sorted(maps.Keys(components.Responses)),
		"headers":       slices.Sorted(maps.Keys(components.Headers)),
	} {
		for _, name := range names {
			folded := strings.ToLower(name)
			if other := section[folded]; other != "" {
				t.Errorf("%s is the name of one of the %s and of one of the %s", name, other, where)
			}
			section[folded] = where
			if slices.Contains(taken, folded) {
				t.Errorf("%s, one of the %s, is a name that a language has taken", name, where)
			}
		}
	}
}

// TestLinks checks that every link names an operation of the document and parameters of it.
func TestLinks(t *testing.T) {
	doc := document(t)
	operations := make(map[string]*openapi3.Operation)
	for _, item := range doc.Paths.Map() {
		for _, o := range item.Operations() {
			operations[o.OperationID] = o
		}
	}
	linked := make(map[string]bool)
	for name, link := range doc.Components.Links {
		linked[link.Value.OperationID] = true
		o := operations[link.Value.OperationID]
		if o == nil {
			t.Errorf("%s leads to no operation", name)
			continue
		}
		for _, p := range o.Parameters {
			given, ok := link.Value.Parameters[p.Value.Name]
			switch {
			case p.Value.Required && !ok:
				t.Errorf("%s lacks %s", name, p.Value.Name)
			case p.Value.Name == "api-version" && given != p.Value.Schema.Value.Default:
				t.Errorf("%s has the api-version %v, and its operation %v", name, given, p.Value.Schema.Value.Default)
			}
		}
	}
	for _, id := range []string{"GetImageStoreUploadSessionById", "GetImageStoreUploadSessionByPath", "CommitImageStoreUploadSession", "DeleteImageStoreUploadSession"} {
		if !linked[id] {
			t.Errorf("no link leads to %s", id)
		}
	}
}

// TestOnlySomeBodiesAreOptional checks that x-body is only where OpenAPI cannot express the same.
func TestOnlySomeBodiesAreOptional(t *testing.T) {
	var optional []string
	for name, response := range document(t).Components.Responses {
		if response.Value.Extensions["x-body"] != nil {
			optional = append(optional, name)
		}
	}
	if slices.Sort(optional); !slices.Equal(optional, []string{"Failed", "PathMissing", "Refused"}) {
		t.Errorf("x-body is in %q", optional)
	}
}

// TestEveryOperationIgnoresTheCacheToken checks that every operation documents what Service Fabric
// Explorer sends with every request.
func TestEveryOperationIgnoresTheCacheToken(t *testing.T) {
	for path, item := range document(t).Paths.Map() {
		if p := item.Parameters.GetByInAndName("query", "_cacheToken"); p == nil || p.Required || !p.Deprecated {
			t.Errorf("%s does not have _cacheToken as it should", path)
		}
	}
}

// TestNoKnownCodeIsForgotten compares the known codes with those of the last release, which make
// compatible does not do.
func TestNoKnownCodeIsForgotten(t *testing.T) {
	text, err := os.ReadFile("testdata/released/openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	released, err := api.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	codes := load(t).ErrorCodes()
	if len(released.ErrorCodes()) == 0 {
		t.Error("the released document knows no codes")
	}
	for _, code := range released.ErrorCodes() {
		if !slices.Contains(codes, code) {
			t.Errorf("%s was known in the last release", code)
		}
	}
}
