// Package cli is the sfstore command, one file a verb.
//
// Standard output carries the result and nothing else; notices, progress and errors go to
// standard error. A verb reads its flags, calls the packages below, and hands the result to
// [printer]; what it returns as an error decides the exit code, see exit.go.
package cli

import (
	"context"
	"fmt"
	"io"
	"sync"

	"github.com/spf13/cobra"
)

// Run runs the command with the given arguments, without the program's name, and returns its
// exit code.
func Run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer, getenv func(string) string) int {
	a := &app{stdin: stdin, stdout: stdout, stderr: stderr, getenv: getenv}
	root := a.rootCommand()
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	code := exitCode(ctx, err)
	if err != nil {
		fmt.Fprintf(a.stderr, "sfstore: %v\n", err)
		if hint := a.hintFor(err); hint != "" {
			fmt.Fprintf(a.stderr, "sfstore: hint: %s\n", hint)
		}
	}
	return code
}

// app is one run of the command: where it reads and writes, and the global flags.
type app struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	stderrMutex    sync.Mutex // for what several goroutines write there
	getenv         func(string) string
	flags          globalFlags
	used           target // what a client was made for
}

func (a *app) rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "sfstore",
		Short: "The Service Fabric image store: upload, ask, list, copy, delete, and a local store to try it on",
		Example: `  sfstore demo
  sfstore session list --endpoint http://localhost:19080 App/Code.zip
  sfstore ls --recursive App`,
		SilenceUsage:  true,
		SilenceErrors: true,
		Args:          usage(cobra.NoArgs),
		RunE:          func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	root.CompletionOptions.HiddenDefaultCmd = false
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error { return usageError{c.CommandPath(), err} })
	a.flags.register(root)
	root.AddCommand(
		a.uploadCommand(),
		a.verifyCommand(),
		a.packCommand(),
		a.sessionCommand(),
		a.lsCommand(),
		a.statCommand(),
		a.rmCommand(),
		a.cpCommand(),
		a.duCommand(),
		a.infoCommand(),
		a.serveCommand(),
		a.recordCommand(),
		a.validateCommand(),
		a.doctorCommand(),
		a.demoCommand(),
		a.versionCommand(),
	)
	return root
}

// usage makes what cobra finds wrong with arguments an error of usage.
func usage(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if err := check(c, args); err != nil {
			return usageError{c.CommandPath(), err}
		}
		return nil
	}
}

// notice tells a person something that is not the result.
func (a *app) notice(format string, args ...any) {
	if !a.flags.quiet {
		fmt.Fprintf(a.stderr, format+"\n", args...)
	}
}
