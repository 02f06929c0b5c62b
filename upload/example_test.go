package upload_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"testing/fstest"

	"github.com/sfstore/sfstore/emulator"
	"github.com/sfstore/sfstore/upload"
	"github.com/sfstore/sfstore/wrapper/imagestore"
)

// localStore replaces a cluster at http://localhost:19080.
func localStore(options ...emulator.Option) (client *imagestore.Client, end func()) {
	store, err := emulator.New(options...)
	if err != nil {
		panic(err)
	}
	server := httptest.NewServer(store)
	if client, err = imagestore.New(server.URL, imagestore.WithHTTPClient(server.Client())); err != nil {
		panic(err)
	}
	return client, func() {
		server.Close()
		if err := store.Close(); err != nil {
			panic(err)
		}
	}
}

func Example() {
	client, end := localStore()
	defer end()

	uploader, err := upload.New(client)
	if err != nil {
		fmt.Println(err)
		return
	}
	file := bytes.Repeat([]byte("service fabric "), 1_000_000)
	report, err := uploader.ReaderAt(context.Background(), "App/Code.zip", bytes.NewReader(file), int64(len(file)))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%s: %d of %d bytes sent, %d retries\n", report.Path, report.Sent, report.Size, report.Retries)
	// Output:
	// App/Code.zip: 15000000 of 15000000 bytes sent, 0 retries
}

// The same call on the same bytes resumes where an earlier one ended, here with a new
// uploader, as in another process.
func ExampleUploader_ReaderAt() {
	client, end := localStore(emulator.WithFaults(emulator.Fault{
		Operation: "UploadFileChunk", From: 4, Count: 1, Action: emulator.Answer, Status: 503, Code: "E_ABORT",
	}))
	defer end()
	file := bytes.Repeat([]byte("service fabric "), 1_000_000)
	ctx := context.Background()

	hasty, err := upload.New(client, upload.WithChunkSize(3_000_000), upload.WithWorkers(1), upload.WithRetry(upload.Retry{Attempts: 1}))
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = hasty.ReaderAt(ctx, "App/Code.zip", bytes.NewReader(file), int64(len(file)))
	if failed, ok := errors.AsType[*upload.Error](err); ok && failed.Resumable() {
		fmt.Println("run the same upload again to resume")
	}

	uploader, err := upload.New(client, upload.WithChunkSize(3_000_000))
	if err != nil {
		fmt.Println(err)
		return
	}
	report, err := uploader.ReaderAt(ctx, "App/Code.zip", bytes.NewReader(file), int64(len(file)))
	fmt.Printf("%d bytes were there, %d sent, error %v\n", report.Resumed, report.Sent, err)
	// Output:
	// run the same upload again to resume
	// 9000000 bytes were there, 6000000 sent, error <nil>
}

func ExampleUploader_Folder() {
	client, end := localStore()
	defer end()

	uploader, err := upload.New(client, upload.WithExclude("*.pdb"))
	if err != nil {
		fmt.Println(err)
		return
	}
	build := fstest.MapFS{ // in place of os.DirFS("/build/App")
		"ApplicationManifest.xml": {Data: []byte("<ApplicationManifest/>")},
		"Pkg/ServiceManifest.xml": {Data: []byte("<ServiceManifest/>")},
		"Pkg/Code/Calc.exe":       {Data: []byte("MZ")},
		"Pkg/Code/Calc.pdb":       {Data: []byte("symbols")},
	}
	report, err := uploader.Folder(context.Background(), "App", build)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, file := range report.Files {
		fmt.Println(file.Path, file.Size)
	}
	fmt.Println(report.Folders, "folders are complete")
	// Output:
	// App/ApplicationManifest.xml 22
	// App/Pkg/Code/Calc.exe 2
	// App/Pkg/ServiceManifest.xml 18
	// 3 folders are complete
}
