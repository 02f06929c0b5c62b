package cli

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/sfstore/sfstore/wrapper/imagestore"
)

func (a *app) cpCommand() *cobra.Command {
	var yes bool
	c := &cobra.Command{
		Use:   "cp SRC DST",
		Short: "Copy a file or a folder inside the store",
		Long: `Copy a file or a folder inside the store. A source folder must carry its mark, the file _.dir.
A file at DST is replaced. A folder at DST is deleted by the server before the copy begins, so that
happens only after a question, or with --yes.`,
		Example: `  sfstore cp App Backup/App`,
		Args:    usage(cobra.ExactArgs(2)),
		RunE: func(c *cobra.Command, args []string) error {
			client, err := a.client()
			if err != nil {
				return err
			}
			what := imagestore.Copy{Source: args[0], Destination: args[1]}
			if err := what.Check(); err != nil {
				return err
			}
			if !yes {
				there, err := find(c.Context(), client, what.Destination)
				switch {
				case errors.Is(err, imagestore.ErrNotFound):
				case err != nil:
					return err
				case there.file == nil:
					question := fmt.Sprintf("replace the folder %q with its %s?", what.Destination, count(there.folder.FileCount, "file"))
					if err := a.confirm(c.Context(), "sfstore cp", question); err != nil {
						return err
					}
				}
			}
			if err := client.CopyContent(c.Context(), what); err != nil {
				return err
			}
			return a.result(result{Event: "copied", Path: what.Source, Destination: what.Destination})
		},
	}
	c.Flags().BoolVarP(&yes, "yes", "y", false, "replace a folder without a question")
	return c
}
