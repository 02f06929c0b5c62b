package emulator_test

import (
	"fmt"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/sfstore/sfstore/emulator"
)

// model is an image store by its rules, without a thought of speed, disks or
// requests: a list of files and a list of sessions. Its operations return what
// the gateway answers, "STATUS CODE".
type model struct {
	platform emulator.Platform
	files    []modelFile
	sessions []*modelSession
	now      time.Time
	sweep    time.Time // the next one; meaningless without sessions
}

type modelFile struct {
	path, content string
	session       string // that wrote it, if one did
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

// within tells whether path lies below folder.
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

// write puts a file at a path, unless a folder is there or a file above.
func (m *model) write(path, content, session string) string {
	blocked := slices.ContainsFunc(m.files, func(f modelFile) bool { return m.within(f.path, path) || m.within(path, f.path) })
	if blocked {
		return badArgument
	}
	m.erase(path)
	m.files = append(m.files, modelFile{path, content, session})
	return okay
}

// erase removes the file, or all files below.
func (m *model) erase(path string) {
	m.files = slices.DeleteFunc(m.files, func(f modelFile) bool { return m.same(f.path, path) || m.within(f.path, path) })
}

func (m *model) remove(path string) string {
	if strings.EqualFold(path, "Store") || strings.EqualFold(path, "WindowsFabricStore") {
		return reservedPath
	}
	m.erase(path)
	return okay
}

func (m *model) copy(source, destination string, overwrite bool, skip string) string {
	skipped := func(path string) bool { return strings.EqualFold(path[strings.LastIndexByte(path, '/')+1:], skip) }
	if f := m.find(source); f != nil {
		switch {
		case skipped(f.path):
			return badArgument
		case !overwrite && m.find(destination) != nil:
			return okay
		}
		return m.write(destination, f.content, "")
	}
	if m.find(source+"/_.dir") == nil {
		return fileMissing
	}
	if !overwrite && m.find(destination+"/_.dir") != nil {
		return okay
	}
	sources := m.beneath(source)
	m.erase(destination)
	for _, f := range sources {
		if skipped(f.path) {
			continue
		}
		if m.find(f.path) == nil {
			return fileMissing // the destination held the source
		}
		if answer := m.write(destination+f.path[len(source):], f.content, ""); answer != okay {
			return answer
		}
	}
	return okay
}

// list is a file, or what lies directly in a folder: "F path size" and "D path
// count", in no order.
func (m *model) list(path string) (lines []string) {
	if f := m.find(path); f != nil {
		return []string{fmt.Sprintf("F %s %d", f.path, len(f.content))}
	}
	folders := map[string]int{}
	for _, f := range m.beneath(path) {
		rest := f.path
		if path != "" {
			rest = f.path[len(path)+1:]
		}
		if name, _, deeper := strings.Cut(rest, "/"); deeper {
			folders[f.path[:len(f.path)-len(rest)+len(name)]]++
		} else {
			lines = append(lines, fmt.Sprintf("F %s %d", f.path, len(f.content)))
		}
	}
	for folder, n := range folders {
		lines = append(lines, fmt.Sprintf("D %s %d", folder, n))
	}
	sort.Strings(lines)
	return lines
}
