package recording

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// filesOf returns the recordings that a name means: the file itself, the files below a folder
// whose names end in .har or .http, sorted, or the matches of a pattern that no shell expanded.
func filesOf(name string) ([]string, error) {
	info, err := os.Stat(name)
	if err != nil && strings.ContainsAny(name, "*?[") {
		return matching(name)
	}
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

// matching returns the recordings of the files and folders that match a pattern.
func matching(pattern string) ([]string, error) {
	found, err := filepath.Glob(pattern)
	if err != nil {
		return nil, err
	}
	var files []string
	for _, name := range found {
		info, err := os.Stat(name)
		if err != nil {
			return nil, plainPathError(err)
		}
		if !info.IsDir() {
			files = append(files, name)
			continue
		}
		below, err := filesOf(name)
		if err != nil {
			return nil, err
		}
		files = append(files, below...)
	}
	if len(files) == 0 {
		return nil, errors.New("no file matches the pattern")
	}
	return files, nil
}

func isRecording(path string) bool {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".har", ".http":
		return true
	}
	return false
}
