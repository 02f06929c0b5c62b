package emulator_test

import (
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"github.com/sfstore/sfstore/emulator"
)

// A file is uploaded in two chunks. In between, the session shows what is still expected.
func Example() {
	store, err := emulator.New()
	if err != nil {
		log.Fatal(err)
	}
	defer store.Close()
	server := httptest.NewServer(store)
	defer server.Close()

	send := func(verb, path, body, contentRange string) string {
		req, err := http.NewRequest(verb, server.URL+"/ImageStore/"+path, strings.NewReader(body))
		if err != nil {
			log.Fatal(err)
		}
		if contentRange != "" {
			req.Header.Set("Content-Range", contentRange)
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			log.Fatal(err)
		}
		defer resp.Body.Close()
		var answer struct {
			UploadSessions []struct {
				ExpectedRanges []struct{ StartPosition, EndPosition string }
			}
		}
		if json.NewDecoder(resp.Body).Decode(&answer) == nil {
			return fmt.Sprint(resp.StatusCode, " expects ", answer.UploadSessions[0].ExpectedRanges)
		}
		return fmt.Sprint(resp.StatusCode)
	}

	const query = "?api-version=6.0&session-id=2032ac6c-a348-4594-86da-dab0f2bb1ae1"
	fmt.Println(send("PUT", "App/Code.zip/$/UploadChunk"+query, "hello, ", "bytes 0-6/12"))
	fmt.Println(send("GET", "$/GetUploadSession"+query, "", ""))
	fmt.Println(send("PUT", "App/Code.zip/$/UploadChunk"+query, "store", "bytes 7-11/12"))
	fmt.Println(send("POST", "$/CommitUploadSession"+query, "", ""))
	fmt.Println(store.Stats().Files, "file")
	// Output:
	// 200
	// 200 expects [{7 11}]
	// 200
	// 200
	// 1 file
}

// To test a client's retries, make chosen requests fail.
func ExampleParseFaults() {
	faults, err := emulator.ParseFaults("UploadFileChunk:3=drop-request,*:every-4=delay/2s,UploadFile=503/E_ABORT")
	if err != nil {
		log.Fatal(err)
	}
	for _, f := range faults {
		fmt.Printf("%q from %d every %d count %d: %v %v %d %q\n", f.Operation, f.From, f.Every, f.Count, f.Action, f.Delay, f.Status, f.Code)
	}
	_, err = emulator.ParseFaults("UploadFileChunk:third=cut")
	fmt.Println(err)
	// Output:
	// "UploadFileChunk" from 3 every 0 count 1: drop-request 0s 0 ""
	// "" from 0 every 4 count 0: delay 2s 0 ""
	// "UploadFile" from 0 every 0 count 0: answer 0s 503 "E_ABORT"
	// fault "UploadFileChunk:third=cut": "third" is not N, from-N, every-N or count-N with N from 1
}

// The test advances time instead of waiting.
func ExampleWithClock() {
	now := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
	store, err := emulator.New(emulator.WithClock(func() time.Time { return now }))
	if err != nil {
		log.Fatal(err)
	}
	defer store.Close()
	do := func(verb, target string) int {
		req := httptest.NewRequest(verb, target+"?api-version=6.0&session-id=2032ac6c-a348-4594-86da-dab0f2bb1ae1", strings.NewReader("12345"))
		req.Header.Set("Content-Range", "bytes 0-4/10")
		w := httptest.NewRecorder()
		store.ServeHTTP(w, req)
		return w.Code
	}
	fmt.Println(do(http.MethodPut, "/ImageStore/a.bin/$/UploadChunk"))
	fmt.Println(do(http.MethodGet, "/ImageStore/$/GetUploadSession"))
	now = now.Add(30 * time.Minute)
	fmt.Println(do(http.MethodGet, "/ImageStore/$/GetUploadSession"))
	// Output:
	// 200
	// 200
	// 204
}
