package main

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/template"
)

// manifests are templates of the files from which Homebrew, Scoop and winget install.
//
//go:embed manifests
var manifests embed.FS

// manifestFolders are where each goes below the folder of the release.
var manifestFolders = map[string]string{".rb": "homebrew", ".json": "scoop", ".yaml": "winget"}

func (d *dist) writeManifests(context.Context) error {
	templates, err := template.ParseFS(manifests, "manifests/*")
	if err != nil {
		return err
	}
	for _, t := range templates.Templates() {
		name := filepath.Join(d.out, manifestFolders[filepath.Ext(t.Name())], t.Name())
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			return err
		}
		file, err := os.Create(name)
		if err != nil {
			return err
		}
		err = t.Execute(file, manifest{d})
		if closed := file.Close(); err == nil {
			err = closed
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// manifest is the data of a template.
type manifest struct{ d *dist }

// Version returns the version without the v.
func (m manifest) Version() string { return m.d.version }

// Date returns the day of the commit.
func (m manifest) Date() string { return m.d.date.Format("2006-01-02") }

// Folder returns the name of the folder in the archive of a platform.
func (m manifest) Folder(system, arch string) string { return m.d.name(platform{system, arch}) }

// URL returns where the archive of a platform can be downloaded once it is published.
func (m manifest) URL(system, arch string) string {
	return fmt.Sprintf("https://github.com/sfstore/sfstore/releases/download/%s/%s", m.d.tag, m.archive(system, arch))
}

// Sum returns the SHA-256 of the archive of a platform.
func (m manifest) Sum(system, arch string) (string, error) {
	return sum(filepath.Join(m.d.out, m.archive(system, arch)))
}

func (m manifest) archive(system, arch string) string {
	if system == "windows" {
		return m.Folder(system, arch) + ".zip"
	}
	return m.Folder(system, arch) + ".tar.gz"
}

// writeChecksums writes the SHA-256 of each file that people download, as sha256sum reads it.
func (d *dist) writeChecksums(context.Context) error {
	entries, err := os.ReadDir(d.out)
	if err != nil {
		return err
	}
	var lines []string
	for _, entry := range entries {
		if entry.IsDir() { // of a package manager
			continue
		}
		digest, err := sum(filepath.Join(d.out, entry.Name()))
		if err != nil {
			return err
		}
		lines = append(lines, digest+"  "+entry.Name()+"\n")
	}
	slices.SortFunc(lines, func(a, b string) int { return strings.Compare(a[sha256.Size*2:], b[sha256.Size*2:]) })
	return os.WriteFile(filepath.Join(d.out, "checksums.txt"), []byte(strings.Join(lines, "")), 0o644)
}

func sum(name string) (string, error) {
	content, err := os.ReadFile(name)
	if err != nil {
		return "", err
	}
	digest := sha256.Sum256(content)
	return hex.EncodeToString(digest[:]), nil
}
