package tree

import (
	"cmp"
	"iter"
	"maps"
	"slices"
	"strings"
	"sync"
)

// folder is a node of the index. Folders exist through the files beneath.
type folder struct {
	// names counts the files beneath by the spelling of this folder in their
	// paths: on Windows App/a and app/b lie in one folder with two names.
	names   map[string]int
	size    int64
	folders map[string]*folder // by folded name
	files   map[string]*File   // by folded name
}

func newFolder() *folder {
	return &folder{map[string]int{}, 0, map[string]*folder{}, map[string]*File{}}
}

// index lists the files of the store in memory, so that no response waits for a
// disk.
type index struct {
	fold      func(string) string
	separator string // in keys

	mu    sync.RWMutex
	root  *folder
	files int
}

func newIndex(fold func(string) string, separator string) *index {
	return &index{fold: fold, separator: separator, root: newFolder()}
}

// key is what orders files: the path as it is looked up.
func (x *index) key(path string) string {
	return strings.ReplaceAll(x.fold(path), "/", x.separator)
}

// find walks to a folder by its path; nil where there is none.
func (x *index) find(path string) *folder {
	f := x.root
	for name := range names(x.fold(path)) {
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
func (x *index) file(path string) *File {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return x.fileLocked(path)
}

func (x *index) fileLocked(path string) *File {
	if f := x.find(folderOf(path)); f != nil {
		return f.files[x.fold(nameOf(path))]
	}
	return nil
}

// blocked returns why no file can be stored at path, or nil. A plain tree
// cannot contain a file and a folder of one name.
func (x *index) blocked(path string) error {
	x.mu.RLock()
	defer x.mu.RUnlock()
	if x.find(path) != nil {
		return &BlockedError{AFolder, path}
	}
	for above := folderOf(path); above != ""; above = folderOf(above) {
		if x.fileLocked(above) != nil {
			return &BlockedError{AFile, above}
		}
	}
	return nil
}

// put adds a file or replaces the one at its path.
func (x *index) put(e *File) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if old := x.fileLocked(e.Path); old != nil {
		x.removeLocked(old)
	}
	x.count(e, 1)
	x.find(folderOf(e.Path)).files[x.fold(nameOf(e.Path))] = e
}

// remove takes out files and the folders they leave empty, all at once.
func (x *index) remove(entries ...*File) {
	x.mu.Lock()
	defer x.mu.Unlock()
	for _, e := range entries {
		x.removeLocked(e)
	}
}

func (x *index) removeLocked(e *File) {
	delete(x.find(folderOf(e.Path)).files, x.fold(nameOf(e.Path)))
	x.count(e, -1)
}

// count adds (by 1) or removes (by -1) a file in every folder above it,
// and makes and removes folders as needed.
func (x *index) count(e *File, by int) {
	x.files += by
	f := x.root
	f.size += int64(by) * e.Size
	for end := range e.Path {
		if e.Path[end] != '/' {
			continue
		}
		spelled := e.Path[:end]
		key := x.fold(nameOf(spelled))
		child := f.folders[key]
		if child == nil {
			child = newFolder()
			f.folders[key] = child
		}
		child.size += int64(by) * e.Size
		if child.names[spelled] += by; child.names[spelled] == 0 {
			delete(child.names, spelled)
		}
		if len(child.names) == 0 {
			delete(f.folders, key)
		}
		f = child
	}
}

// hasFolder reports whether files lie beneath a folder of exactly this
// spelling.
func (x *index) hasFolder(path string) bool {
	x.mu.RLock()
	defer x.mu.RUnlock()
	f := x.find(path)
	return f != nil && (path == "" || f.names[path] > 0)
}

// beneath returns every file in a folder and in those below, in the order of
// their keys.
func (x *index) beneath(path string) []*File {
	x.mu.RLock()
	defer x.mu.RUnlock()
	f := x.find(path)
	if f == nil {
		return nil
	}
	return x.inOrder(f)
}

func (x *index) inOrder(f *folder) []*File {
	type keyed struct {
		key  string
		file *File
	}
	var all []keyed
	for _, file := range f.collect(nil) {
		all = append(all, keyed{x.key(file.Path), file})
	}
	slices.SortFunc(all, func(a, b keyed) int { return cmp.Compare(a.key, b.key) })
	files := make([]*File, len(all))
	for i, k := range all {
		files[i] = k.file
	}
	return files
}

func (f *folder) collect(files []*File) []*File {
	files = slices.AppendSeq(files, maps.Values(f.files))
	for _, child := range f.folders {
		files = child.collect(files)
	}
	return files
}

// usage is the size in bytes and the number of files at path: a file, a
// folder with everything below, or nothing.
func (x *index) usage(path string) (bytes int64, files int, ok bool) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	if path == "" {
		return x.root.size, x.files, true
	}
	if e := x.fileLocked(path); e != nil {
		return e.Size, 1, true
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
