package cli

import (
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
		RunE: func(c *cobra.Command, args []string) error {
			client, err := a.client()
			if err != nil {
				return err
			}
			// Without separators and blanks at the ends, which are not sent, so that the question names the right folder.
			what := imagestore.Copy{Source: args[0], Destination: strings.Trim(args[1], `/\ `)}
			if err := what.Check(); err != nil {
				return err
			}
			if namesFolder(args[1]) {
				source, err := find(c.Context(), client, what.Source)
				if err != nil {
					return err
				}
				if source.file != nil {
					what.Destination += "/" + path.Base(slashed(strings.Trim(what.Source, `/\ `)))
				}
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
	c.Flags().BoolVarP(&yes, "yes", "y", false, "replace a folder without a confirmation")
	return c
}
