package cli

import (
	"context"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/sfstore/sfstore/wrapper/imagestore"
)

// completionTime is how long a completion may take, while the user waits at the keyboard.
const completionTime = time.Second

// completer completes an argument, given those before it.
type completer = func(c *cobra.Command, args []string, toComplete string) ([]string, cobra.ShellCompDirective)

// completions completes the arguments of a command: one function for each, and the last one for
// all that follow.
func completions(each ...completer) completer {
	return func(c *cobra.Command, args []string, toComplete string) ([]string, cobra.ShellCompDirective) {
		return each[min(len(args), len(each)-1)](c, args, toComplete)
	}
}

// localFiles leaves the completion to the shell.
func localFiles(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return nil, cobra.ShellCompDirectiveDefault
}

func localFolders(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return nil, cobra.ShellCompDirectiveFilterDirs
}

func nothing(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return nil, cobra.ShellCompDirectiveNoFileComp
}

// quietClient returns a client for a completion. It prints nothing, and runs no command for a
// token, because that may prompt for a password.
func (a *app) quietClient() (*imagestore.Client, bool) {
	a.stderr, a.flags.quiet, a.flags.verbose = io.Discard, true, false
	if a.asksForToken() {
		return nil, false
	}
	client, err := a.client()
	return client, err == nil
}

// asksForToken reports whether a token comes from a command.
func (a *app) asksForToken() bool {
	variables, err := fromEnvironment(a.getenv)
	if err != nil || a.flags.gives("token-command") || variables.gives("token-command") {
		return true
	}
	named, err := a.namedCluster(variables)
	return err != nil || named != nil && named.gives("token-command")
}

// storePaths completes a path of the store by one listing of its folder: folders first.
func (a *app) storePaths(c *cobra.Command, _ []string, toComplete string) ([]string, cobra.ShellCompDirective) {
	client, ok := a.quietClient()
	if !ok {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	ctx, cancel := context.WithTimeout(c.Context(), completionTime)
	defer cancel()
	var folder []string
	if i := strings.LastIndex(toComplete, "/"); i > 0 {
		folder = []string{toComplete[:i]}
	}
	content, err := list(ctx, client, folder)
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var folders, files []string
	for _, f := range content.Folders {
		folders = appendPrintable(folders, slashed(f.Path)+"/", toComplete)
	}
	for _, f := range content.Files {
		files = appendPrintable(files, slashed(f.Path), toComplete)
	}
	directive := cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
	if len(folders) > 0 {
		directive |= cobra.ShellCompDirectiveNoSpace
	}
	return append(folders, files...), directive
}

// storePathsOrFiles completes the last argument of an upload, or one more source.
func (a *app) storePathsOrFiles(c *cobra.Command, args []string, toComplete string) ([]string, cobra.ShellCompDirective) {
	paths, directive := a.storePaths(c, args, toComplete)
	if len(paths) == 0 {
		return nil, cobra.ShellCompDirectiveDefault
	}
	return paths, directive
}

// appendPrintable appends a candidate if it has the prefix and is safe to print.
func appendPrintable(candidates []string, candidate, toComplete string) []string {
	if strings.HasPrefix(candidate, toComplete) && printable(candidate) == candidate {
		return append(candidates, candidate)
	}
	return candidates
}

// sessionIDs completes the id of an upload session of the path before it.
func (a *app) sessionIDs(c *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	client, ok := a.quietClient()
	if !ok || len(args) != 1 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	ctx, cancel := context.WithTimeout(c.Context(), completionTime)
	defer cancel()
	sessions, err := client.UploadSessionsByPath(ctx, args[0])
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var ids []string
	for _, s := range sessions {
		ids = append(ids, s.ID.String())
	}
	return ids, cobra.ShellCompDirectiveNoFileComp
}

// clusterNames completes the name of a cluster of the configuration file.
func (a *app) clusterNames(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	config, err := readConfig(a.getenv)
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return slices.Sorted(maps.Keys(config.clusters)), cobra.ShellCompDirectiveNoFileComp
}
