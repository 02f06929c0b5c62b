//go:build unix

package credential

import (
	"context"
	"os/exec"
	"syscall"
)

// shell makes the command the leader of a process group, which ends as a whole.
func shell(ctx context.Context, line string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "/bin/sh", "-c", line)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	return cmd
}

// runShell runs a command of [shell].
func runShell(cmd *exec.Cmd) error { return cmd.Run() }
