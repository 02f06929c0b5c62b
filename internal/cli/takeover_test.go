package cli_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/sfstore/sfstore/emulator"
	"github.com/sfstore/sfstore/internal/cli"
)

// TestTakeOver kills an upload that has a claim on the folder, and uploads something else there. The
// last upload takes 20 seconds: it gives the other one, which may be alive, that time to notice.
func TestTakeOver(t *testing.T) {
	t.Parallel()
	store, err := emulator.New(emulator.WithFolder(t.TempDir()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	var hangs atomic.Bool
	begun, killed := make(chan struct{}), make(chan struct{})
	sending := sync.OnceFunc(func() { close(begun) })
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPut && !strings.Contains(r.URL.Path, "/$/") && hangs.Load() {
			_, _ = io.Copy(io.Discard, r.Body)
			sending()
			<-killed
			return
		}
		store.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	folder := t.TempDir()
	write := func(name, text string) {
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("Killed/a", "killed")
	write("Mine/a", "mine")

	hangs.Store(true)
	cmd := exec.Command("sfstore", "upload", "--endpoint", server.URL, filepath.Join(folder, "Killed"), "App")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	<-begun
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	hangs.Store(false)
	close(killed)

	run := func(flags ...string) (int, string) {
		var stdout, stderr bytes.Buffer
		args := append([]string{"upload", "--endpoint", server.URL, filepath.Join(folder, "Mine"), "App"}, flags...)
		code := cli.Run(t.Context(), args, strings.NewReader(""), &stdout, &stderr, func(string) string { return "" })
		return code, stdout.String() + stderr.String()
	}
	if code, text := run(); code != 1 || !strings.Contains(text, `there is another upload to "App"`) || !strings.Contains(text, "or pass --take-over to end it") {
		t.Errorf("without the flag: exit code %d\n%s", code, text)
	}
	if code, text := run("--take-over"); code != 0 || !strings.Contains(text, "uploaded 4 B to App") {
		t.Errorf("with it: exit code %d\n%s", code, text)
	}
	if got := store.Stats().Sessions; got != 0 {
		t.Errorf("%d upload sessions are left", got)
	}
}
