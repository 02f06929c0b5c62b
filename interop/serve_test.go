package interop

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sfstore/sfstore/emulator"
)

func TestSfctlUploadsToSfstoreServe(t *testing.T) {
	program := built(t)
	onBothPlatforms(t, func(t *testing.T, platform emulator.Platform) {
		data := t.TempDir()
		url, c := startServe(t, program, "--data", data, "--platform", platform.String()), newSfctl(t)
		c.must(t, "cluster", "select", "--endpoint", url)
		if r := c.upload(t, "App", appPackage()); r.exit != 0 {
			t.Fatalf("exit code %d\n%s%s", r.exit, r.stdout, r.stderr)
		}
		same(t, read(t, filepath.Join(data, "content", "App")), appPackage().marked())
		if got := summary(t, []byte(c.must(t, "store", "root-info").stdout)); got != "App with 16" {
			t.Errorf("the root is %q", got)
		}
	})
}

// built returns the path of the command sfstore, built for the tests.
func built(t *testing.T) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "sfstore")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", program, "./cmd/sfstore")
	build.Dir = ".."
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return program
}

// startServe runs `sfstore serve` until the test ends, and returns the URL that it prints.
func startServe(t *testing.T, program string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), program, append([]string{"serve", "--listen", "127.0.0.1:0"}, args...)...)
	stdout, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	t.Cleanup(func() {
		if err := cmd.Wait(); cmd.ProcessState.ExitCode() != 0 {
			t.Errorf("sfstore serve: %v", err)
		}
	})
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatalf("sfstore serve prints no URL: %v", err)
	}
	return strings.TrimSpace(line)
}
