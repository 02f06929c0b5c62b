//go:build unix

package cli_test

import (
	"bytes"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/sfstore/sfstore/emulator"
	"github.com/sfstore/sfstore/internal/cli"
)

// TestSourcesThatAreNotWhatTheySeem uploads a pipe, a device and a name with a backslash. An empty file
// is stored, although it has as many bytes as the first two announce.
func TestSourcesThatAreNotWhatTheySeem(t *testing.T) {
	t.Parallel()
	store, err := emulator.New(emulator.WithFolder(t.TempDir()))
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(store)
	t.Cleanup(func() { server.Close(); _ = store.Close() })
	folder := t.TempDir()
	name := func(n string) string { return filepath.Join(folder, n) }
	for _, file := range []string{"empty", `back\slash`} {
		if err := os.WriteFile(name(file), nil, 0o644); err != nil {
			t.Skip(err)
		}
	}
	if err := syscall.Mkfifo(name("pipe"), 0o600); err != nil {
		t.Skip(err)
	}
	run := func(args ...string) (int, string) {
		var stdout, stderr bytes.Buffer
		code := cli.Run(t.Context(), append(args, "--endpoint", server.URL), strings.NewReader(""), &stdout, &stderr, func(string) string { return "" })
		return code, stdout.String() + stderr.String()
	}
	if code, text := run("upload", name("empty"), "App/empty"); code != 0 {
		t.Fatalf("exit code %d\n%s", code, text)
	}
	for _, source := range []string{name("pipe"), os.DevNull} {
		if code, text := run("verify", source, "App/empty"); code != 1 || !strings.Contains(text, "it is not a regular file") {
			t.Errorf("verify %s: exit code %d\n%s", source, code, text)
		}
	}
	if _, err := os.Stat("/proc/version"); err == nil {
		if code, text := run("verify", "/proc/version", "App/empty"); code != 1 || !strings.Contains(text, "announces 0 bytes and has more") {
			t.Errorf("verify /proc/version: exit code %d\n%s", code, text)
		}
	}
	if code, text := run("upload", name(`back\slash`), "App/"); code != 2 || !strings.Contains(text, "has a backslash in its name") {
		t.Errorf("exit code %d\n%s", code, text)
	}
}
