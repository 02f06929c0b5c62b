package cli

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/sfstore/sfstore/internal/exclude"
	"github.com/sfstore/sfstore/upload"
)

// uploadItem is a source with its own destination.
type uploadItem struct {
	src, dst string
	isFolder bool
}

// items returns the sources with their destinations.
func (f *uploadFlags) items(sources []string, dst string) ([]uploadItem, error) {
	if f.remove && f.keep {
		return nil, errors.New("--delete and --keep exclude each other")
	}
	if f.compress && f.follow {
		return nil, errors.New("--compress and --follow-links exclude each other: archives have no links")
	}
	below := len(sources) > 1 || namesFolder(dst)
	var items []uploadItem
	taken := map[string]string{}
	for _, src := range sources {
		info, err := statSource(src)
		if err != nil {
			return nil, err
		}
		if f.compress && !info.IsDir() {
			return nil, fmt.Errorf("--compress: %q is not a folder", src)
		}
		item := uploadItem{src, dst, info.IsDir()}
		if below {
			name, err := ownName(src)
			if err != nil {
				return nil, err
			}
			item.dst = joinPath(dst, name)
		}
		// Clusters on Windows compare names without regard to case.
		if other, ok := taken[strings.ToLower(item.dst)]; ok {
			return nil, fmt.Errorf("%q and %q have the same destination %q", other, src, item.dst)
		}
		taken[strings.ToLower(item.dst)] = src
		items = append(items, item)
	}
	return items, nil
}

// itemsLeft returns the items without sources whose own names a pattern leaves out, as when a shell
// expanded *, and the patterns that matched none. The name of a source that is alone and a folder
// does not count, because it is not part of what is uploaded.
func (f *uploadFlags) itemsLeft(sources []string, dst string) (items []uploadItem, unmatched []string, err error) {
	patterns, err := exclude.Compile(f.exclude...)
	if err != nil {
		return nil, nil, err
	}
	if items, err = f.items(sources, dst); err != nil || len(items) == 1 && items[0].isFolder {
		return items, patterns.Unmatched(), err
	}
	items = slices.DeleteFunc(items, func(item uploadItem) bool {
		name, _ := ownName(item.src)
		return patterns.Excludes(filepath.ToSlash(name), item.isFolder)
	})
	if len(items) == 0 {
		return nil, nil, errors.New("--exclude leaves out all sources")
	}
	return items, patterns.Unmatched(), nil
}

// ownName returns the name of a file or a folder, also for "." and "..".
func ownName(src string) (string, error) {
	full, err := filepath.Abs(src)
	if err != nil {
		return "", err
	}
	name := filepath.Base(full)
	if name == string(filepath.Separator) || name == "." {
		return "", fmt.Errorf("%q has no name of its own", src)
	}
	if strings.Contains(name, `\`) { // as only other systems than Windows have it
		return "", fmt.Errorf("%q has a backslash in its name, which separates folders in the store", src)
	}
	return name, nil
}

// addReport adds the result of one source to that of all. Extras get the destination as a prefix.
func addReport(all *upload.Report, one upload.Report, dst string) {
	for _, extra := range one.Extras {
		all.Extras = append(all.Extras, joinPath(dst, extra))
	}
	all.Files = append(all.Files, one.Files...)
	all.Folders += one.Folders
	all.Size += one.Size
	all.Resumed += one.Resumed
	all.Sent += one.Sent
	all.Retries += one.Retries
	all.Duration += one.Duration
	for _, pattern := range one.Unmatched {
		if !slices.Contains(all.Unmatched, pattern) {
			all.Unmatched = append(all.Unmatched, pattern)
		}
	}
}
