package cli_test

import (
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

// A recorder that has too many files open goes on, with what it has and when it has fewer.
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
	path, err := exec.LookPath("sfstore")
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	file := filepath.Join(folder, "traffic.har")
	limited := filepath.Join(folder, "sfstore")
	write := "#!/bin/sh\nulimit -n 24 && exec " + path + ` "$@"` + "\n"
	if err := os.WriteFile(limited, []byte(write), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", folder+string(os.PathListSeparator)+os.Getenv("PATH"))
	const tooMany = 40
	r := start(t, "record", "--listen", "127.0.0.1:0", "--upstream", server.URL, "--out", file)

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
	<-reached // or else the idle connections might take the descriptors that it needs
	var idle []net.Conn
	for range tooMany {
		// One that is cut off at once did its part.
		if conn, err := net.DialTimeout("tcp", strings.TrimPrefix(r.url, "http://"), 5*time.Second); err == nil {
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
	again := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: 20 * time.Second}
	for range 100 { // what was in the queue while there were none may still be cut off
		if rsp, err := again.Get(r.url + "/ImageStore/a?api-version=6.2"); err == nil {
			rsp.Body.Close()
			break
		}
	}
	if code, said := r.exit(t, os.Interrupt); code != 0 || strings.Count(said, "tried again") > 1 {
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
