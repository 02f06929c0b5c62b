package recording

import (
	"fmt"
	"slices"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/sfstore/sfstore"
)

func TestRedactTarget(t *testing.T) {
	for _, row := range []struct{ name, target, want string }{
		{"what the contract knows stays as it is spelled",
			"/ImageStore/a%2Fb%5Cc+d/$/UploadChunk?api-version=6.0&session-id=4A2340e8&timeout=%360&ContinuationToken=a%2Fb",
			"/ImageStore/a%2Fb%5Cc+d/$/UploadChunk?api-version=6.0&session-id=4A2340e8&timeout=%360&ContinuationToken=a%2Fb"},
		{"other values go", "/ImageStore?code=canary&api-version=6.0&x=", "/ImageStore?code=REDACTED&api-version=6.0&x=REDACTED"},
		{"names in other letters are other names", "/ImageStore?API-version=canary", "/ImageStore?API-version=REDACTED"},
		{"a part without a sign goes", "/ImageStore?canary&&api-version", "/ImageStore?REDACTED&&REDACTED"},
		{"an empty query stays", "/ImageStore?", "/ImageStore?"},
		{"a host and a user go", "http://canary:canary@canary/ImageStore/a?timeout=5", "/ImageStore/a?timeout=5"},
		{"a host alone goes", "http://canary", "/"},
		{"a host with a query goes, query and all", "http://canary?canary", "/"},
		{"the root stays", "/", "/"},
		{"a command of the cluster stays", "/$/GetAadMetadata?api-version=6.0", "/$/GetAadMetadata?api-version=6.0"},
		{"what it is about goes", "/$/canary/canary", "/REDACTED"},
		{"other services go", "/Applications/canary?x=canary", "/REDACTED?x=REDACTED"},
		{"no path at all", "*", "/REDACTED"},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := redactTarget(row.target); got != row.want {
				t.Errorf("got %q, want %q", got, row.want)
			}
		})
	}
}

func TestRedactHeaders(t *testing.T) {
	head := "PUT / HTTP/1.1\r\nhost: canary\r\nAuthorization: Bearer canary\r\ncontent-type:application/json \r\n" +
		"ClusterId: canary\r\nX-ServiceFabricRequestId: canary\r\nCookie: canary\r\nX-New: canary\r\n canary: canary\r\nproxy-authorization:canary\r\n\r\n"
	want := []harPair{
		{"host", redactedHost}, {"Authorization", "REDACTED"}, {"content-type", "application/json"},
		{"ClusterId", "REDACTED"}, {"X-ServiceFabricRequestId", "REDACTED"}, {"Cookie", "REDACTED"}, {"X-New", "REDACTED"},
		{"proxy-authorization", "REDACTED"},
	}
	if got := headerPairs([]byte(head)); !slices.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}

func TestRedactJSON(t *testing.T) {
	deep := make([]byte, 1<<20)
	for i := range deep {
		deep[i] = '['
	}
	for _, row := range []struct{ name, body, want string }{
		{"what the contract knows stays to the letter",
			`{ "StoreFiles":[{"StoreRelativePath" : "A\\b\u0041","FileVersion":{"VersionNumber":"1"},"FileSize":1.50}], "StoreFolders": [] }`,
			`{ "StoreFiles":[{"StoreRelativePath" : "A\\b\u0041","FileVersion":{"VersionNumber":"1"},"FileSize":1.50}], "StoreFolders": [] }`},
		{"a copy stays", `{"RemoteSource":"a","SkipFiles":["b","c"],"CheckMarkFile":true,"CopyFlag":null}`,
			`{"RemoteSource":"a","SkipFiles":["b","c"],"CheckMarkFile":true,"CopyFlag":null}`},
		{"other members go, whatever they hold", `{"tenant" :"canary", "more":{"canary":["canary"]},"n":7,"StoreFiles":[]}`,
			`{"tenant" :"REDACTED", "more":"REDACTED","n":"REDACTED","StoreFiles":[]}`},
		{"members in other letters are others", `{"error":"canary"}`, `{"error":"REDACTED"}`},
		{"a value where there should be an object goes", `{"Error":"canary","DiskInfo":77,"StoreFiles":["canary"]}`,
			`{"Error":"REDACTED","DiskInfo":0,"StoreFiles":["REDACTED"]}`},
		{"a message that all clusters have stays", `{"Error":{"Code":"E_ABORT","Message":"Operation canceled."}}`,
			`{"Error":{"Code":"E_ABORT","Message":"Operation canceled."}}`},
		{"another message goes", `{"Error":{"Code":"0x80070070","Message":"\\\\canary\\d$ is full"}}`,
			`{"Error":{"Code":"0x80070070","Message":"REDACTED"}}`},
		{"a bare text goes", ` "canary"`, ` "REDACTED"`},
		{"a bare list goes", `["canary", 5, true, null]`, `["REDACTED", 0, true, null]`},
		{"what is no JSON goes", `{"StoreFiles":[canary`, `REDACTED`},
		{"what is more than JSON goes", `{} canary`, `REDACTED`},
		{"two values go", `{}{}`, `REDACTED`},
		{"what is too deep goes", string(deep), `REDACTED`},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := string(redactJSON([]byte(row.body))); got != row.want {
				t.Errorf("got  %s\nwant %s", got, row.want)
			}
		})
	}
}

// The lists of members are those of the document, and none is missing.
func TestEveryMemberOfTheContractIsListed(t *testing.T) {
	doc, err := openapi3.NewLoader().LoadFromData(sfstore.Document)
	if err != nil {
		t.Fatal(err)
	}
	var scalars, objects []string
	for _, schema := range doc.Components.Schemas {
		for name, property := range schema.Value.Properties {
			if holds(property.Value) {
				objects = append(objects, name)
			} else {
				scalars = append(scalars, name)
			}
		}
	}
	same(t, "holders", holders, objects)
	same(t, "keptMembers", keptMembers, scalars)
}

// holds tells whether a value is an object, or a list of them.
func holds(s *openapi3.Schema) bool {
	if s.Type.Is(openapi3.TypeArray) {
		return holds(s.Items.Value)
	}
	for _, part := range s.AllOf {
		if holds(part.Value) {
			return true
		}
	}
	return s.Type.Is(openapi3.TypeObject) || len(s.Properties) > 0
}

func same(t *testing.T, list string, got, want []string) {
	t.Helper()
	slices.Sort(want)
	if want = slices.Compact(want); !slices.Equal(got, want) {
		t.Errorf("%s lists\n%v, and the document has\n%v", list, got, want)
	}
}

// Redaction keeps what has the form of the contract in that form.
func FuzzRedactJSON(f *testing.F) {
	for _, seed := range []string{`{"Error":{"Code":"E_FAIL","Message":"x"}}`, `{"a":[1,{"b":"c"}],"StoreFiles":[]}`, `[`, `"`, `{"Code":"\ud800"}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		once := redactJSON(body)
		if twice := redactJSON(once); fmt.Sprintf("%q", twice) != fmt.Sprintf("%q", once) {
			t.Errorf("%q becomes %q and then %q", body, once, twice)
		}
	})
}
