package tree

import (
	"fmt"
	"strings"
)

// File is one stored file. It is never changed: an overwrite puts a new one
// in its place, so a reader has the old or the new, never a mixture.
type File struct {
	Path     string // as its first writer spelled it
	Size     int64  // in bytes
	Version  Version
	Modified uint64 // when it was written, in ticks (see [Ticks]); no two files have the same
	Session  string // what the last writer gave [Tree.Put]
}

// Item is a line of a listing: a file, or a folder with the number of files
// beneath it.
type Item struct {
	Path  string
	File  *File // nil for a folder
	Count int   // of a folder
}

// Obstacle is what keeps a file from being stored at a path.
type Obstacle int

// What can be in the way.
const (
	AFolder   Obstacle = iota + 1 // at the path itself
	AFile                         // at a folder of the path
	AStranger                     // something on the disk that is not part of the tree
	ATwin                         // at a name that the disk takes for one of the path
)

// BlockedError is returned by [Tree.Put] if the disk cannot store a path
// because of an existing file or folder.
type BlockedError struct {
	By   Obstacle
	Path string // where the obstacle is
}

func (e *BlockedError) Error() string {
	switch e.By {
	case AFolder:
		return fmt.Sprintf("there is a folder at %s", e.Path)
	case AFile:
		return fmt.Sprintf("there is a file at %s", e.Path)
	case ATwin:
		return fmt.Sprintf("there is %s, which this computer's disk does not distinguish from it", e.Path)
	}
	return fmt.Sprintf("something that is not a folder lies at %s", e.Path)
}

// IsBelow reports whether path is in folder, at any depth. Every path is in the
// root.
func IsBelow(path, folder string) bool {
	if folder == "" {
		return path != ""
	}
	return len(path) > len(folder) && path[len(folder)] == '/' && strings.HasPrefix(path, folder)
}

// folderOf is the path of the folder that contains path; "" is the root.
func folderOf(path string) string {
	return path[:max(strings.LastIndexByte(path, '/'), 0)]
}

// nameOf is the last name of path.
func nameOf(path string) string {
	return path[strings.LastIndexByte(path, '/')+1:]
}
