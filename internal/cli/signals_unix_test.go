//go:build linux || darwin

package cli_test

import (
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/creack/pty"
)

// catchHangups makes SIGHUP reach the programs that a test starts, also under nohup: they inherit an
// ignored signal from this process, but not a handled one.
func catchHangups(t *testing.T) {
	caught := make(chan os.Signal, 1)
	signal.Notify(caught, syscall.SIGHUP)
	t.Cleanup(func() { signal.Stop(caught) })
}

func TestSignalsAreFailovers(t *testing.T) {
	t.Parallel()
	catchHangups(t)
	withoutTerminal := func(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} }
	s := startWith(t, withoutTerminal, "serve", "--listen", "127.0.0.1:0")
	for _, signal := range []syscall.Signal{syscall.SIGUSR1, syscall.SIGHUP} {
		if err := s.cmd.Process.Signal(signal); err != nil {
			t.Fatal(err)
		}
		s.logged(t, "failover: all upload sessions are lost")
	}
	if status := do(t, "GET", s.url+"/ImageStore/none?api-version=6.2", ""); status != http.StatusNotFound {
		t.Errorf("after the signals: %d", status)
	}
	s.stop(t)
}

// TestAClosingTerminalEndsServe closes the terminal that the store was started from. The store's
// temporary folder is removed.
func TestAClosingTerminalEndsServe(t *testing.T) {
	t.Parallel()
	catchHangups(t)
	master, slave, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer slave.Close()
	folder := t.TempDir()
	s := startWith(t, func(cmd *exec.Cmd) {
		cmd.Stdin = slave
		cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
		cmd.Env = append(os.Environ(), "TMPDIR="+folder)
	}, "serve", "--listen", "127.0.0.1:0")
	if left, _ := filepath.Glob(filepath.Join(folder, "*")); len(left) != 1 {
		t.Errorf("temporary folders: %q", left)
	}
	if err := master.Close(); err != nil {
		t.Fatal(err)
	}
	for s.log.Scan() { // to the end, so that Wait may close the pipe
	}
	if err := s.cmd.Wait(); err != nil {
		t.Errorf("serve ended with %v", err)
	}
	if left, _ := filepath.Glob(filepath.Join(folder, "*")); len(left) != 0 {
		t.Errorf("left behind: %q", left)
	}
}
