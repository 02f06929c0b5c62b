package cli

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/sfstore/sfstore/pack"
)

func (a *app) packCommand() *cobra.Command {
	var exclude []string
	c := &cobra.Command{
		Use:   "pack DIR OUT",
		Short: "Write the compressed form of an application package, without a cluster",
		Long: `Write the compressed form of the application package DIR to the new folder OUT: each code, config and
data folder that the manifests name becomes an archive, all other files are copied. The same input gives
the same bytes on any machine and day. DIR is not changed, and a failure leaves no OUT behind.

With -o json the result is {"path":..., "files":..., "archives":[{"path":..., "files":..., "size":...,
"packed":...}]}, with sizes in bytes; the files outside archives are those that were copied.`,
		Example:           `  sfstore pack ./build/App ./build/App.packed`,
		Annotations:       withoutCluster,
		ValidArgsFunction: completions(localFolders, localFolders, nothing),
		Args:              usage(cobra.ExactArgs(2)),
		RunE: func(c *cobra.Command, args []string) error {
			if info, err := statSource(args[0]); err != nil {
				return usageError{"sfstore pack", err}
			} else if !info.IsDir() {
				return usageError{"sfstore pack", fmt.Errorf("%q is not a folder", args[0])}
			}
			show := a.packProgress()
			report, err := pack.Write(c.Context(), dirFS(args[0]), args[1], pack.WithExclude(exclude...), pack.WithProgress(show.pack))
			show.close()
			if err != nil {
				return err
			}
			return a.printPacked(args[1], report)
		},
	}
	c.Flags().StringArrayVar(&exclude, "exclude", nil, "leave out names or paths that match the pattern (repeatable)")
	return c
}

// packed is the result of pack.
type packed struct {
	Path      string          `json:"path"`
	Files     int             `json:"files"` // that were copied unchanged
	Archives  []packedArchive `json:"archives"`
	Missing   []string        `json:"missing,omitempty"`   // folders that the manifests name and DIR lacks
	Unmatched []string        `json:"unmatched,omitempty"` // the patterns of --exclude that matched nothing
}

type packedArchive struct {
	Path   string `json:"path"`
	Files  int    `json:"files"`
	Size   int64  `json:"size"`   // of the files, in bytes
	Packed int64  `json:"packed"` // of the archive, in bytes
}

func (a *app) printPacked(out string, report pack.Report) error {
	a.noticeUnmatched(report.Unmatched)
	a.noticeMissing(report.Missing)
	result := packed{Path: out, Files: report.Files, Archives: []packedArchive{}, Unmatched: report.Unmatched, Missing: report.Missing}
	for _, archive := range report.Archives {
		result.Archives = append(result.Archives, packedArchive(archive))
	}
	return a.print(result, func(w io.Writer) {
		for _, archive := range result.Archives {
			tablef(w, "%s\t%s\t%s to %s\n", archive.Path, count(archive.Files, "file"), inBytes(archive.Size), inBytes(archive.Packed))
		}
		tablef(w, "%s\tcopied unchanged\n", count(result.Files, "file"))
	})
}
