package cli_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sfstore/sfstore/api"
	"github.com/sfstore/sfstore/api/recording"
)

// limit runs sfstore with a limit of ulimit.
func limit(t *testing.T, limit string) {
	t.Helper()
	path, err := exec.LookPath("sfstore")
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	script := "#!/bin/sh\nulimit " + limit + " && exec " + path + ` "$@"` + "\n"
	if err := os.WriteFile(filepath.Join(folder, "sfstore"), []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", folder+string(os.PathListSeparator)+os.Getenv("PATH"))
}

// On a disk that becomes full, a recording is complete up to that point.
func TestRecordOnAFullDisk(t *testing.T) {
	listing := `{"StoreFiles":[],"StoreFolders":[` + strings.TrimSuffix(strings.Repeat(`{"StoreRelativePath":"App","FileCount":"1"},`, 300), ",") + `]}`
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, listing)
	}))
	defer server.Close()
	limit(t, "-f 64") // blocks of 512 bytes, or of 1024
	r, file := recordOf(t, server.URL)
	for range 10 {
		do(t, "GET", r.url+"/ImageStore?api-version=6.0", "")
	}
	r.logged(t, "sfstore: write the recording: ")
	code, said := r.exit(t, os.Interrupt)
	if code != 1 || !strings.Contains(said, " of 10 exchanges not recorded: write the recording: ") {
		t.Errorf("exit code %d:\n%s", code, said)
	}
	var passed, different, lost, all int
	if _, summary, ok := strings.Cut(said, file+": "); !ok {
		t.Errorf("no counts in\n%s", said)
	} else if _, err := fmt.Sscanf(summary, "%d passed, %d different", &passed, &different); err != nil {
		t.Errorf("no counts in\n%s", said)
	}
	if _, failure, _ := strings.Cut(said, "\nsfstore: "); failure == "" {
		t.Errorf("no failure in\n%s", said)
	} else if _, err := fmt.Sscanf(failure, "%d of %d exchanges not recorded", &lost, &all); err != nil {
		t.Errorf("no failure in\n%s", said)
	}
	contract, err := api.Load()
	if err != nil {
		t.Fatal(err)
	}
	if c := recording.Check(contract, file).Exchanges; c.Passed != passed || c.Different != different || passed+different+lost != 10 || all != 10 || passed == 0 {
		t.Errorf("%d passed, %d different and %d of %d lost, and in the file are %+v", passed, different, lost, all, c)
	}
	text, err := os.ReadFile(file)
	if err != nil || !json.Valid(text) || !strings.Contains(string(text), "FileCount") {
		t.Errorf("the recording is not whole: %d bytes, %v", len(text), err)
	}
}

// A recorder that has too many files open continues with its connections, and accepts others when it
// has fewer.
func TestRecordWithoutFileDescriptors(t *testing.T) {
	reached, answer := make(chan bool, 1), make(chan bool)
	end := sync.OnceFunc(func() { close(answer) })
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/ImageStore/wait" {
			reached <- true
			<-answer
		}
		w.WriteHeader(http.StatusNoContent)
	}))
	defer server.Close()
	defer end()
	limit(t, "-n 24")
	const tooMany = 40
	r, file := recordOf(t, server.URL)

	waiting := make(chan int, 1)
	go func() {
		rsp, err := http.Get(r.url + "/ImageStore/wait?api-version=6.2")
		if err != nil {
			waiting <- 0
			return
		}
		rsp.Body.Close()
		waiting <- rsp.StatusCode
	}()
	<-reached // otherwise the idle connections could take the descriptors that it needs
	var idle []net.Conn
	for range tooMany {
		// A connection that is closed at once did its part.
		if conn, err := net.DialTimeout("tcp", strings.TrimPrefix(r.url, "http://"), time.Minute); err == nil {
			idle = append(idle, conn)
		}
	}
	r.logged(t, "too many open files")
	end()
	if status := <-waiting; status != 204 {
		t.Errorf("status %d while there are no descriptors", status)
	}
	for _, conn := range idle {
		_ = conn.Close()
	}
	again := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: time.Minute}
	for range 100 { // connections that queued while there were no descriptors may still be closed
		if rsp, err := again.Get(r.url + "/ImageStore/a?api-version=6.2"); err == nil {
			rsp.Body.Close()
			break
		}
	}
	if code, said := r.exit(t, os.Interrupt); code != 0 || strings.Count(said, "retried") > 1 {
		t.Errorf("exit code %d:\n%s", code, said)
	}
	contract, err := api.Load()
	if err != nil {
		t.Fatal(err)
	}
	if c := recording.Check(contract, file).Exchanges; c.Passed != 2 {
		t.Errorf("recorded are %+v, want 2 that passed", c)
	}
}
