package cli

import (
	"context"
	"strings"

	"github.com/sfstore/sfstore/upload"
	"github.com/sfstore/sfstore/wrapper/imagestore"
)

// entry is what is stored at a path: a file, or else a folder.
type entry struct {
	file   *imagestore.File
	folder imagestore.Folder
	marked bool // the folder has its mark, and is complete
}

// find returns the entry at a path. The server lists a file as a folder that contains one file with
// that path.
func find(ctx context.Context, client *imagestore.Client, path string) (entry, error) {
	content, err := client.List(ctx, path)
	if err != nil {
		return entry{}, err
	}
	own := strings.Join(splitPath(path), "/")
	if len(content.Files) == 1 && strings.EqualFold(slashed(content.Files[0].Path), own) {
		return entry{file: &content.Files[0]}, nil
	}
	folder := entry{folder: imagestore.Folder{Path: own, FileCount: int64(len(content.Files))}}
	for _, f := range content.Files {
		if strings.HasSuffix("/"+slashed(f.Path), "/"+upload.Mark) {
			folder.marked = true
		}
	}
	for _, f := range content.Folders {
		folder.folder.FileCount += f.FileCount
	}
	return folder, nil
}
