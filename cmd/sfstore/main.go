// Command sfstore uploads to and queries the image store of a Service Fabric cluster, and runs a
// local one. See sfstore help.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/sfstore/sfstore/internal/cli"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// A second interrupt ends the program at once.
	context.AfterFunc(ctx, stop)
	os.Exit(cli.Run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr, os.Getenv))
}
