package emulator_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/sfstore/sfstore/emulator"
)

// model is an image store that only follows the rules, without speed, disks or requests: a list of
// files and a list of sessions. Its operations return the gateway's response, "STATUS CODE".
type model struct {
	platform emulator.Platform
	files    []modelFile
	sessions []*modelSession
	now      time.Time
	sweep    time.Time // the next one; meaningless without sessions
	epoch    int       // from 0
	writes   int       // in the epoch
}

type modelFile struct {
	path, content string
	session       string // that wrote it, if one did
	epoch, write  int    // its version
}

type modelSession struct {
	id, path string // the path as it was sent
	total    int
	chunks   []modelChunk
	modified time.Time
}

type modelChunk struct {
	start, end int
	body       string
}

const sessionTimeout = 30 * time.Minute

const (
	okay         = "200"
	badArgument  = "400 E_INVALIDARG"
	badRange     = "400 FABRIC_E_UPLOAD_SESSION_RANGE_NOT_SATISFIABLE"
	pathConflict = "409 FABRIC_E_UPLOAD_SESSION_ID_CONFLICT"
	reservedPath = "400 FABRIC_E_IMAGEBUILDER_RESERVED_DIRECTORY_ERROR"
	fileMissing  = "404 FABRIC_E_FILE_NOT_FOUND"
	noSession    = "404 NotFound"
)

// same compares paths as the platform does.
func (m *model) same(a, b string) bool {
	return a == b || m.platform == emulator.Windows && strings.EqualFold(a, b)
}

// within reports whether path lies below folder.
func (m *model) within(path, folder string) bool {
	return folder == "" || len(path) > len(folder) && path[len(folder)] == '/' && m.same(path[:len(folder)], folder)
}

func (m *model) find(path string) *modelFile {
	for i := range m.files {
		if m.same(m.files[i].path, path) {
			return &m.files[i]
		}
	}
	return nil
}

func (m *model) beneath(path string) (files []modelFile) {
	for _, f := range m.files {
		if m.within(f.path, path) {
			files = append(files, f)
		}
	}
	return files
}

// write puts a file at a path, unless there is a folder, or a file above it. An existing file keeps its
// spelling. A write that is rejected counts.
func (m *model) write(path, content, session string) string {
	m.writes++
	blocked := slices.ContainsFunc(m.files, func(f modelFile) bool { return m.within(f.path, path) || m.within(path, f.path) })
	if blocked {
		return badArgument
	}
	if old := m.find(path); old != nil {
		path = old.path
	}
	m.erase(path)
	m.files = append(m.files, modelFile{path, content, session, m.epoch, m.writes})
	return okay
}

// erase removes the file, or all files below the path.
func (m *model) erase(path string) {
	m.files = slices.DeleteFunc(m.files, func(f modelFile) bool { return m.same(f.path, path) || m.within(f.path, path) })
}

func (m *model) remove(path string) string {
	if isReserved(path) {
		return reservedPath
	}
	m.erase(path)
	return okay
}

func isReserved(path string) bool {
	return strings.EqualFold(path, "Store") || strings.EqualFold(path, "WindowsFabricStore")
}

// failover loses the sessions and begins an epoch, like a restart.
func (m *model) failover() {
	m.sessions = nil
	m.epoch++
	m.writes = 0
}

func (m *model) copy(source, destination string, overwrite bool, skip string) string {
	skipped := func(path string) bool { return strings.EqualFold(path[strings.LastIndexByte(path, '/')+1:], skip) }
	if f := m.find(source); f != nil {
		old := m.find(destination)
		switch {
		case skip == "":
			return badArgument
		case !overwrite && old != nil:
			return okay
		case old != nil:
			return m.write(destination, f.content, old.session)
		}
		return m.write(destination, f.content, "")
	}
	mark := m.find(source + "/_.dir")
	switch {
	case mark == nil:
		return fileMissing
	case !overwrite && (m.find(destination+"/_.dir") != nil || m.find(destination+"/_.dir/_.dir") != nil):
		return okay
	case isReserved(destination):
		return reservedPath
	}
	var sources []modelFile
	for _, f := range m.inOrder(m.beneath(source)) {
		if f.path != mark.path && !skipped(f.path) {
			sources = append(sources, f)
		}
	}
	sources = append(sources, *mark)
	m.erase(destination)
	for _, f := range sources {
		if m.find(f.path) == nil {
			return fileMissing // the destination contained the source
		}
		if answer := m.write(destination+f.path[len(source):], f.content, ""); answer != okay {
			return answer
		}
	}
	return okay
}

// inOrder sorts files by their keys.
func (m *model) inOrder(files []modelFile) []modelFile {
	key := func(path string) string {
		if m.platform == emulator.Windows {
			return strings.ToLower(strings.ReplaceAll(path, "/", `\`))
		}
		return path
	}
	slices.SortFunc(files, func(a, b modelFile) int { return strings.Compare(key(a.path), key(b.path)) })
	return files
}

// list returns the listing of a path: files as "path size epoch.number" and folders as "path count", in
// order. It goes through all files below, one by one.
func (m *model) list(path string) (files, folders []string) {
	if f := m.find(path); f != nil {
		return []string{f.line()}, nil
	}
	listed := map[string]string{}
	folder, count := "", 0
	end := func() {
		if folder != "" {
			folders = append(folders, fmt.Sprint(folder, " ", count))
		}
		folder, count = "", 0
	}
	for _, f := range m.inOrder(m.beneath(path)) {
		rest := f.path
		if path != "" {
			rest = f.path[len(path)+1:]
		}
		name, _, deeper := strings.Cut(rest, "/")
		in := f.path[:len(f.path)-len(rest)+len(name)]
		if !deeper || in != folder {
			end()
		}
		if deeper {
			folder = in
			count++
		} else if lower := strings.ToLower(f.path); listed[lower] == "" {
			listed[lower] = f.line()
		}
	}
	end()
	for _, lower := range slices.Sorted(maps.Keys(listed)) {
		files = append(files, listed[lower])
	}
	return files, folders
}

func (f *modelFile) line() string {
	return fmt.Sprintf("%s %d %d.%d", f.path, len(f.content), f.epoch, f.write)
}
