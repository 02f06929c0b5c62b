package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sfstore/sfstore/wrapper/imagestore"
)

func (a *app) rmCommand() *cobra.Command {
	var yes bool
	c := &cobra.Command{
		Use:   "rm PATH...",
		Short: "Delete files and folders of the store",
		Long: `Delete files and folders of the store. Before the first is deleted all are looked up: one that
is not there is exit code 5, and nothing is deleted. A folder is deleted only after a question, or
with --yes. The folders Store and WindowsFabricStore belong to the runtime and are refused.`,
		Example: `  sfstore rm App/Old.zip
  sfstore rm --yes App`,
		Args: usage(cobra.MinimumNArgs(1)),
		RunE: func(c *cobra.Command, args []string) error {
			client, err := a.client()
			if err != nil {
				return err
			}
			for _, path := range args {
				if err := checkDeletable(client, path); err != nil {
					return err
				}
			}
			return a.remove(c.Context(), client, args, yes)
		},
	}
	c.Flags().BoolVarP(&yes, "yes", "y", false, "delete folders without a question")
	return c
}

// reserved are the folders that the runtime keeps for itself.
var reserved = []string{"Store", "WindowsFabricStore"}

func checkDeletable(client *imagestore.Client, path string) error {
	if err := client.CheckPath(path); err != nil {
		return err
	}
	bare := strings.Trim(path, `/\ `)
	for _, name := range reserved {
		if strings.EqualFold(bare, name) {
			return usageError{"sfstore rm", fmt.Errorf("%q belongs to the Service Fabric runtime and cannot be deleted; name what is below it", path)}
		}
	}
	return nil
}

func (a *app) remove(ctx context.Context, client *imagestore.Client, paths []string, yes bool) error {
	entries := make([]entry, len(paths))
	for i, path := range paths {
		var err error
		if entries[i], err = find(ctx, client, path); err != nil {
			return err
		}
		if entries[i].file == nil && !yes {
			question := fmt.Sprintf("delete the folder %q with %s?", path, count(entries[i].folder.FileCount, "file"))
			if err := a.confirm(ctx, "sfstore rm", question); err != nil {
				return err
			}
		}
	}
	for i, path := range paths {
		if err := client.DeleteContent(ctx, path); err != nil {
			return err
		}
		files := entries[i].folder.FileCount
		if entries[i].file != nil {
			files = 1
		}
		if err := a.result(result{Event: "deleted", Path: path, Files: files}); err != nil {
			return err
		}
	}
	return nil
}

var errDeclined = errors.New("not confirmed, nothing was changed")

// confirm asks the person at the terminal. Without a terminal nobody can answer, so the
// command has to say it.
func (a *app) confirm(ctx context.Context, command, question string) error {
	if !isTerminal(a.stdin) {
		return usageError{command, fmt.Errorf("%s pass --yes to say so", question)}
	}
	fmt.Fprintf(a.stderr, "%s [y/N] ", question)
	answers := make(chan string, 1)
	go func() { // a read cannot be interrupted, but the command can
		answer, _ := bufio.NewReader(a.stdin).ReadString('\n')
		answers <- answer
	}()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case answer := <-answers:
		switch strings.ToLower(strings.TrimSpace(answer)) {
		case "y", "yes":
			return nil
		}
		return errDeclined
	}
}
