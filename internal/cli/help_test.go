package cli

import (
	"bytes"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// TestEveryHelpEndsInExamples checks that examples work in sh, PowerShell and cmd, and that no help
// shows flags that have no effect.
func TestEveryHelpEndsInExamples(t *testing.T) {
	t.Parallel()
	noEnvironment := func(string) string { return "" }
	a := &app{stdin: strings.NewReader(""), stdout: &bytes.Buffer{}, stderr: &bytes.Buffer{}, getenv: noEnvironment}
	root := a.rootCommand()
	addCobrasOwn(root)
	visit(root, func(c *cobra.Command) {
		args := strings.Fields(c.CommandPath() + " --help")[1:]
		var stdout, stderr bytes.Buffer
		if code := Run(t.Context(), args, strings.NewReader(""), &stdout, &stderr, noEnvironment); code != 0 {
			t.Errorf("%v: exit code %d: %s", args, code, stderr.String())
		}
		help := stdout.String()
		_, examples, ok := strings.Cut(help, "\nExamples:\n")
		if !ok || !strings.HasPrefix(examples, "  ") || strings.Contains(examples, "\n\n") {
			t.Errorf("%v does not end in examples:\n%s", args, help)
		}
		if strings.Contains(examples, "'") {
			t.Errorf("%v has an example with single quotes:\n%s", args, examples)
		}
		if has, want := strings.Contains(help, "--endpoint URL"), clusterMark(c) == ""; has != want {
			t.Errorf("%v shows the flags of a cluster: %v", args, has)
		}
		if !strings.Contains(help, "\nOutput:\n") {
			t.Errorf("%v shows no groups of flags", args)
		}
	})
}

func visit(c *cobra.Command, do func(*cobra.Command)) {
	do(c)
	for _, sub := range c.Commands() {
		visit(sub, do)
	}
}
