package cli

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/sfstore/sfstore/wrapper/imagestore"
)

func (a *app) lsCommand() *cobra.Command {
	var recursive bool
	c := &cobra.Command{
		Use:   "ls [PATH]",
		Short: "List the root, a folder or a file of the store",
		Long: `List the root, a folder or a file of the store. A path where nothing is stored is exit code 5;
an empty store is an empty list. With -o json the result is the contract's ImageStoreContent.`,
		Example: `  sfstore ls
  sfstore ls --recursive App`,
		Args: usage(cobra.MaximumNArgs(1)),
		RunE: func(c *cobra.Command, args []string) error {
			client, err := a.client()
			if err != nil {
				return err
			}
			content, err := list(c.Context(), client, args)
			if err != nil {
				return err
			}
			if recursive {
				if err := descend(c.Context(), client, &content, content.Folders); err != nil {
					return err
				}
			}
			return a.print(content, func(w io.Writer) { printContent(w, content) })
		},
	}
	c.Flags().BoolVarP(&recursive, "recursive", "r", false, "everything below too")
	return c
}

// list lists the path that the arguments name, or else the root. A store with nothing in it
// has an empty root, which the server calls an error.
func list(ctx context.Context, client *imagestore.Client, args []string) (imagestore.Content, error) {
	if len(args) == 1 {
		return client.Content(ctx, args[0])
	}
	content, err := client.RootContent(ctx)
	if imagestore.HasCode(err, imagestore.CodeNameDoesNotExist) {
		return imagestore.Content{}, nil
	}
	return content, err
}

// descend adds to content what is below the folders.
func descend(ctx context.Context, client *imagestore.Client, content *imagestore.Content, folders []imagestore.Folder) error {
	for _, folder := range folders {
		below, err := client.Content(ctx, slashed(folder.Path))
		if err != nil {
			return err
		}
		content.Files = append(content.Files, below.Files...)
		content.Folders = append(content.Folders, below.Folders...)
		if err := descend(ctx, client, content, below.Folders); err != nil {
			return err
		}
	}
	return nil
}

func printContent(w io.Writer, content imagestore.Content) {
	for _, f := range content.Folders {
		fmt.Fprintf(w, "%s\t\t%s/\n", count(f.FileCount, "file"), slashed(f.Path))
	}
	for _, f := range content.Files {
		fmt.Fprintf(w, "%s\t%s\t%s\n", inBytes(f.Size), moment(f.Modified), slashed(f.Path))
	}
}
