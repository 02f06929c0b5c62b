package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/sfstore/sfstore/wrapper/imagestore"
)

// list returns the listing of the path in the arguments, or else of the root. For the root of
// an empty store the server returns an error; that is an empty listing here.
func list(ctx context.Context, client *imagestore.Client, args []string) (imagestore.Content, error) {
	if len(args) == 1 {
		return client.List(ctx, args[0])
	}
	content, err := client.ListRoot(ctx)
	if imagestore.HasCode(err, imagestore.CodeNameDoesNotExist) {
		return imagestore.Content{}, nil
	}
	return content, err
}

// descend adds to content what is below the folders.
func descend(ctx context.Context, client *imagestore.Client, content *imagestore.Content, folders []imagestore.Folder) error {
	for _, folder := range folders {
		path := slashed(folder.Path)
		below, err := client.List(ctx, path)
		if err != nil {
			return err
		}
		for _, f := range below.Folders {
			if !strings.EqualFold(parentOf(slashed(f.Path)), path) { // it could contain itself
				return fmt.Errorf("list %q: the store lists the folder %q there", path, slashed(f.Path))
			}
		}
		content.Files = append(content.Files, below.Files...)
		content.Folders = append(content.Folders, below.Folders...)
		if err := descend(ctx, client, content, below.Folders); err != nil {
			return err
		}
	}
	return nil
}

// unique drops what was found twice: a pattern may match a folder and what is in it.
func unique(content imagestore.Content) imagestore.Content {
	seen := map[string]bool{}
	content.Files = slices.DeleteFunc(content.Files, func(f imagestore.File) bool {
		twice := seen[f.Path]
		seen[f.Path] = true
		return twice
	})
	content.Folders = slices.DeleteFunc(content.Folders, func(f imagestore.Folder) bool {
		twice := seen[f.Path]
		seen[f.Path] = true
		return twice
	})
	return content
}

func parentOf(path string) string { return path[:max(0, strings.LastIndexByte(path, '/'))] }
