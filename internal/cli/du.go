package cli

import (
	"io"

	"github.com/spf13/cobra"

	"github.com/sfstore/sfstore/wrapper/imagestore"
)

func (a *app) duCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "du [PATH]",
		Short: "Measure a folder, or the whole store",
		Long: `Measure a folder with everything below it, or the whole store. It needs a cluster of 6.5 or newer.
With -o json the result is the contract's FolderSizeInfo.`,
		Example:           `  sfstore du App`,
		ValidArgsFunction: completions(a.storePaths, nothing),
		Args:              usage(cobra.MaximumNArgs(1)),
		RunE: func(c *cobra.Command, args []string) error {
			client, err := a.client()
			if err != nil {
				return err
			}
			var size imagestore.FolderSize
			if len(args) == 1 {
				size, err = client.FolderSize(c.Context(), args[0])
			} else {
				size, err = client.RootFolderSize(c.Context())
			}
			if err != nil {
				return err
			}
			return a.print(size, func(w io.Writer) {
				tablef(w, "%d\t%s\t%s\n", size.Size, inBytes(size.Size), slashed(size.Path))
			})
		},
	}
}
