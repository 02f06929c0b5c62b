// Package cli is the sfstore command, one file a verb.
//
// Standard output carries the result and nothing else; notices, progress and errors go to
// standard error. A verb reads its flags, calls the packages below, and passes the result to
// [printer]; what it returns as an error decides the exit code, see exit.go.
package cli

import (
	"context"
	"io"
	"log"
	"sync"
)

// Run runs the command with the given arguments, without the program's name, and returns its
// exit code.
func Run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer, getenv func(string) string) int {
	// net/http logs unsolicited data of a server, which may contain the client's token.
	log.SetOutput(io.Discard)
	a := &app{args: args, stdin: stdin, stdout: stdout, stderr: stderr, getenv: getenv}
	root := a.rootCommand()
	addCobrasOwn(root)
	root.SetArgs(args)
	root.SetIn(stdin)
	out := &errWriter{Writer: stdout} // cobra ignores errors of help
	root.SetOut(out)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	if err == nil {
		err = out.err
	}
	code := exitCode(ctx, err)
	if err != nil {
		a.printError(err, code)
	}
	return code
}

// app is one run of the command: where it reads and writes, and the global flags.
type app struct {
	args           []string
	stdin          io.Reader
	stdout, stderr io.Writer
	stderrMutex    sync.Mutex // held while a goroutine writes there
	getenv         func(string) string
	flags          globalFlags
	used           target // what a client was made for
}
