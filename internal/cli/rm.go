package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sfstore/sfstore/wrapper/imagestore"
)

func (a *app) rmCommand() *cobra.Command {
	var yes, dryRun bool
	c := &cobra.Command{
		Use:   "rm PATH...",
		Short: "Delete files and folders of the store",
		Long: `Delete files and folders of the store. All paths are looked up first: if one does not exist, nothing is
deleted, and the exit code is 5. Deleting a folder needs a confirmation, or --yes. The folders Store and
WindowsFabricStore belong to the runtime and are rejected.`,
		Example: `  sfstore rm App/Old.zip
  sfstore rm --dry-run App Old
  sfstore rm --yes App`,
		ValidArgsFunction: a.storePaths,
		Args:              usage(cobra.MinimumNArgs(1)),
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
			return a.remove(c.Context(), client, args, yes, dryRun)
		},
	}
	c.Flags().BoolVarP(&yes, "yes", "y", false, "delete folders without a confirmation")
	c.Flags().BoolVar(&dryRun, "dry-run", false, "show what would be deleted, and delete nothing")
	return c
}

// reserved are the runtime's own folders.
var reserved = []string{"Store", "WindowsFabricStore"}

func checkDeletable(client *imagestore.Client, path string) error {
	if err := client.CheckPath(path); err != nil {
		return err
	}
	bare := strings.Trim(path, `/\ `)
	if slices.ContainsFunc(reserved, func(name string) bool { return strings.EqualFold(bare, name) }) {
		return usageError{"sfstore rm", fmt.Errorf("%q belongs to the Service Fabric runtime and cannot be deleted; name files or folders below it", path)}
	}
	return nil
}

func (a *app) remove(ctx context.Context, client *imagestore.Client, paths []string, yes, dryRun bool) error {
	entries := make([]entry, len(paths))
	for i, path := range paths {
		var err error
		entries[i], err = find(ctx, client, path)
		files := count(entries[i].folder.FileCount, "file")
		if errors.Is(err, imagestore.ErrUnpageable) { // only folders have pages
			a.notice("the store cannot list all of %q", path)
			err, files = nil, "everything in it"
		}
		if err != nil {
			return err
		}
		if entries[i].file == nil && !yes && !dryRun {
			question := fmt.Sprintf("delete the folder %q with %s?", path, files)
			if err := a.confirm(ctx, "sfstore rm", question); err != nil {
				return err
			}
		}
	}
	for i, path := range paths {
		event := "would delete"
		if !dryRun {
			event = "deleted"
			if err := client.DeleteContent(ctx, path); err != nil {
				return err
			}
		}
		files := entries[i].folder.FileCount
		if entries[i].file != nil {
			files = 1
		}
		if err := a.result(result{Event: event, Path: path, Files: files}); err != nil {
			return err
		}
	}
	return nil
}
