package recording

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/sfstore/sfstore"
)

func TestRedactTarget(t *testing.T) {
	for _, row := range []struct{ name, target, want string }{
		{"what the contract knows stays as it is spelled",
			"/ImageStore/a%2Fb%5Cc+d/$/UploadChunk?api-version=6.0&session-id=2032ac6c-a348-4594-86DA-dab0f2bb1ae1&timeout=%360&ContinuationToken=a%2Fb",
			"/ImageStore/a%2Fb%5Cc+d/$/UploadChunk?api-version=6.0&session-id=2032ac6c-a348-4594-86DA-dab0f2bb1ae1&timeout=%360&ContinuationToken=a%2Fb"},
		{"other values go", "/ImageStore?code=canary&api-version=6.0&x=", "/ImageStore?code=REDACTED&api-version=6.0&x=REDACTED"},
		{"names in other letters are other names", "/ImageStore?API-version=canary", "/ImageStore?API-version=REDACTED"},
		{"a part without a sign goes", "/ImageStore?canary&&api-version", "/ImageStore?REDACTED&&api-version"},
		{"an empty query stays", "/ImageStore?", "/ImageStore?"},
		{"a host and a user go", "http://canary:canary@canary/ImageStore/a?timeout=5", "/ImageStore/a?timeout=5"},
		{"a host alone goes", "http://canary", "/"},
		{"a host with a query goes, query and all", "http://canary?canary", "/"},
		{"the root stays", "/", "/"},
		{"a command of the cluster stays", "/$/GetAadMetadata?api-version=6.0", "/$/GetAadMetadata?api-version=6.0"},
		{"what it is about goes", "/$/canary/canary", "/REDACTED"},
		{"other services go", "/Applications/canary?x=canary", "/REDACTED?x=REDACTED"},
		{"a name that is escaped is the same name", "/ImageStore?api%2Dversion=6.0&%74imeout=5", "/ImageStore?api%2Dversion=6.0&%74imeout=5"},
		{"values of another form go", "/ImageStore?timeout=60;sig=canary&api-version=6;sig=canary&session-id=canary&ContinuationToken=a%3Bsig%3Dcanary",
			"/ImageStore?timeout=REDACTED&api-version=REDACTED&session-id=REDACTED&ContinuationToken=REDACTED"},
		{"a path that leaves the store goes", "/ImageStore/../Applications/canary", "/ImageStore/REDACTED"},
		{"a path that leaves it in escapes goes", "/ImageStore/a/%2e%252E%5Ccanary", "/ImageStore/REDACTED"},
		{"names with points stay", "/ImageStore/a..b/.c/...", "/ImageStore/a..b/.c/..."},
		{"a command of the store that it does not have goes", "/ImageStore/a/$/canary;x=canary", "/ImageStore/a/$/REDACTED"},
		{"a command with more behind it goes", "/$/GetClusterVersion;x=canary", "/REDACTED"},
		{"a command that nobody knows goes", "/$/canary", "/REDACTED"},
		{"a fragment goes", "http://canary/ImageStore/a#canary?canary", "/ImageStore/a"},
		{"a URL in a query is no host", "/canary?u=http://canary/ImageStore/b", "/REDACTED?u=REDACTED"},
		{"a URL in a query of no path is no host", "canary?u=http://canary/ImageStore/canary", "/REDACTED?u=REDACTED"},
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

func TestWithHost(t *testing.T) {
	for _, row := range []struct{ name, head, want string }{
		{"another name", "GET / HTTP/1.1\r\nA: b\r\nhOST:  proxy:80\r\nC: d\r\n\r\n", "GET / HTTP/1.1\r\nA: b\r\nhOST:  gateway\r\nC: d\r\n\r\n"},
		{"lines that continue it", "GET / HTTP/1.1\r\nHost: proxy\r\n .invalid\r\n\t:80\r\nC: d\r\n e\r\n\r\n", "GET / HTTP/1.1\r\nHost: gateway\r\nC: d\r\n e\r\n\r\n"},
		{"none", "GET / HTTP/1.1\nX-Host: proxy\n\n", "GET / HTTP/1.1\nX-Host: proxy\n\n"},
	} {
		if got := string(withHost([]byte(row.head), "gateway")); got != row.want {
			t.Errorf("%s: %q becomes %q, want %q", row.name, row.head, got, row.want)
		}
	}
}

func TestHeadersKeepTheirValuesInTheirForm(t *testing.T) {
	for _, row := range []struct{ name, value, want string }{
		{"Accept", "application/json, */*;q=0.8", "application/json, */*;q=0.8"},
		{"Accept", "canary", redacted},
		{"Accept-Encoding", "gzip, deflate;q=0.5", "gzip, deflate;q=0.5"},
		{"Connection", "keep-alive, Upgrade", "keep-alive, Upgrade"},
		{"Connection", "canary", redacted},
		{"Pragma", "canary", redacted},
		{"Allow", "GET, canary", redacted},
		{"Server", "Microsoft-HTTPAPI/2.0", "Microsoft-HTTPAPI/2.0"},
		{"Server", "a (canary)", redacted},
		{"User-Agent", "sfstore/1.2.3+a Go-http-client/1.1", "sfstore/1.2.3+a Go-http-client/1.1"},
		{"User-Agent", "token=canary", redacted},
		{"Content-Type", "application/json; charset=UTF-8", "application/json; charset=UTF-8"},
		{"Content-Type", "application/json; sig=canary", "application/json"},
		{"Content-Type", "canary", redacted},
		{"Content-Range", "bytes 0-9/20", "bytes 0-9/20"},
		{"Content-Range", "bytes canary", redacted},
		{"Content-Length", "12", "12"},
		{"Date", "Wed, 25 Nov 2026 18:36:02 GMT", "Wed, 25 Nov 2026 18:36:02 GMT"},
		{"X-Content-Type-Options", "nosniff", "nosniff"},
		{"Transfer-Encoding", "chunked", "chunked"},
		{"Expect", "100-continue", "100-continue"},
	} {
		if got := redactHeader(row.name, row.value); got != row.want {
			t.Errorf("%s: %s is kept as %q, want %q", row.name, row.value, got, row.want)
		}
	}
}

func TestEveryCommandOfTheContractIsListed(t *testing.T) {
	doc, err := openapi3.NewLoader().LoadFromData(sfstore.Document)
	if err != nil {
		t.Fatal(err)
	}
	var commands []string
	for path := range doc.Paths.Map() {
		if _, command, ok := strings.Cut(path, "/$/"); ok {
			commands = append(commands, command)
		}
	}
	same(t, "storeCommands", storeCommands, commands)
	for name := range queryForms {
		if doc.Components.Parameters == nil || !slices.ContainsFunc(slices.Collect(maps.Values(doc.Components.Parameters)), func(p *openapi3.ParameterRef) bool {
			return p.Value.In == "query" && p.Value.Name == name
		}) {
			t.Errorf("the document has no parameter %s", name)
		}
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
			`{"REDACTED" :"REDACTED", "REDACTED":"REDACTED","REDACTED":"REDACTED","StoreFiles":[]}`},
		{"members in other letters are others", `{"error":"canary"}`, `{"REDACTED":"REDACTED"}`},
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
