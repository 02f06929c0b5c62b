package main

import (
	"debug/buildinfo"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// unpacked returns the folder of a platform's archive, unpacked by the program that people use.
func unpacked(t *testing.T, p platform) string {
	t.Helper()
	d := &dist{release: release{version: tag[1:]}}
	to := t.TempDir()
	var cmd *exec.Cmd
	if p.os == "windows" {
		cmd = exec.Command("python3", "-m", "zipfile", "-e", released(t, d.name(p)+".zip"), to)
	} else {
		cmd = exec.Command("tar", "xzf", released(t, d.name(p)+".tar.gz"), "-C", to)
	}
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", cmd, err, out)
	}
	return filepath.Join(to, d.name(p))
}

// TestEachArchiveIsComplete expects a static program for the platform, the licence of each module in
// it, and each of these modules in the bill of materials.
func TestEachArchiveIsComplete(t *testing.T) {
	for _, p := range platforms {
		t.Run(p.os+"/"+p.arch, func(t *testing.T) {
			folder := unpacked(t, p)
			info, err := buildinfo.ReadFile(filepath.Join(folder, p.program()))
			if err != nil {
				t.Fatal(err)
			}
			settings := map[string]string{}
			for _, s := range info.Settings {
				settings[s.Key] = s.Value
			}
			for key, want := range map[string]string{"GOOS": p.os, "GOARCH": p.arch, "CGO_ENABLED": "0", "-trimpath": "true"} {
				if settings[key] != want {
					t.Errorf("%s is %q, want %q", key, settings[key], want)
				}
			}
			var bill struct {
				Components []struct{ Name, PURL string }
			}
			if err := json.Unmarshal([]byte(read(t, released(t, filepath.Base(folder)+".cdx.json"))), &bill); err != nil {
				t.Fatal(err)
			}
			listed, another := map[string]bool{}, ""
			for _, c := range bill.Components {
				listed[c.Name] = true
				if !strings.Contains(c.PURL, "goos="+p.os+"&") || !strings.Contains(c.PURL, "goarch="+p.arch+"&") {
					another = c.PURL
				}
			}
			if another != "" {
				t.Errorf("the bill of materials has a component of another platform: %s", another)
			}
			modules := []string{"std"}
			for _, module := range info.Deps {
				modules = append(modules, module.Path)
				if !hasLicence(filepath.Join(folder, "licenses", module.Path)) {
					t.Errorf("there is no licence of %s", module.Path)
				}
			}
			for _, module := range modules {
				if !listed[module] {
					t.Errorf("the bill of materials lacks %s", module)
				}
			}
			for _, name := range []string{"LICENSE", "README.md", "openapi.yaml", "licenses/go/LICENSE", "completions/_sfstore"} {
				if read(t, filepath.Join(folder, name)) == "" {
					t.Errorf("%s is empty", name)
				}
			}
		})
	}
}

func hasLicence(folder string) (found bool) {
	_ = filepath.WalkDir(folder, func(path string, _ os.DirEntry, err error) error {
		found = found || err == nil && strings.HasPrefix(filepath.Base(path), "LICENSE")
		return nil
	})
	return found
}

// TestManifestsNameTheArchives checks that the files for Homebrew, Scoop and winget have the checksums
// of the archives that they name.
func TestManifestsNameTheArchives(t *testing.T) {
	sums := map[string]string{}
	for line := range strings.Lines(read(t, released(t, "checksums.txt"))) {
		digest, name, _ := strings.Cut(strings.TrimSpace(line), "  ")
		sums[name] = digest
	}
	for name, want := range map[string]int{
		"homebrew/sfstore.rb": 4, "scoop/sfstore.json": 2, "winget/sfstore.sfstore.installer.yaml": 2,
	} {
		text := read(t, released(t, name))
		pairs := regexp.MustCompile(`(?s)releases/download/`+tag+`/(sfstore\S+?(?:zip|tar\.gz)).*?([0-9a-f]{64})`).FindAllStringSubmatch(text, -1)
		if len(pairs) != want {
			t.Errorf("%s names %d archives, want %d", name, len(pairs), want)
		}
		for _, pair := range pairs {
			if sums[pair[1]] != pair[2] {
				t.Errorf("%s: %s has the checksum %s, not %s", name, pair[1], sums[pair[1]], pair[2])
			}
		}
	}
	if text := read(t, released(t, "scoop/sfstore.json")); !json.Valid([]byte(text)) {
		t.Errorf("Scoop cannot read this:\n%s", text)
	}
}

// TestManualPagesRender expects no warning of the program that shows them.
func TestManualPagesRender(t *testing.T) {
	man, err := exec.LookPath("man")
	if err != nil {
		t.Skip("there is no man here")
	}
	pages, err := filepath.Glob(filepath.Join(unpacked(t, platform{"linux", "amd64"}), "man", "man1", "*.1"))
	if err != nil || len(pages) < 20 {
		t.Fatalf("%d pages, %v", len(pages), err)
	}
	for _, page := range pages {
		cmd := exec.Command(man, "--warnings", "-l", page)
		cmd.Env = append(os.Environ(), "MANWIDTH=80", "LC_ALL=C.UTF-8")
		var warnings strings.Builder
		cmd.Stderr = &warnings
		text, err := cmd.Output()
		if err != nil || warnings.Len() > 0 {
			t.Errorf("%s: %v\n%s", filepath.Base(page), err, warnings.String())
		}
		for _, title := range []string{"NAME", "SYNOPSIS", "DESCRIPTION", "EXAMPLES"} {
			if !strings.Contains(string(text), "\n"+title+"\n") {
				t.Errorf("%s has no %s", filepath.Base(page), title)
			}
		}
	}
}
