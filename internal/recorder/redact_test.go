package recorder

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/sfstore/sfstore"
	"github.com/sfstore/sfstore/api"
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
		{"a fragment goes", "/ImageStore/a#canary?canary", "/ImageStore/a"},
		{"a URL in a query is no host", "/canary?u=http://canary/ImageStore/b", "/REDACTED?u=REDACTED"},
		{"a URL in a query of no path is no host", "canary?u=http://canary/ImageStore/canary", "/REDACTED?u=REDACTED"},
		{"no path at all", "*", "/REDACTED"},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := newRedactor(contract(t)).target(row.target); got != row.want {
				t.Errorf("got %q, want %q", got, row.want)
			}
		})
	}
}

func contract(t testing.TB) *api.Contract {
	t.Helper()
	c, err := api.Load()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// A request line may have an absolute URL.
func TestTargetOf(t *testing.T) {
	for _, row := range []struct{ line, want string }{
		{"http://canary:canary@canary/ImageStore/a%2fb?timeout=5", "/ImageStore/a%2fb?timeout=5"},
		{"http://canary", "/"},
		{"http://canary?x", "/?x"},
		{"/ImageStore/a%2fb/{x}?y&&z=", "/ImageStore/a%2fb/{x}?y&&z="},
		{"//canary/a", "//canary/a"},
		{"*", "*"},
	} {
		r, err := http.ReadRequest(bufio.NewReader(strings.NewReader("GET " + row.line + " HTTP/1.1\r\nHost: h\r\n\r\n")))
		if err != nil {
			t.Fatal(err)
		}
		if got := targetOf(r); got != row.want {
			t.Errorf("%s: got %q, want %q", row.line, got, row.want)
		}
	}
}

func TestRedactHeaders(t *testing.T) {
	header := http.Header{
		"Authorization": {"Bearer canary"}, "Content-Type": {"application/json"}, "Clusterid": {"canary"},
		"X-Servicefabricrequestid": {"canary"}, "Cookie": {"canary", "canary"}, "X-New": {"canary"},
	}
	want := []pair{
		{"Authorization", "REDACTED"}, {"ClusterId", "REDACTED"}, {"Content-Type", "application/json"}, {"Cookie", "REDACTED"},
		{"Cookie", "REDACTED"}, {"X-New", "REDACTED"}, {"X-ServiceFabricRequestId", "REDACTED"}, {"Transfer-Encoding", "chunked"},
	}
	if got := headerPairs(header, []string{"chunked"}); !slices.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
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

// If redaction removed a parameter of the contract, it would make a request invalid.
func TestEveryQueryParameterOfTheContractHasAForm(t *testing.T) {
	doc, err := openapi3.NewLoader().LoadFromData(sfstore.Document)
	if err != nil {
		t.Fatal(err)
	}
	documented := make(map[string]bool)
	for _, item := range doc.Paths.Map() {
		for _, op := range item.Operations() {
			for _, p := range slices.Concat(item.Parameters, op.Parameters) {
				if p.Value.In != openapi3.ParameterInQuery {
					continue
				}
				documented[p.Value.Name] = true
				form, example := queryForms[p.Value.Name], fmt.Sprint(p.Value.Example)
				if form == nil || !form.MatchString(example) {
					t.Errorf("%s: the parameter %s has no form that keeps %q", op.OperationID, p.Value.Name, example)
				}
			}
		}
	}
	for name := range queryForms {
		if !documented[name] {
			t.Errorf("the document has no parameter %s", name)
		}
	}
}

// The example of each request and response of the document stays unchanged.
func TestRedactionKeepsTheExamplesOfTheContract(t *testing.T) {
	doc, err := openapi3.NewLoader().LoadFromData(sfstore.Document)
	if err != nil {
		t.Fatal(err)
	}
	r := newRedactor(contract(t))
	for path, item := range doc.Paths.Map() {
		if got := r.target(path); got != path {
			t.Errorf("%s becomes %s", path, got)
		}
		for _, op := range item.Operations() {
			for status, response := range op.Responses.Map() {
				for _, media := range response.Value.Content {
					for name, example := range media.Examples {
						text, err := json.Marshal(example.Value.Value)
						if err != nil {
							t.Fatal(err)
						}
						text = secretMessage.ReplaceAll(text, []byte(`"Message":"REDACTED"`))
						if got := r.json(text); !bytes.Equal(secretMessage.ReplaceAll(got, []byte(`"Message":"REDACTED"`)), text) {
							t.Errorf("%s: %s: %s: %s\nbecomes %s", op.OperationID, status, name, text, got)
						}
					}
				}
			}
		}
	}
}

var secretMessage = regexp.MustCompile(`"Message":"[^"]*"`)

func TestRedactJSON(t *testing.T) {
	r := newRedactor(contract(t))
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
			`{"REDACTED":"REDACTED","StoreFiles":[]}`},
		{"members in other letters are others", `{"error":"canary"}`, `{"REDACTED":"REDACTED"}`},
		{"a value where there should be an object goes", `{"Error":"canary","DiskInfo":77,"StoreFiles":["canary"]}`,
			`{"DiskInfo":0,"Error":"REDACTED","StoreFiles":["REDACTED"]}`},
		{"a text for an object goes", `{"FileVersion":"canary"}`, `{"FileVersion":"REDACTED"}`},
		{"a message that all clusters have stays", `{"Error":{"Code":"E_ABORT","Message":"Operation canceled."}}`,
			`{"Error":{"Code":"E_ABORT","Message":"Operation canceled."}}`},
		{"another message goes", `{"Error":{"Code":"0x80070070","Message":"\\\\canary\\d$ is full"}}`,
			`{"Error":{"Code":"0x80070070","Message":"REDACTED"}}`},
		{"a bare text goes", ` "canary"`, `"REDACTED"`},
		{"a bare list goes", `["canary", 5, true, null]`, `["REDACTED",0,true,null]`},
		{"what is no JSON goes", `{"StoreFiles":[canary`, `REDACTED`},
		{"what is more than JSON goes", `{} canary`, `REDACTED`},
		{"two values go", `{}{}`, `REDACTED`},
		{"what is too deep goes", string(deep), `REDACTED`},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := string(r.json([]byte(row.body))); got != row.want {
				t.Errorf("got  %s\nwant %s", got, row.want)
			}
		})
	}
}

// Redacting a body twice gives the same as redacting it once.
func FuzzRedactJSON(f *testing.F) {
	for _, seed := range []string{`{"Error":{"Code":"E_FAIL","Message":"x"}}`, `{"a":[1,{"b":"c"}],"StoreFiles":[]}`, `[`, `"`, `{"Code":"\ud800"}`} {
		f.Add([]byte(seed))
	}
	r := newRedactor(contract(f))
	f.Fuzz(func(t *testing.T, body []byte) {
		once := r.json(body)
		if twice := r.json(once); fmt.Sprintf("%q", twice) != fmt.Sprintf("%q", once) {
			t.Errorf("%q becomes %q and then %q", body, once, twice)
		}
	})
}
