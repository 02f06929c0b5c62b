package api_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfstore/sfstore/api"
)

// load returns the contract of the image store.
func load(t testing.TB) *api.Contract {
	t.Helper()
	contract, err := api.Load()
	if err != nil {
		t.Fatal(err)
	}
	return contract
}

func TestLoadReadsTheDocumentOnce(t *testing.T) {
	if first, second := load(t), load(t); first != second {
		t.Error("Load returned two contracts")
	}
}

func TestOperationsAreSorted(t *testing.T) {
	operation := func(id string) string {
		return `{"operationId": "` + id + `", "responses": {"200": {"description": "d"}}}`
	}
	contract := parse(t, `{"openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": {
		"/a": {"get": `+operation("GetA")+`, "put": `+operation("ChangeA")+`},
		"/b": {"get": `+operation("FindB")+`}}}`)
	if diff := cmp.Diff([]string{"ChangeA", "FindB", "GetA"}, contract.Operations()); diff != "" {
		t.Errorf("operations (-want +got):\n%s", diff)
	}
}

func TestErrorCodes(t *testing.T) {
	codes := load(t).ErrorCodes()
	for _, code := range []string{"E_INVALIDARG", "FABRIC_E_UPLOAD_SESSION_ID_CONFLICT", "NotFound"} {
		if !slices.Contains(codes, code) {
			t.Errorf("the known codes lack %s", code)
		}
	}
	if sorted := slices.Compact(slices.Sorted(slices.Values(codes))); len(sorted) != len(codes) {
		t.Errorf("%d of %d codes are listed twice", len(codes)-len(sorted), len(codes))
	}
}

// small is a document of one operation, with a response to be filled in.
func small(response string) string {
	return `{"openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": {"/x": {"get":
		{"operationId": "GetX", "responses": {"200": {"description": "d", ` + response + `}}}}}}`
}

func TestParseSaysWhatIsWrongWithADocument(t *testing.T) {
	for _, row := range []struct{ name, document, want string }{
		{"not YAML", "openapi: [", "read the OpenAPI document: "},
		{"nothing", "", "validate the OpenAPI document: "},
		{"an undefined reference", small(`"content": {"application/json": {"schema": {"$ref": "#/components/schemas/No"}}}`), "#/components/schemas/No"},
		{
			"an example that is not of its schema",
			small(`"content": {"application/json": {"schema": {"type": "string"}, "examples": {"Bad": {"value": 5}}}}`),
			"value must be a string",
		},
		{"an operation without a name", strings.Replace(small(`"headers": {}`), `"operationId": "GetX", `, "", 1), "GET /x has no operationId"},
		{"a later version", strings.Replace(small(`"headers": {}`), "3.0.3", "3.1.0", 1), "OpenAPI 3.1.0, not 3.0"},
	} {
		t.Run(row.name, func(t *testing.T) {
			_, err := api.Parse([]byte(row.document))
			if err == nil || !strings.Contains(err.Error(), row.want) {
				t.Fatalf("error %v, want one with %q", err, row.want)
			}
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("the error has several lines:\n%v", err)
			}
		})
	}
}

func TestContractsWithoutCodes(t *testing.T) {
	plain := small(`"headers": {}`)
	for name, document := range map[string]string{
		"no components":           plain,
		"components of other use": strings.Replace(plain, `"paths"`, `"components": {"schemas": {"S": {"type": "string"}}}, "paths"`, 1),
	} {
		contract, err := api.Parse([]byte(document))
		if err != nil {
			t.Fatal(err)
		}
		if got := contract.ErrorCodes(); len(got) != 0 {
			t.Errorf("%s: known codes %q, want none", name, got)
		}
	}
}
