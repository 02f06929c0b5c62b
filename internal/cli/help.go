package cli

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// withoutCluster marks a command that contacts no cluster, and withURL one that gets the URL in
// another way: their help does not show flags that have no effect.
var (
	withoutCluster = map[string]string{"cluster": "none"}
	withURL        = map[string]string{"cluster": "url"}
)

// flagGroups are the flags of every command, as its help shows them.
var flagGroups = []struct {
	title string
	flags []string
	hides []string // from the commands that are marked so
}{
	{"Cluster", []string{"cluster", "endpoint", "timeout", "api-version", "token-command"}, []string{"none", "url"}},
	{"Client certificate", []string{"cert", "key", "cert-password-file", "cert-thumbprint", "cert-store", "allow-tls13"}, []string{"none"}},
	{"Which server to trust", []string{"ca", "server-thumbprint", "server-common-name", "insecure"}, []string{"none"}},
	{"Output", []string{"output", "quiet", "verbose"}, nil},
}

// printHelp writes the help of a command: what it does, its flags in groups, and examples last.
func printHelp(c *cobra.Command, _ []string) {
	w := c.OutOrStdout()
	fmt.Fprintf(w, "%s\n\nUsage:\n  %s\n", strings.TrimSpace(cmp.Or(c.Long, c.Short)), useLine(c))
	if c.HasAvailableSubCommands() {
		printCommands(w, c)
	}
	c.InitDefaultHelpFlag()
	printFlags(w, "Flags", c.NonInheritedFlags(), nil)
	for _, group := range flagGroups {
		if !slices.Contains(group.hides, clusterMark(c)) {
			printFlags(w, group.title, c.Root().PersistentFlags(), group.flags)
		}
	}
	if c.Example != "" {
		fmt.Fprintf(w, "\nExamples:\n%s\n", c.Example)
	}
}

func useLine(c *cobra.Command) string {
	if c.HasAvailableSubCommands() {
		return c.CommandPath() + " [command]"
	}
	return c.UseLine()
}

// clusterMark returns the mark of a command or of one above it, empty for one that contacts a
// cluster. Cobra's own commands do not.
func clusterMark(c *cobra.Command) string {
	for at := c; at != nil; at = at.Parent() {
		if mark := at.Annotations["cluster"]; mark != "" {
			return mark
		}
		if at.Name() == "help" || at.Name() == "completion" {
			return "none"
		}
	}
	return ""
}

func printCommands(w io.Writer, c *cobra.Command) {
	fmt.Fprintf(w, "\nAvailable Commands:\n")
	for _, sub := range c.Commands() {
		if sub.IsAvailableCommand() || sub.Name() == "help" {
			fmt.Fprintf(w, "  %-*s %s\n", c.NamePadding(), sub.Name(), sub.Short)
		}
	}
	fmt.Fprintf(w, "\nFor the help of a command: %s [command] --help\n", c.CommandPath())
}

// printFlags writes some flags of a set, or all but those of the groups.
func printFlags(w io.Writer, title string, flags *pflag.FlagSet, names []string) {
	shown := pflag.NewFlagSet(title, pflag.ContinueOnError)
	shown.SortFlags = false
	if names == nil {
		flags.VisitAll(func(f *pflag.Flag) {
			if !isGrouped(f.Name) {
				shown.AddFlag(f)
			}
		})
	}
	for _, name := range names {
		if f := flags.Lookup(name); f != nil {
			shown.AddFlag(f)
		}
	}
	if shown.HasAvailableFlags() {
		fmt.Fprintf(w, "\n%s:\n%s\n", title, strings.TrimRight(shown.FlagUsages(), "\n"))
	}
}

func isGrouped(flag string) bool {
	for _, group := range flagGroups {
		if slices.Contains(group.flags, flag) {
			return true
		}
	}
	return false
}
