package cli_test

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/sfstore/sfstore/emulator"
)

// TestAKilledUploadResumes kills the command when four of ten chunks have arrived and the fifth is being
// sent, and runs it again: it sends what is missing, and reports what it did not have to send.
func TestAKilledUploadResumes(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	store, err := emulator.New(emulator.WithFolder(filepath.Join(dir, "store")))
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	chunks, fifth, killed := 0, make(chan bool), make(chan bool)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/$/UploadChunk") {
			if chunks++; chunks == 5 {
				_, _ = io.Copy(io.Discard, r.Body)
				close(fifth)
				<-killed
				return
			}
		}
		store.ServeHTTP(w, r)
	}))
	defer server.Close()

	file := make([]byte, 100_000)
	_, _ = rand.Read(file)
	name := filepath.Join(dir, "Code.zip")
	if err := os.WriteFile(name, file, 0o600); err != nil {
		t.Fatal(err)
	}
	command := func() *exec.Cmd {
		return exec.CommandContext(t.Context(), "sfstore", "upload", "--endpoint", server.URL,
			"--parallel", "1", "--chunk-size", "10000", name, "App/Code.zip")
	}
	first := command()
	if err := first.Start(); err != nil {
		t.Fatal(err)
	}
	<-fifth
	if err := first.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = first.Wait()
	close(killed)

	out, err := command().Output()
	if err != nil {
		t.Fatalf("the second run: %v", err)
	}
	if !strings.HasPrefix(string(out), "uploaded 97.7 KiB to App/Code.zip, 58.6 KiB sent, 39.1 KiB had already arrived, in ") {
		t.Errorf("the second run says %q", out)
	}
	stored, err := os.ReadFile(filepath.Join(dir, "store", "content", "App", "Code.zip"))
	if err != nil || !bytes.Equal(stored, file) {
		t.Errorf("the stored file differs: %v", err)
	}
}

// TestAnInterruptedUploadSaysWhatResumesIt interrupts the command when a chunk of one file and another
// whole file have arrived.
func TestAnInterruptedUploadSaysWhatResumesIt(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := serve(t, "--fault", "UploadFileChunk:from-3=delay/1m")
	if err := os.WriteFile(filepath.Join(dir, "Code.zip"), make([]byte, 100_000), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "small"), []byte("hello"), 0o600); err != nil {
		t.Fatal(err)
	}
	args := []string{"upload", "-o", "json", "--endpoint", s.url, "--parallel", "2", "--chunk-size", "10000", dir, "App"}
	command := exec.CommandContext(t.Context(), "sfstore", args...)
	var stdout, stderr bytes.Buffer
	command.Stdout, command.Stderr = &stdout, &stderr
	if err := errors.Join(interruptible(command), command.Start()); err != nil {
		t.Fatal(err)
	}
	s.logged(t, "App/Code.zip/$/UploadChunk?") // the first chunk claims the folder
	if err := interrupt(command, os.Interrupt); err != nil {
		t.Fatal(err)
	}
	_ = command.Wait()
	if code := command.ProcessState.ExitCode(); code != 3 {
		t.Errorf("exit code %d: %s", code, stderr.Bytes())
	}
	lines := bytes.Split(bytes.TrimSpace(stdout.Bytes()), []byte("\n"))
	var last struct {
		Event, Path, Error string
		Sent               int64
		Resume             []string
		Sessions           []struct{ Path, Session string }
	}
	if err := json.Unmarshal(lines[len(lines)-1], &last); err != nil {
		t.Fatal(err)
	}
	if last.Event != "interrupted" || last.Path != "App" || last.Error == "" || last.Sent < 10_000 ||
		!slices.Equal(last.Resume, append([]string{"sfstore"}, args...)) ||
		len(last.Sessions) != 1 || last.Sessions[0].Path != "App/Code.zip" {
		t.Errorf("the last line is %s", lines[len(lines)-1])
	}
	s.stop(t)
}
