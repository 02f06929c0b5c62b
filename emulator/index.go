package emulator

import (
	"cmp"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
	"sync"
)

// entry is one stored file. It is never changed: an overwrite puts a new one
// in its place, so a reader has the old or the new, never a mixture.
type entry struct {
	path    string // as its last writer spelled it, with "/"
	size    int64
	version uint64 // 100 ns since 1601; also the time of the write
	session string // the upload session that wrote it, if one did
}

// folder is a node of the index. Folders exist through the files beneath.
type folder struct {
	// names counts the files beneath by the spelling of this folder in their
	// paths: on Windows App/a and app/b lie in one folder with two names.
	names   map[string]int
	size    int64
	folders map[string]*folder // by folded name
	files   map[string]*entry  // by folded name
}

func newFolder() *folder {
	return &folder{map[string]int{}, 0, map[string]*folder{}, map[string]*entry{}}
}

// index is what the store holds, kept in memory so that no answer waits for a
// disk.
type index struct {
	platform Platform

	mu    sync.RWMutex
	root  *folder
	files int
}

func newIndex(p Platform) *index {
	return &index{platform: p, root: newFolder()}
}

// find walks to a folder by its path; nil where there is none.
func (x *index) find(path string) *folder {
	f := x.root
	for name := range names(x.platform.fold(path)) {
		if f = f.folders[name]; f == nil {
			return nil
		}
	}
	return f
}

// names are the names in a path; the root has none.
func names(path string) iter.Seq[string] {
	if path == "" {
		return func(func(string) bool) {}
	}
	return strings.SplitSeq(path, "/")
}

// file returns the file at path, or nil.
func (x *index) file(path string) *entry {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return x.fileLocked(path)
}

func (x *index) fileLocked(path string) *entry {
	if f := x.find(folderOf(path)); f != nil {
		return f.files[x.platform.fold(nameOf(path))]
	}
	return nil
}

// blocked says why no file can be stored at path, or "".
//
// inferred: the runtime keeps files under names of its own and has no such
// limit; a plain tree cannot hold a file and a folder of one name.
func (x *index) blocked(path string) string {
	x.mu.RLock()
	defer x.mu.RUnlock()
	if x.find(path) != nil {
		return fmt.Sprintf("there is a folder at %s", x.platform.display(path))
	}
	for above := folderOf(path); above != ""; above = folderOf(above) {
		if x.fileLocked(above) != nil {
			return fmt.Sprintf("there is a file at %s", x.platform.display(above))
		}
	}
	return ""
}

// put adds a file or replaces the one at its path.
func (x *index) put(e *entry) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if old := x.fileLocked(e.path); old != nil {
		x.removeLocked(old)
	}
	x.count(e, 1)
	x.find(folderOf(e.path)).files[x.platform.fold(nameOf(e.path))] = e
}

// remove takes out files and the folders they leave empty, all at once.
func (x *index) remove(entries ...*entry) {
	x.mu.Lock()
	defer x.mu.Unlock()
	for _, e := range entries {
		x.removeLocked(e)
	}
}

func (x *index) removeLocked(e *entry) {
	delete(x.find(folderOf(e.path)).files, x.platform.fold(nameOf(e.path)))
	x.count(e, -1)
}

// count adds (by 1) or takes off (by -1) a file in every folder above it,
// making and dropping folders as needed.
func (x *index) count(e *entry, by int) {
	x.files += by
	f := x.root
	f.size += int64(by) * e.size
	for end := range e.path {
		if e.path[end] != '/' {
			continue
		}
		spelled := e.path[:end]
		key := x.platform.fold(nameOf(spelled))
		child := f.folders[key]
		if child == nil {
			child = newFolder()
			f.folders[key] = child
		}
		child.size += int64(by) * e.size
		if child.names[spelled] += by; child.names[spelled] == 0 {
			delete(child.names, spelled)
		}
		if len(child.names) == 0 {
			delete(f.folders, key)
		}
		f = child
	}
}

// hasFolder tells whether files lie beneath a folder of exactly this
// spelling.
func (x *index) hasFolder(path string) bool {
	x.mu.RLock()
	defer x.mu.RUnlock()
	f := x.find(path)
	return f != nil && (path == "" || f.names[path] > 0)
}

// beneath returns every file in a folder and in those below, by path, and the
// spellings of the folder.
func (x *index) beneath(path string) (files []*entry, spellings []string) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	f := x.find(path)
	if f == nil {
		return nil, nil
	}
	files = f.collect(nil)
	slices.SortFunc(files, func(a, b *entry) int { return cmp.Compare(a.path, b.path) })
	return files, slices.Sorted(maps.Keys(f.names))
}

func (f *folder) collect(files []*entry) []*entry {
	files = slices.AppendSeq(files, maps.Values(f.files))
	for _, child := range f.folders {
		files = child.collect(files)
	}
	return files
}

// usage is the size in bytes and the number of files at path: a file, a
// folder with all below, or nothing.
func (x *index) usage(path string) (bytes int64, files int, ok bool) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	if path == "" {
		return x.root.size, x.files, true
	}
	if e := x.fileLocked(path); e != nil {
		return e.size, 1, true
	}
	f := x.find(path)
	if f == nil {
		return 0, 0, false
	}
	for _, n := range f.names {
		files += n
	}
	return f.size, files, true
}

// item is a line of a listing: a file, or a folder with the number of files
// beneath it.
type item struct {
	path  string
	lower string // the path in lower case, once the items are sorted
	file  *entry // nil for a folder
	count int
}

// children lists a folder without what is below its folders. A file is its
// own and only child.
func (x *index) children(path string) []item {
	x.mu.RLock()
	defer x.mu.RUnlock()
	if path != "" {
		if e := x.fileLocked(path); e != nil {
			return []item{{path: e.path, file: e}}
		}
	}
	f := x.find(path)
	if f == nil {
		return nil
	}
	items := make([]item, 0, len(f.files)+len(f.folders))
	for _, e := range f.files {
		items = append(items, item{path: e.path, file: e})
	}
	for _, child := range f.folders {
		for spelled, n := range child.names {
			items = append(items, item{path: spelled, count: n})
		}
	}
	return items
}
