package emulator_test

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func (m *machine) list() {
	path, spelled := "", ""
	if rapid.Bool().Draw(m.T, "below the root") {
		path, _, spelled = m.path()
		spelled = "/" + spelled
	}
	files, folders := m.model.list(path)
	answer, text := m.ask("GET", spelled, "")
	switch {
	case len(files)+len(folders) == 0 && path == "":
		m.compare("list the root", answer, "404 FABRIC_E_NAME_DOES_NOT_EXIST")
		return
	case len(files)+len(folders) == 0:
		m.compare("list "+path, answer+text, "404")
		return
	}
	m.compare("list "+path, answer, okay)
	var listing struct {
		StoreFiles []struct {
			StoreRelativePath, FileSize string
			FileVersion                 struct {
				VersionNumber            string
				EpochConfigurationNumber int `json:",string"`
			}
		}
		StoreFolders []struct{ StoreRelativePath, FileCount string }
	}
	if err := json.Unmarshal([]byte(text), &listing); err != nil {
		m.Fatal(err)
	}
	var gotFiles, gotFolders []string
	for _, f := range listing.StoreFiles {
		epoch := (f.FileVersion.EpochConfigurationNumber - 2<<32) / (1<<32 + 1)
		gotFiles = append(gotFiles, fmt.Sprintf("%s %s %d.%s", strings.ReplaceAll(f.StoreRelativePath, `\`, "/"), f.FileSize, epoch, f.FileVersion.VersionNumber))
	}
	for _, f := range listing.StoreFolders {
		gotFolders = append(gotFolders, strings.ReplaceAll(f.StoreRelativePath, `\`, "/")+" "+f.FileCount)
	}
	if diff := cmp.Diff(files, gotFiles) + cmp.Diff(folders, gotFolders); diff != "" {
		m.Fatalf("list %s (-want +got):\n%s", path, diff)
	}
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
