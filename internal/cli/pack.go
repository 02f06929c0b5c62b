package cli

import (
	"fmt"
	"io"
	"os"
	"path"

	"github.com/spf13/cobra"

	"github.com/sfstore/sfstore/pack"
	"github.com/sfstore/sfstore/upload"
)

func (a *app) packCommand() *cobra.Command {
	var exclude []string
	c := &cobra.Command{
		Use:   "pack DIR OUT",
		Short: "Write the compressed form of an application package, without a cluster",
		Long: `Write the compressed form of the application package DIR to the new folder OUT: each code, config and
data folder that the manifests name becomes an archive, all else is copied. The same input gives the same
bytes on any machine and day. DIR is never touched, and a failure leaves no OUT behind.

With -o json the result is {"path":..., "files":..., "archives":[{"path":..., "files":..., "size":...,
"packed":...}]}, sizes in bytes; files outside archives are those that were copied.`,
		Example: `  sfstore pack ./build/App ./build/App.packed`,
		Args:    usage(cobra.ExactArgs(2)),
		RunE: func(c *cobra.Command, args []string) error {
			if info, err := os.Stat(args[0]); err != nil {
				return usageError{"sfstore pack", err}
			} else if !info.IsDir() {
				return usageError{"sfstore pack", fmt.Errorf("%q is not a folder", args[0])}
			}
			excluded, err := exclusion(exclude)
			if err != nil {
				return usageError{"sfstore pack", err}
			}
			report, err := pack.Write(c.Context(), os.DirFS(args[0]), args[1], pack.Exclude(excluded))
			if err != nil {
				return err
			}
			return a.printPacked(args[1], report)
		},
	}
	c.Flags().StringArrayVar(&exclude, "exclude", nil, "leave out names or paths that match the pattern (repeatable)")
	return c
}

// exclusion makes a function of patterns, which match a whole path or its last segment.
func exclusion(patterns []string) (excluded func(name string) bool, err error) {
	for _, pattern := range patterns {
		if _, err := path.Match(pattern, ""); err != nil {
			return nil, fmt.Errorf("pattern %q: %w", pattern, err)
		}
	}
	return func(name string) bool { return upload.Excluded(name, patterns) }, nil
}

// packed is the result of pack.
type packed struct {
	Path     string          `json:"path"`
	Files    int             `json:"files"` // that were copied as they are
	Archives []packedArchive `json:"archives"`
}

type packedArchive struct {
	Path   string `json:"path"`
	Files  int    `json:"files"`
	Size   int64  `json:"size"`   // of the files, in bytes
	Packed int64  `json:"packed"` // of the archive, in bytes
}

func (a *app) printPacked(out string, report pack.Report) error {
	result := packed{Path: out, Files: report.Files, Archives: []packedArchive{}}
	for _, archive := range report.Archives {
		result.Archives = append(result.Archives, packedArchive(archive))
	}
	return a.print(result, func(w io.Writer) {
		for _, archive := range result.Archives {
			fmt.Fprintf(w, "%s\t%s\t%s to %s\n", archive.Path, count(int64(archive.Files), "file"), inBytes(archive.Size), inBytes(archive.Packed))
		}
		fmt.Fprintf(w, "%s\tas they are\n", count(int64(result.Files), "file"))
	})
}
