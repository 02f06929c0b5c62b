package cli

import (
	"io"

	"github.com/spf13/cobra"

	"github.com/sfstore/sfstore/upload"
	"github.com/sfstore/sfstore/wrapper/imagestore"
)

func (a *app) statCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "stat PATH",
		Short: "Show one file or folder of the store",
		Long: `Show one file or folder of the store. A path that does not exist is exit code 5.
With -o json a file is the contract's FileInfo and a folder its FolderInfo.`,
		Example:           `  sfstore stat App/ApplicationManifest.xml`,
		ValidArgsFunction: completions(a.storePaths, nothing),
		Args:              usage(cobra.ExactArgs(1)),
		RunE: func(c *cobra.Command, args []string) error {
			client, err := a.client()
			if err != nil {
				return err
			}
			found, err := find(c.Context(), client, args[0])
			if err != nil {
				return err
			}
			if found.file != nil {
				return a.print(found.file, func(w io.Writer) { printFile(w, *found.file) })
			}
			return a.print(found.folder, func(w io.Writer) { printFolder(w, found) })
		},
	}
}

func printFile(w io.Writer, f imagestore.File) {
	tablef(w, "file\t%s\n", slashed(f.Path))
	tablef(w, "size\t%d\n", f.Size)
	tablef(w, "modified\t%s\n", moment(f.Modified))
	tablef(w, "version\t%d.%d.%d\n", f.Version.DataLossEpoch, f.Version.ConfigurationEpoch, f.Version.Number)
}

func printFolder(w io.Writer, e entry) {
	tablef(w, "folder\t%s\n", e.folder.Path)
	tablef(w, "files\t%d\n", e.folder.FileCount)
	state := "no, it lacks its mark " + upload.Mark
	if e.marked {
		state = "yes"
	}
	tablef(w, "complete\t%s\n", state)
}
