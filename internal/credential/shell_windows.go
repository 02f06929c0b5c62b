package credential

import (
	"context"
	"errors"
	"os/exec"
	"syscall"

	"golang.org/x/sys/windows"
)

// shell passes the line to cmd.exe unchanged: cmd would read the quotes of a quoted argument as
// part of it. The process waits for [runShell] to resume it.
func shell(ctx context.Context, line string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "cmd.exe")
	cmd.SysProcAttr = &syscall.SysProcAttr{
		CmdLine:       `cmd.exe /S /C "` + line + `"`,
		CreationFlags: windows.CREATE_SUSPENDED,
	}
	return cmd
}

// runShell runs a command of [shell] in a job, which ends with all its processes when the command
// ends, when it is interrupted, and when this program does.
func runShell(cmd *exec.Cmd) error {
	job, err := newJob()
	if err != nil {
		return err
	}
	defer func() { _ = windows.CloseHandle(job) }()
	cmd.Cancel = func() error { return windows.TerminateJobObject(job, 1) }
	if err := cmd.Start(); err != nil {
		return err
	}
	var starting error
	err = cmd.Process.WithHandle(func(handle uintptr) { starting = resumeIn(job, windows.Handle(handle)) })
	if err = errors.Join(err, starting); err != nil {
		return errors.Join(err, cmd.Process.Kill(), cmd.Wait())
	}
	return cmd.Wait()
}

// resumeIn lets a suspended process run, in the job.
func resumeIn(job, process windows.Handle) error {
	if err := windows.AssignProcessToJobObject(job, process); err != nil {
		return err
	}
	if status, _, _ := resumeProcess.Call(uintptr(process)); status != 0 {
		return windows.NTStatus(status)
	}
	return nil
}

var resumeProcess = windows.NewLazySystemDLL("ntdll.dll").NewProc("NtResumeProcess")
