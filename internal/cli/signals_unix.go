//go:build unix

package cli

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

// onSignals runs failover at each SIGUSR1, and at each SIGHUP if no terminal is attached. With a
// terminal, SIGHUP means that it closes, and ends the context. An ignored SIGHUP, as with nohup,
// stays ignored.
func onSignals(ctx context.Context, failover func()) (_ context.Context, stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGUSR1)
	closes := hasTerminal()
	if !signal.Ignored(syscall.SIGHUP) {
		signal.Notify(signals, syscall.SIGHUP)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for s := range signals {
			if s == syscall.SIGHUP && closes {
				cancel()
			} else {
				failover()
			}
		}
	}()
	return ctx, func() {
		signal.Stop(signals)
		close(signals)
		<-ended
		cancel()
	}
}

// hasTerminal reports whether the process has a controlling terminal.
func hasTerminal() bool {
	terminal, err := os.Open("/dev/tty")
	if err != nil {
		return false
	}
	_ = terminal.Close()
	return true
}
