package cli

import (
	"io"

	"github.com/spf13/cobra"

	"github.com/sfstore/sfstore/wrapper/imagestore"
)

func (a *app) infoCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "info",
		Short: "Show the store's disk, and what uses it",
		Long: `Show the store's disk, and what uses it. Clusters older than 7.0 may not support it.
With -o json the result is the contract's ImageStoreInfo.`,
		Example:           `  sfstore info`,
		ValidArgsFunction: nothing,
		Args:              usage(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error {
			client, err := a.client()
			if err != nil {
				return err
			}
			info, err := client.Info(c.Context())
			if err != nil {
				return err
			}
			return a.print(info, func(w io.Writer) { printInfo(w, info) })
		},
	}
}

func printInfo(w io.Writer, info imagestore.Info) {
	tablef(w, "disk\t%s\n", inBytes(info.Disk.Capacity))
	tablef(w, "free\t%s\n", inBytes(info.Disk.Available))
	for _, part := range []struct {
		name  string
		usage imagestore.UsageInfo
	}{
		{"metadata", info.Metadata},
		{"staging", info.Staging},
		{"copy", info.Copy},
		{"register", info.Register},
	} {
		tablef(w, "%s\t%s\t%s\n", part.name, inBytes(part.usage.Size), count(part.usage.FileCount, "file"))
	}
}
