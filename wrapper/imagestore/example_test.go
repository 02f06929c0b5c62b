package imagestore_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"github.com/sfstore/sfstore/wrapper/imagestore"
)

// gateway starts a server that responds to everything in the same way.
func gateway(status int, body string) *httptest.Server {
	return httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}))
}

func Example() {
	cluster := gateway(200, published) // in place of http://localhost:19080
	defer cluster.Close()

	client, err := imagestore.New(cluster.URL)
	if err != nil {
		fmt.Println(err)
		return
	}
	sessions, err := client.UploadSessionsByPath(context.Background(), `SwaggerTest\Common.dll`)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, s := range sessions {
		fmt.Printf("%s: %d of %d bytes to go, in %d ranges\n", s.ID, s.Remaining(), s.Size, len(s.Expected))
	}
	// Output:
	// 2032ac6c-a348-4594-86da-dab0f2bb1ae1: 1677791 of 2097152 bytes to go, in 2 ranges
	// fb2da2b2-7cb4-45d2-a2e6-c4888d205bc5: 1626571 of 2097152 bytes to go, in 2 ranges
}

func ExampleHasCode() {
	cluster := gateway(400, `{"Error":{"Code":"FABRIC_E_UPLOAD_SESSION_RANGE_NOT_SATISFIABLE","Message":"Null"}}`)
	defer cluster.Close()
	client, err := imagestore.New(cluster.URL, imagestore.WithRequestID(func() string { return "trace-7" }))
	if err != nil {
		fmt.Println(err)
		return
	}

	id, err := imagestore.ParseSessionID("2032ac6c-a348-4594-86da-dab0f2bb1ae1")
	if err != nil {
		fmt.Println(err)
		return
	}
	chunk := imagestore.Range{First: 0, Last: 4}
	err = client.UploadFileChunk(context.Background(), "App/Hello.txt", id, chunk, 10, strings.NewReader("Hello"))
	if imagestore.HasCode(err, imagestore.CodeUploadSessionRangeNotSatisfiable) {
		fmt.Println("the chunk, or a part of it, has already arrived: query the session")
	}
	// Output:
	// the chunk, or a part of it, has already arrived: query the session
}

// A commit makes a file of its chunks, which takes longer the larger the file is.
func ExampleClient_With() {
	cluster := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		fmt.Println(r.Method, r.RequestURI)
	}))
	defer cluster.Close()
	client, err := imagestore.New(cluster.URL)
	if err != nil {
		fmt.Println(err)
		return
	}

	patient, err := client.With(imagestore.WithServerTimeout(20 * time.Minute))
	if err != nil {
		fmt.Println(err)
		return
	}
	id, err := imagestore.ParseSessionID("2032ac6c-a348-4594-86da-dab0f2bb1ae1")
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := patient.CommitUploadSession(context.Background(), id); err != nil {
		fmt.Println(err)
	}
	// Output:
	// POST /ImageStore/$/CommitUploadSession?api-version=6.0&session-id=2032ac6c-a348-4594-86da-dab0f2bb1ae1&timeout=1200
}

// The generated client is for what the typed one does not cover, here the unchanged response.
func ExampleClient_Generated() {
	cluster := gateway(200, `{"StoreRelativePath":"App","FolderSize":"1230502"}`)
	defer cluster.Close()
	client, err := imagestore.New(cluster.URL)
	if err != nil {
		fmt.Println(err)
		return
	}

	rsp, err := client.Generated().GetImageStoreFolderSize(context.Background(), "App", nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = rsp.Body.Close() }()
	if err := imagestore.CheckResponse(rsp); err != nil {
		fmt.Println(err)
		return
	}
	body, err := io.ReadAll(rsp.Body)
	fmt.Println(string(body), err)
	// Output:
	// {"StoreRelativePath":"App","FolderSize":"1230502"} <nil>
}
