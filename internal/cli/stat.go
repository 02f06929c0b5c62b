package cli

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sfstore/sfstore/wrapper/imagestore"
)

func (a *app) statCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "stat PATH",
		Short: "Show one file or folder of the store",
		Long: `Show one file or folder of the store. A path where nothing is stored is exit code 5.
With -o json a file is the contract's FileInfo and a folder its FolderInfo.`,
		Example: `  sfstore stat App/ApplicationManifest.xml`,
		Args:    usage(cobra.ExactArgs(1)),
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

// entry is what stands at a path: a file, or else a folder.
type entry struct {
	file   *imagestore.File
	folder imagestore.Folder
	marked bool // the folder carries the mark of one that is complete
}

// find asks what stands at a path. The server lists a file as a folder of one with its own
// path in it.
func find(ctx context.Context, client *imagestore.Client, path string) (entry, error) {
	content, err := client.Content(ctx, path)
	if err != nil {
		return entry{}, err
	}
	own := strings.Join(strings.FieldsFunc(path, func(r rune) bool { return r == '/' || r == '\\' }), "/")
	if len(content.Files) == 1 && strings.EqualFold(slashed(content.Files[0].Path), own) {
		return entry{file: &content.Files[0]}, nil
	}
	folder := entry{folder: imagestore.Folder{Path: own, FileCount: int64(len(content.Files))}}
	for _, f := range content.Files {
		if strings.HasSuffix("/"+slashed(f.Path), "/"+folderMark) {
			folder.marked = true
		}
	}
	for _, f := range content.Folders {
		folder.folder.FileCount += f.FileCount
	}
	return folder, nil
}

// folderMark is the empty file that makes a folder count as complete.
const folderMark = "_.dir"

func printFile(w io.Writer, f imagestore.File) {
	fmt.Fprintf(w, "file\t%s\n", slashed(f.Path))
	fmt.Fprintf(w, "size\t%d\n", f.Size)
	fmt.Fprintf(w, "modified\t%s\n", moment(f.Modified))
	fmt.Fprintf(w, "version\t%d.%d.%d\n", f.Version.DataLossEpoch, f.Version.ConfigurationEpoch, f.Version.Number)
}

func printFolder(w io.Writer, e entry) {
	fmt.Fprintf(w, "folder\t%s\n", e.folder.Path)
	fmt.Fprintf(w, "files\t%d\n", e.folder.FileCount)
	state := "no, it lacks its mark " + folderMark
	if e.marked {
		state = "yes"
	}
	fmt.Fprintf(w, "complete\t%s\n", state)
}
