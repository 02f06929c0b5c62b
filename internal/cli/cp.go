package cli

import (
	"context"
	"errors"
	"fmt"
	"path"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sfstore/sfstore/wrapper/imagestore"
)

func (a *app) cpCommand() *cobra.Command {
	var yes bool
	c := &cobra.Command{
		Use:   "cp SRC DST",
		Short: "Copy a file or a folder inside the store",
		Long: `Copy a file or a folder inside the store. A source folder must have its mark, the file _.dir. If DST
ends in /, a file is copied into the folder DST. A file at DST is replaced. The server deletes a folder
at DST before the copy begins; that needs a confirmation, or --yes.`,
		Example:           `  sfstore cp App Backup/App`,
		ValidArgsFunction: completions(a.storePaths, a.storePaths, nothing),
		Args:              usage(cobra.ExactArgs(2)),
		RunE:              func(c *cobra.Command, args []string) error { return a.copy(c.Context(), args[0], args[1], yes) },
	}
	c.Flags().BoolVarP(&yes, "yes", "y", false, "replace a folder without a confirmation")
	return c
}

func (a *app) copy(ctx context.Context, src, dst string, yes bool) error {
	client, err := a.client()
	if err != nil {
		return err
	}
	// Without separators and blanks at the ends, which are not sent, so that the question names the right folder.
	what := imagestore.Copy{Source: src, Destination: strings.Trim(dst, `/\ `)}
	if err := what.Check(); err != nil {
		return err
	}
	if namesFolder(dst) {
		source, err := find(ctx, client, what.Source)
		if err != nil && !errors.Is(err, imagestore.ErrUnpageable) { // only folders have pages
			return err
		}
		if source.file != nil {
			what.Destination += "/" + path.Base(slashed(strings.Trim(what.Source, `/\ `)))
		}
	}
	if !yes {
		if err := a.confirmReplacing(ctx, client, what.Destination); err != nil {
			return err
		}
	}
	if err := client.CopyContent(ctx, what); err != nil {
		return err
	}
	return a.result(result{Event: "copied", Path: what.Source, Destination: what.Destination})
}

// confirmReplacing asks before a folder at the destination is deleted.
func (a *app) confirmReplacing(ctx context.Context, client *imagestore.Client, destination string) error {
	there, err := find(ctx, client, destination)
	files := "its " + count(there.folder.FileCount, "file")
	switch {
	case errors.Is(err, imagestore.ErrNotFound):
		return nil
	case errors.Is(err, imagestore.ErrUnpageable):
		files = "everything in it"
	case err != nil || there.file != nil:
		return err
	}
	return a.confirm(ctx, "sfstore cp", fmt.Sprintf("replace the folder %q with %s?", destination, files))
}
