package recording

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// filesOf returns the recordings that a name stands for: the file itself, or those below a
// folder whose names end in .har or .http, sorted.
func filesOf(name string) ([]string, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, plainPathError(err)
	}
	if !info.IsDir() {
		return []string{name}, nil
	}
	root, err := filepath.EvalSymlinks(name) // WalkDir does not go through a link
	if err != nil {
		return nil, plainPathError(err)
	}
	var files []string
	err = filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && isRecording(path) {
			files = append(files, filepath.Join(name, strings.TrimPrefix(path, root)))
		}
		return err
	})
	if err == nil && len(files) == 0 {
		err = fmt.Errorf("the folder has no file that ends in .har or .http")
	}
	return files, plainPathError(err)
}

func isRecording(path string) bool {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".har", ".http":
		return true
	}
	return false
}
