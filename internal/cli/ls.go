package cli

import (
	"io"

	"github.com/spf13/cobra"

	"github.com/sfstore/sfstore/wrapper/imagestore"
)

func (a *app) lsCommand() *cobra.Command {
	var recursive bool
	c := &cobra.Command{
		Use:   "ls [PATH]",
		Short: "List the root, a folder or a file of the store",
		Long: `List the root, a folder or a file of the store. A path that does not exist is exit code 5; an empty
store is an empty list. PATH may be a pattern: * matches within a name, and ** spans folders. A pattern
without a match is exit code 5. With -o json the result is the contract's ImageStoreContent.`,
		Example: `  sfstore ls
  sfstore ls --recursive App
  sfstore ls "App/*.zip"`,
		ValidArgsFunction: completions(a.storePaths, nothing),
		Args:              usage(cobra.MaximumNArgs(1)),
		RunE: func(c *cobra.Command, args []string) error {
			client, err := a.client()
			if err != nil {
				return err
			}
			var content imagestore.Content
			if len(args) == 1 && isPattern(args[0]) {
				content, err = listMatches(c.Context(), client, args[0])
			} else {
				content, err = list(c.Context(), client, args)
			}
			if err != nil {
				return err
			}
			if recursive {
				if err := descend(c.Context(), client, &content, content.Folders); err != nil {
					return err
				}
				content = unique(content)
			}
			return a.print(content, func(w io.Writer) { printContent(w, content) })
		},
	}
	c.Flags().BoolVarP(&recursive, "recursive", "r", false, "everything below too")
	return c
}

func printContent(w io.Writer, content imagestore.Content) {
	for _, f := range content.Folders {
		tablef(w, "%s\t\t%s/\n", count(f.FileCount, "file"), slashed(f.Path))
	}
	for _, f := range content.Files {
		tablef(w, "%s\t%s\t%s\n", inBytes(f.Size), moment(f.Modified), slashed(f.Path))
	}
	if len(content.Files) > 1 {
		var size int64
		for _, f := range content.Files {
			size += f.Size
		}
		tablef(w, "%s\t%s\n", inBytes(size), "in "+count(len(content.Files), "file"))
	}
}
