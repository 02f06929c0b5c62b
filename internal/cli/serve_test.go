package cli_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// served is a running `sfstore serve`.
type served struct {
	url string
	cmd *exec.Cmd
	log *bufio.Scanner // lines of standard error
}

// serve starts the command and waits for its URL, as a program in any language would.
func serve(t *testing.T, args ...string) *served {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	cmd := exec.CommandContext(ctx, "sfstore", append([]string{"serve", "--listen", "127.0.0.1:0"}, args...)...)
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	url, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatalf("no first line: %v", err)
	}
	return &served{url: strings.TrimSuffix(url, "\n"), cmd: cmd, log: bufio.NewScanner(stderr)}
}

// stop interrupts the server and wants it to end well.
func (s *served) stop(t *testing.T) {
	t.Helper()
	if err := s.cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	for s.log.Scan() { // to the end, so that Wait may close the pipe
	}
	if err := s.cmd.Wait(); err != nil {
		t.Errorf("serve ended with %v", err)
	}
}

// logged reads the log up to a line that holds the text.
func (s *served) logged(t *testing.T, text string) {
	t.Helper()
	for s.log.Scan() {
		if strings.Contains(s.log.Text(), text) {
			return
		}
	}
	t.Fatalf("the log ended without %q: %v", text, s.log.Err())
}

func do(t *testing.T, method, url, body string, header ...string) int {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	rsp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer rsp.Body.Close()
	_, _ = io.Copy(io.Discard, rsp.Body)
	return rsp.StatusCode
}

const sessionURL = "/ImageStore/App/Code.zip/$/UploadChunk?api-version=6.0&session-id=0b6ac6b8-6c2e-5a4e-9d55-3d2b6f1c7a01"

func TestServeKeepsFilesAndLosesSessions(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "new", "store")
	s := serve(t, "--data", folder)
	if status := do(t, "PUT", s.url+"/ImageStore/App/a.txt?api-version=6.0", "hello"); status != http.StatusOK {
		t.Fatalf("PUT: %d", status)
	}
	s.logged(t, "PUT    /ImageStore/App/a.txt?api-version=6.0  200  5 B in, 0 B out")
	if status := do(t, "PUT", s.url+sessionURL, "0123456789", "Content-Range", "bytes 0-9/20"); status != http.StatusOK {
		t.Fatalf("chunk: %d", status)
	}
	ask := s.url + "/ImageStore/App/Code.zip/$/GetUploadSession?api-version=6.0"
	if status := do(t, "GET", ask, ""); status != http.StatusOK {
		t.Fatalf("session: %d", status)
	}
	if err := s.cmd.Process.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	s.logged(t, "failover: all upload sessions are lost")
	if status := do(t, "GET", ask, ""); status != http.StatusNoContent {
		t.Errorf("session after a failover: %d", status)
	}
	s.stop(t)

	again := serve(t, "--data", folder, "--platform", "linux", "--verbose")
	if status := do(t, "GET", again.url+"/ImageStore/App/a.txt?api-version=6.2", "", "Authorization", "Bearer canary"); status != http.StatusOK {
		t.Errorf("the file after a restart: %d", status)
	}
	again.logged(t, "> Authorization: REDACTED")
	if status := do(t, "GET", again.url+"/ImageStore/App/Code.zip/$/GetUploadSession?api-version=6.0", ""); status != http.StatusBadRequest {
		t.Errorf("a session on Linux: %d", status)
	}
	again.stop(t)
	if _, err := os.Stat(filepath.Join(folder, "content", "App", "a.txt")); err != nil {
		t.Error(err)
	}
}

func TestServeSaysWhatIsWrong(t *testing.T) {
	s := serve(t)
	defer s.stop(t)
	rows := []struct {
		name string
		args []string
		code int
		want string
	}{
		{"the port is taken", []string{"--listen", strings.TrimPrefix(s.url, "http://")}, 1, "address already in use (--listen 127.0.0.1:0 takes a free port)"},
		{"no such platform", []string{"--platform", "solaris"}, 2, "solaris"},
		{"a lifetime that is none", []string{"--session-timeout", "0s"}, 2, "--session-timeout 0s: must be positive"},
		{"the folder is a file", []string{"--listen", "127.0.0.1:0", "--data", "serve_test.go"}, 1, "serve_test.go"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			out, err := exec.CommandContext(t.Context(), "sfstore", append([]string{"serve"}, row.args...)...).CombinedOutput()
			if err == nil {
				t.Fatalf("no failure: %s", out)
			}
			failed, ok := errors.AsType[*exec.ExitError](err)
			if !ok || failed.ExitCode() != row.code || !strings.Contains(string(out), row.want) {
				t.Errorf("%v, want exit code %d\n%s", err, row.code, out)
			}
		})
	}
}
