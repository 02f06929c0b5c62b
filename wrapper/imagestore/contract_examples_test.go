package imagestore_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/sfstore/sfstore/wrapper/imagestore"
)

const exampleRef = "#/components/examples/"

// TestEveryExample serves each response of the document to the method of its operation, sends each
// request of the document, and checks that no example was left out.
func TestEveryExample(t *testing.T) {
	used := map[string]bool{}
	for id, operation := range operations() {
		for status, response := range operation.Responses.Map() {
			for name, example := range examplesOf(response.Value) {
				used[strings.TrimPrefix(example.Ref, exampleRef)] = true
				t.Run(id+"/"+status+"/"+name, func(t *testing.T) {
					if status == "200" {
						checkAnswer(t, id, example.Value)
					} else {
						checkErrorAnswer(t, id, status, example.Value)
					}
				})
			}
		}
	}
	checkRequests(t, used)

	for name := range document().Components.Examples {
		if !used[name] {
			t.Errorf("the example %s of the document is not used: a request needs a row in checkRequests", name)
		}
	}
}

// checkAnswer serves an example and compares the result of its method with it.
func checkAnswer(t *testing.T, id string, example *openapi3.Example) {
	t.Helper()
	served := encode(t, example.Value)
	var members map[string]any
	if err := json.Unmarshal([]byte(served), &members); err != nil {
		t.Fatal(err)
	}
	// Pages are joined, so a listing has no token, and a page with one gets a second.
	token, _ := members["ContinuationToken"].(string)
	delete(members, "ContinuationToken")
	answers := []string{rawAnswer("200 OK", jsonType, served)}
	if token != "" {
		answers = append(answers, rawAnswer("204 No Content", jsonType, ""))
	}

	endpoint, requests := onTheWire(t, answers...)
	got, err := callOf(t, id).do(t.Context(), newClient(t, endpoint))
	if err != nil {
		t.Fatal(err)
	}
	if diff := diffJSON(t, encode(t, members), encode(t, got)); diff != "" {
		t.Errorf("decoded and encoded again (-example +got):\n%s", diff)
	}
	if n := len(requests()); n != len(answers) {
		t.Fatalf("%d requests were sent, not %d", n, len(answers))
	}
	if token != "" && !strings.Contains(requests()[1], "&ContinuationToken="+token+" HTTP/1.1\r\n") {
		t.Errorf("the second page was asked for with %q", requests()[1])
	}
}

func checkErrorAnswer(t *testing.T, id, status string, example *openapi3.Example) {
	t.Helper()
	code, err := strconv.Atoi(status)
	if err != nil {
		code = 500 // the default
	}
	var want struct {
		Error struct{ Code, Message string }
	}
	body := encode(t, example.Value)
	if err := json.Unmarshal([]byte(body), &want); err != nil {
		t.Fatal(err)
	}
	if want.Error.Message == "Null" {
		want.Error.Message = ""
	}
	_, err = callOf(t, id).do(t.Context(), newClient(t, responding(t, code, jsonType, body)))
	var got *imagestore.FabricError
	if !errors.As(err, &got) {
		t.Fatalf("got %v, which is no FabricError", err)
	}
	if got.StatusCode != code || string(got.Code) != want.Error.Code || got.Message != want.Error.Message || got.Operation != id {
		t.Errorf("got %d %q %q of %q", got.StatusCode, got.Code, got.Message, got.Operation)
	}
}

// exampleNamed returns an example of the document, and marks it as used.
func exampleNamed(t *testing.T, used map[string]bool, name string) any {
	t.Helper()
	example := document().Components.Examples[name]
	if example == nil {
		t.Fatalf("the document has no example %s any more", name)
	}
	used[name] = true
	return example.Value.Value
}

// checkRequests sends the document's examples of paths and bodies, and marks them as used.
func checkRequests(t *testing.T, used map[string]bool) {
	t.Helper()
	value := func(name string) string {
		return fmt.Sprint(exampleNamed(t, used, name))
	}
	send := func(t *testing.T, do func(c *imagestore.Client) error) (path, body string) {
		t.Helper()
		c := newClient(t, serve(t, func(_ http.ResponseWriter, r *http.Request) {
			bytes, _ := io.ReadAll(r.Body)
			path, body = r.URL.EscapedPath(), string(bytes)
		}))
		if err := do(c); err != nil {
			t.Fatal(err)
		}
		return path, body
	}

	for name, want := range map[string]string{
		"ContentPathBackslash": `/ImageStore/SwaggerTest%5CCommon.dll`,
		"ContentPathSegments":  `/ImageStore/App/CalcPkg/Code/Calc.exe`,
	} {
		given := value(name)
		t.Run("path/"+name, func(t *testing.T) {
			if got, _ := send(t, func(c *imagestore.Client) error { return c.DeleteContent(t.Context(), given) }); got != want {
				t.Errorf("sent %s, not %s", got, want)
			}
		})
	}

	file := value("FileBody")
	t.Run("body/FileBody", func(t *testing.T) {
		if _, got := send(t, func(c *imagestore.Client) error {
			return c.UploadFile(t.Context(), "App/Hello.txt", strings.NewReader(file), int64(len(file)))
		}); got != file || got == "" {
			t.Errorf("sent %q, not %q", got, file)
		}
	})
	chunk := value("ChunkBody")
	t.Run("body/ChunkBody", func(t *testing.T) {
		if _, got := send(t, func(c *imagestore.Client) error {
			r := imagestore.Range{First: 0, Last: int64(len(chunk)) - 1}
			return c.UploadFileChunk(t.Context(), "App/Hello.txt", someSession, r, 1000, strings.NewReader(chunk))
		}); got != chunk || got == "" {
			t.Errorf("sent %q, not %q", got, chunk)
		}
	})

	for name, what := range map[string]imagestore.Copy{
		"CopyFolder": {Source: `Store\CalcServiceApp`, Destination: `Store\CalcServiceApp2`},
		"CopyWithoutSomeFiles": {
			Source: "App", Destination: `Backup\App`, SkipFiles: []string{"Readme.md", "Notes.txt"},
			CheckMarkFile: true, Flag: imagestore.CopyEcho,
		},
	} {
		example := exampleNamed(t, used, name)
		t.Run("body/"+name, func(t *testing.T) {
			_, got := send(t, func(c *imagestore.Client) error { return c.CopyContent(t.Context(), what) })
			var want map[string]any
			if err := json.Unmarshal([]byte(encode(t, example)), &want); err != nil {
				t.Fatal(err)
			}
			// A member that the document leaves out has the same meaning as its default.
			if len(what.SkipFiles) == 0 {
				delete(want, "SkipFiles")
			}
			if !what.CheckMarkFile {
				delete(want, "CheckMarkFile")
			}
			if diff := diffJSON(t, encode(t, want), got); diff != "" {
				t.Errorf("sent (-example +got):\n%s", diff)
			}
		})
	}
}
