package credential

import (
	"context"
	"os/exec"
	"syscall"
)

// shell hands the line to cmd.exe as it is: quoted as an argument is, cmd would read the
// quotes as part of it.
func shell(ctx context.Context, line string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "cmd.exe")
	cmd.SysProcAttr = &syscall.SysProcAttr{CmdLine: `cmd.exe /S /C "` + line + `"`}
	return cmd
}
