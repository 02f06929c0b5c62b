package api_test

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/sfstore/sfstore/api"
)

// requests has a request of each operation, to go with the examples.
var requests = map[string]string{
	"GetImageStoreRootContent":         "GET /ImageStore?api-version=6.0",
	"GetImageStoreContent":             "GET /ImageStore/a?api-version=6.2",
	"UploadFile":                       "PUT /ImageStore/a?api-version=6.0",
	"DeleteImageStoreContent":          "DELETE /ImageStore/a?api-version=6.0",
	"UploadFileChunk":                  "PUT " + chunkPath,
	"GetImageStoreUploadSessionByPath": "GET " + askSessions,
	"GetImageStoreFolderSize":          "GET /ImageStore/a/$/FolderSize?api-version=6.5",
	"GetImageStoreUploadSessionById":   "GET /ImageStore/$/GetUploadSession?api-version=6.0&session-id=" + session,
	"CommitImageStoreUploadSession":    "POST /ImageStore/$/CommitUploadSession?api-version=6.0&session-id=" + session,
	"DeleteImageStoreUploadSession":    "DELETE /ImageStore/$/DeleteUploadSession?api-version=6.0&session-id=" + session,
	"CopyImageStoreContent":            "POST /ImageStore/$/Copy?api-version=6.0",
	"GetImageStoreRootFolderSize":      "GET /ImageStore/$/FolderSize?api-version=6.5",
	"GetImageStoreInfo":                "GET " + askInfo,
}

func TestEveryExampleIsOfItsOperation(t *testing.T) {
	contract := load(t)
	for _, e := range contract.Examples() {
		t.Run(e.Operation+"/"+e.Status+"/"+e.Name, func(t *testing.T) {
			method, target, ok := strings.Cut(requests[e.Operation], " ")
			if !ok {
				t.Fatal("there is no request to go with the example")
			}
			r := request(t, method, target)
			if got, err := contract.Operation(r); err != nil || got != e.Operation {
				t.Fatalf("the request is %q: %v", got, err)
			}
			header := http.Header{"Content-Type": {e.MediaType}}
			if err := checkExample(contract, r, e, header); err != nil {
				t.Error(err)
			}
		})
	}
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
	with := make(map[string]bool)
	for _, e := range load(t).Examples() {
		with[e.Operation+" "+e.Status] = true
	}
	for _, body := range []string{
		"UploadFile ", "UploadFileChunk ", "CopyImageStoreContent ",
		"GetImageStoreRootContent 200", "GetImageStoreContent 200", "GetImageStoreUploadSessionById 200",
		"GetImageStoreUploadSessionByPath 200", "GetImageStoreInfo 200", "GetImageStoreFolderSize 200",
		"GetImageStoreRootFolderSize 200",
	} {
		if !with[body] {
			t.Errorf("no example of %q", body)
		}
	}
	for _, id := range load(t).Operations() {
		if !with[id+" default"] {
			t.Errorf("no example of a failure of %s", id)
		}
	}
}

func TestExamplesAreTheirBytes(t *testing.T) {
	want := map[string]string{
		"UploadFile//File":                     "Hello, image store.\n",
		"GetImageStoreRootFolderSize/200/Root": `{"FolderSize":"2030450","StoreRelativePath":"store"}`,
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
