package cli_test

import (
	"context"
	"io"
	"os"
	"os/exec"
	"sync"

	"github.com/sfstore/sfstore/internal/testhost"
)

// On Windows, a program without a console cannot send a signal. There, the end of standard input
// interrupts a command of these tests.
const endsWithInput = "CLI_TEST_ENDS_WITH_INPUT"

var inputs sync.Map // of commands that are interruptible

// interruptible prepares a command, which has not started yet, for [interrupt].
func interruptible(cmd *exec.Cmd) error {
	if !testhost.IsWindows {
		return nil
	}
	input, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	inputs.Store(cmd, input)
	cmd.Env = append(cmd.Environ(), endsWithInput+"=1")
	return nil
}

// interrupt ends a command with a signal, or as a signal would.
func interrupt(cmd *exec.Cmd, by os.Signal) error {
	if input, ok := inputs.LoadAndDelete(cmd); ok && by != os.Kill {
		return input.(io.Closer).Close()
	}
	return cmd.Process.Signal(by)
}

// untilInputEnds returns a context of the command under test that ends when it is interrupted.
func untilInputEnds(ctx context.Context) context.Context {
	if os.Getenv(endsWithInput) == "" {
		return ctx
	}
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		cancel()
	}()
	return ctx
}
