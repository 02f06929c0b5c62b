//go:build linux || darwin

package cli_test

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/creack/pty"
)

// TestAPromptThatIsLeft interrupts a question: the error is on a line of its own.
func TestAPromptThatIsLeft(t *testing.T) {
	t.Parallel()
	s := serve(t, "--quiet")
	if status := do(t, "PUT", s.url+"/ImageStore/App/a?api-version=6.0", ""); status != http.StatusOK {
		t.Fatalf("PUT: %d", status)
	}
	for _, row := range []struct {
		name, key, want string
		code            int
	}{
		{"Control-D", "\x04", "[y/N] \r\nsfstore: not confirmed, nothing was changed", 1},
		{"Control-C", "\x03", "\r\nsfstore: interrupted, nothing was changed: ", 3},
	} {
		cmd := exec.CommandContext(t.Context(), "sfstore", "rm", "App", "--endpoint", s.url)
		terminal, err := pty.Start(cmd)
		if err != nil {
			t.Fatal(err)
		}
		var screen strings.Builder
		buffer := make([]byte, 4096)
		for err == nil {
			var n int
			n, err = terminal.Read(buffer)
			asked := strings.Contains(screen.String(), "[y/N] ")
			screen.Write(buffer[:n])
			if !asked && strings.Contains(screen.String(), "[y/N] ") {
				if _, err := terminal.WriteString(row.key); err != nil {
					t.Fatal(err)
				}
			}
		}
		_ = cmd.Wait()
		_ = terminal.Close()
		if code := cmd.ProcessState.ExitCode(); code != row.code || !strings.Contains(screen.String(), row.want) || strings.Contains(screen.String(), "context canceled") {
			t.Errorf("%s: exit code %d, %q", row.name, code, screen.String())
		}
	}
	s.stop(t)
}

// A dumb terminal cannot replace lines.
func TestADumbTerminalGetsNoBars(t *testing.T) {
	t.Setenv("TERM", "dumb")
	s := serve(t, "--quiet")
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, []byte("hello"), 0o600); err != nil {
		t.Fatal(err)
	}
	output := atTerminal(t, pty.Winsize{Rows: 24, Cols: 80}, func(*os.File, string) {}, "upload", file, "App/file", "--endpoint", s.url)
	if strings.Contains(output, "\x1b") || !strings.Contains(output, "uploaded 5 B to App/file") {
		t.Errorf("printed %q", output)
	}
	s.stop(t)
}
