package api_test

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/sfstore/sfstore"
	"github.com/sfstore/sfstore/api"
)

func TestEveryExampleIsOfItsOperation(t *testing.T) {
	contract := load(t)
	for _, e := range contract.Examples() {
		t.Run(e.Operation+"/"+e.Status+"/"+e.Name, func(t *testing.T) {
			r := exampleRequest(t, e.Operation)
			header := http.Header{"Content-Type": {e.MediaType}}
			if err := checkExample(contract, r, e, header); err != nil {
				t.Error(err)
			}
		})
	}
}

func exampleRequest(t *testing.T, operationID string) *http.Request {
	t.Helper()
	r, err := load(t).ExampleRequest("http://localhost:19080", operationID)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func checkExample(contract *api.Contract, r *http.Request, e api.Example, header http.Header) error {
	switch e.Status {
	case "":
		r.Header, r.ContentLength = header, int64(len(e.Body))
		r.Header.Set("Content-Range", fmt.Sprintf("bytes 0-%d/%d", len(e.Body)-1, len(e.Body)))
		return contract.Request(r, e.Body)
	case "default":
		return contract.Response(r, http.StatusInternalServerError, header, e.Body)
	}
	status, err := strconv.Atoi(e.Status)
	if err != nil {
		return err
	}
	return contract.Response(r, status, header, e.Body)
}

func TestEveryBodyHasAnExample(t *testing.T) {
	doc, err := openapi3.NewLoader().LoadFromData(sfstore.Document)
	if err != nil {
		t.Fatal(err)
	}
	with := make(map[string]bool)
	for _, e := range load(t).Examples() {
		with[e.Operation+" "+e.Status] = true
	}
	for _, item := range doc.Paths.Map() {
		for _, op := range item.Operations() {
			if op.RequestBody != nil && !with[op.OperationID+" "] {
				t.Errorf("%s: no example of the request body", op.OperationID)
			}
			for status, response := range op.Responses.Map() {
				if len(response.Value.Content) > 0 && !with[op.OperationID+" "+status] {
					t.Errorf("%s: no example of the response body of status %s", op.OperationID, status)
				}
			}
		}
	}
}

func TestExamplesAreTheirBytes(t *testing.T) {
	want := map[string]string{
		"UploadFile//File":                     "Hello, image store.\n",
		"GetImageStoreRootFolderSize/200/Root": `{"FolderSize":"4195201","StoreRelativePath":"store"}`,
	}
	for _, e := range load(t).Examples() {
		key := e.Operation + "/" + e.Status + "/" + e.Name
		if text, ok := want[key]; ok {
			delete(want, key)
			if string(e.Body) != text {
				t.Errorf("%s is %q, want %q", key, e.Body, text)
			}
		}
	}
	if len(want) > 0 {
		t.Errorf("no examples %v", want)
	}
}

func TestExamplesAreSorted(t *testing.T) {
	var keys []string
	for _, e := range load(t).Examples() {
		keys = append(keys, strings.Join([]string{e.Operation, e.Status, e.MediaType, e.Name}, "\x00"))
	}
	if !slices.IsSorted(keys) {
		t.Errorf("not sorted: %q", keys)
	}
}
