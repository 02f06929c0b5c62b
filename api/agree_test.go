package api_test

import (
	"encoding/json"
	"fmt"
	"math"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

// examples reads the examples of the document, which describe one store and one upload.
type examples struct {
	t   *testing.T
	doc *openapi3.T
}

// text is an example that is a string.
func (e examples) text(name string) string {
	e.t.Helper()
	example := e.doc.Components.Examples[name]
	if example == nil {
		e.t.Fatalf("there is no example %s", name)
	}
	text, ok := example.Value.Value.(string)
	if !ok {
		e.t.Fatalf("the example %s is no string", name)
	}
	return text
}

// read decodes an example that is an object.
func (e examples) read(name string, into any) {
	e.t.Helper()
	text, err := json.Marshal(e.doc.Components.Examples[name].Value.Value)
	if err == nil {
		err = json.Unmarshal(text, into)
	}
	if err != nil {
		e.t.Fatal(err)
	}
}

func (e examples) parameter(name string) string {
	return fmt.Sprint(e.doc.Components.Parameters[name].Value.Example)
}

type exampleSession struct {
	UploadSessions []struct {
		StoreRelativePath, SessionId string
		FileSize                     int64 `json:",string"`
		ExpectedRanges               []struct {
			StartPosition, EndPosition int64 `json:",string"`
		}
	}
}

// TestExamplesOfAnUploadAgree follows one session through the examples. Its path, id and size are the
// same everywhere; the chunk has the length of its range, which is still expected.
func TestExamplesOfAnUploadAgree(t *testing.T) {
	e := examples{t, document(t)}
	path, id := e.text("ContentPathBackslash"), e.parameter("SessionId")
	var first, last, total int64
	if _, err := fmt.Sscanf(e.parameter("ContentRange"), "bytes %d-%d/%d", &first, &last, &total); err != nil {
		t.Fatal(err)
	}
	if size := int64(len(e.text("ChunkBody"))); last-first+1 != size {
		t.Errorf("Content-Range has %d bytes, and the chunk %d", last-first+1, size)
	}
	for _, name := range []string{"SessionHalfWay", "SessionAllArrived", "SessionsTwoUploaders"} {
		var answer exampleSession
		e.read(name, &answer)
		session, expected := answer.UploadSessions[0], name == "SessionAllArrived"
		if session.StoreRelativePath != path || session.SessionId != id || session.FileSize != total {
			t.Errorf("%s begins with %+v, want %s of %s with %d bytes", name, session, id, path, total)
		}
		for _, r := range session.ExpectedRanges {
			if r.StartPosition > r.EndPosition || r.EndPosition >= total {
				t.Errorf("%s expects %+v of %d bytes", name, r, total)
			}
			expected = expected || r.StartPosition <= first && last <= r.EndPosition
		}
		if !expected {
			t.Errorf("%s does not expect the chunk %d-%d", name, first, last)
		}
	}
}

type exampleListing struct {
	StoreFiles []struct {
		StoreRelativePath string
		FileVersion       struct{ VersionNumber, EpochDataLossNumber, EpochConfigurationNumber string }
		ModifiedDate      string
		FileSize          int64 `json:",string"`
	}
	StoreFolders []struct {
		StoreRelativePath string
		FileCount         int `json:",string"`
	}
	ContinuationToken string
}

// TestExamplesOfListingsAddUp checks that counts and sizes of the listings and of the folder sizes are
// those of one store.
func TestExamplesOfListingsAddUp(t *testing.T) {
	e := examples{t, document(t)}
	var root, folder, file, page exampleListing
	e.read("ContentOfRoot", &root)
	e.read("ContentOfFolder", &folder)
	e.read("ContentOfFile", &file)
	e.read("ContentFirstPage", &page)
	var size, total struct {
		StoreRelativePath string
		FolderSize        int64 `json:",string"`
	}
	e.read("FolderSize", &size)
	e.read("RootFolderSize", &total)
	var upload exampleSession
	e.read("SessionAllArrived", &upload)

	files, bytes := len(folder.StoreFiles), int64(0)
	for _, f := range folder.StoreFiles {
		bytes += f.FileSize
	}
	for _, f := range folder.StoreFolders {
		files += f.FileCount
	}
	if got := root.StoreFolders[0]; got.StoreRelativePath != size.StoreRelativePath || got.FileCount != files {
		t.Errorf("the root has %+v; the listing of %s has %d files", got, size.StoreRelativePath, files)
	}
	// The folder below contains the uploaded program, whose size is that of its session.
	uploaded := upload.UploadSessions[0]
	if want := bytes + uploaded.FileSize; size.FolderSize != want {
		t.Errorf("%s has %d bytes, and its files %d", size.StoreRelativePath, size.FolderSize, want)
	}
	if got := root.StoreFolders[1]; !strings.HasPrefix(uploaded.StoreRelativePath, got.StoreRelativePath+`\`) || got.FileCount != 1 {
		t.Errorf("the root has %+v besides, for %s", got, uploaded.StoreRelativePath)
	}
	if want := size.FolderSize + uploaded.FileSize; total.FolderSize != want {
		t.Errorf("the store has %d bytes, and its folders %d", total.FolderSize, want)
	}
	alone, listed := file.StoreFiles[0], folder.StoreFiles[1]
	listed.StoreRelativePath = strings.ReplaceAll(listed.StoreRelativePath, `\`, "/")
	if alone != listed {
		t.Errorf("the file is %+v alone and %+v in its folder", alone, listed)
	}
}

// TestExamplesOfPagesAgree checks that the token of the request is that of the response. The response
// has it escaped, and an OpenAPI client escapes what it sends.
func TestExamplesOfPagesAgree(t *testing.T) {
	e := examples{t, document(t)}
	var page exampleListing
	e.read("ContentFirstPage", &page)
	came, err := url.PathUnescape(page.ContinuationToken)
	if err != nil || came != e.parameter("ContinuationToken") {
		t.Errorf("the token came as %q, and %q is sent: %v", page.ContinuationToken, e.parameter("ContinuationToken"), err)
	}
	for _, f := range page.StoreFolders {
		if f.FileCount > math.MaxUint16 {
			t.Errorf("%+v has more files than a server counts", f)
		}
	}
}

// TestExamplesOfUseAddUp checks that the disk has room for what uses it.
func TestExamplesOfUseAddUp(t *testing.T) {
	e := examples{t, document(t)}
	var info map[string]map[string]string
	e.read("Info", &info)
	number := func(text string) int64 {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	room := number(info["DiskInfo"]["Capacity"]) - number(info["DiskInfo"]["AvailableSpace"])
	for _, part := range []string{"UsedByMetadata", "UsedByStaging", "UsedByCopy", "UsedByRegister"} {
		space, files := number(info[part]["UsedSpace"]), number(info[part]["FileCount"])
		if room -= space; room < 0 || (space == 0) != (files == 0) {
			t.Errorf("%s has %d bytes in %d files, beyond %d", part, space, files, room)
		}
	}
}
