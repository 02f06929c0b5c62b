package tree

import (
	"cmp"
	"slices"
	"strings"
)

// row is an item of a listing while the listing is made.
type row struct {
	key string
	Item
}

// List returns what is directly in a folder, in the order of the keys of the
// files beneath, starting at the key of a path. A folder is at the place of its
// files; it is repeated whenever its spelling changes from file to file, and
// does not count the files before from. A file is its own listing, whatever from
// is.
func (t *Tree) List(path, from string) []Item { return t.index.list(path, from) }

func (x *index) list(path, from string) []Item {
	x.mu.RLock()
	defer x.mu.RUnlock()
	if path != "" {
		if f := x.fileLocked(path); f != nil {
			return []Item{{Path: f.Path, File: f}}
		}
	}
	node := x.find(path)
	if node == nil {
		return nil
	}
	from = x.key(from)
	prefix := ""
	if path != "" {
		prefix = x.key(path) + x.separator
	}
	var rows []row
	for name, f := range node.files {
		if key := prefix + name; key >= from {
			rows = append(rows, row{key, Item{Path: f.Path, File: f}})
		}
	}
	for name, child := range node.folders {
		rows = append(rows, x.folderRows(prefix+name+x.separator, child, from)...)
	}
	slices.SortFunc(rows, func(a, b row) int { return cmp.Compare(a.key, b.key) })
	items := make([]Item, len(rows))
	for i, r := range rows {
		items[i] = r.Item
	}
	return items
}

// folderRows lists a folder, whose files all have keys that begin with prefix.
func (x *index) folderRows(prefix string, f *folder, from string) []row {
	isInside := strings.HasPrefix(from, prefix)
	if !isInside && prefix < from {
		return nil
	}
	if len(f.names) == 1 && !isInside {
		for spelled, n := range f.names {
			return []row{{prefix, Item{Path: spelled, Count: n}}}
		}
	}
	var rows []row
	depth := strings.Count(prefix, x.separator)
	for _, file := range x.inOrder(f) {
		key, spelled := x.key(file.Path), above(file.Path, depth)
		switch last := len(rows) - 1; {
		case key < from:
		case last >= 0 && rows[last].Path == spelled:
			rows[last].Count++
		default:
			rows = append(rows, row{key, Item{Path: spelled, Count: 1}})
		}
	}
	return rows
}

// above returns the path of the first names of a path.
func above(path string, names int) string {
	for end := range path {
		if path[end] == '/' {
			if names--; names == 0 {
				return path[:end]
			}
		}
	}
	return path
}
