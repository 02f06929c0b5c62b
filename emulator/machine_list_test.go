package emulator_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"sort"
	"strings"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/sfstore/sfstore/emulator"
)

func (m *machine) list() {
	path, spelled := "", ""
	if rapid.Bool().Draw(m.T, "below the root") {
		path, _, spelled = m.path()
		spelled = "/" + spelled
	}
	want := m.model.list(path)
	answer, text := m.ask("GET", spelled, "")
	switch {
	case len(want) == 0 && path == "":
		m.compare("list the root", answer, "404 FABRIC_E_NAME_DOES_NOT_EXIST")
		return
	case len(want) == 0:
		m.compare("list "+path, answer+text, "404")
		return
	}
	m.compare("list "+path, answer, okay)
	var listing struct {
		StoreFiles   []struct{ StoreRelativePath, FileSize string }
		StoreFolders []struct{ StoreRelativePath, FileCount string }
	}
	if err := json.Unmarshal([]byte(text), &listing); err != nil {
		m.Fatal(err)
	}
	var got, order []string
	for _, f := range listing.StoreFiles {
		order = append(order, strings.ToLower(f.StoreRelativePath))
		got = append(got, "F "+strings.ReplaceAll(f.StoreRelativePath, `\`, "/")+" "+f.FileSize)
	}
	for _, f := range listing.StoreFolders {
		got = append(got, "D "+strings.ReplaceAll(f.StoreRelativePath, `\`, "/")+" "+f.FileCount)
	}
	sort.Strings(got)
	if !slices.IsSorted(order) || len(slices.Compact(order)) != len(listing.StoreFiles) {
		m.Fatalf("files in the order %q", order)
	}
	if m.model.platform == emulator.Linux {
		want = oneOfEachCase(want, got)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		m.Fatalf("list %s (-want +got):\n%s", path, diff)
	}
}

// oneOfEachCase leaves out the files that a listing may leave out: those that
// differ from another one by case alone. Which of them is shown is open.
func oneOfEachCase(lines, shown []string) (kept []string) {
	file := func(line string) string {
		return strings.ToLower(line[:strings.LastIndexByte(line, ' ')])
	}
	for _, line := range lines {
		again := line[0] == 'F' && !slices.Contains(shown, line) &&
			slices.ContainsFunc(lines, func(other string) bool {
				return other != line && file(other) == file(line) && slices.Contains(shown, other)
			})
		if !again {
			kept = append(kept, line)
		}
	}
	return kept
}

func (m *machine) size() {
	path, sent, spelled := m.path()
	want, size := fileMissing, 0
	files := m.model.beneath(path)
	if f := m.model.find(path); f != nil {
		files = append(files, *f)
	}
	for _, f := range files {
		size += len(f.content)
	}
	answer, text := m.ask("GET", "/"+spelled+"/$/FolderSize", "")
	if len(files) > 0 {
		echo, _ := json.Marshal(sent)
		answer, want = answer+text, fmt.Sprintf(`200{"StoreRelativePath":%s,"FolderSize":"%d"}`, echo, size)
	}
	m.compare("size of "+path, answer, want)
}
