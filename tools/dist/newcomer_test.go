package main

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"
)

// TestNewcomer runs the commands of docs/install.md for an archive, in a home folder that contains only
// what was downloaded.
func TestNewcomer(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("the page's commands are for Linux")
	}
	home := t.TempDir()
	d := &dist{release: release{version: tag[1:]}}
	here := d.name(platform{runtime.GOOS, runtime.GOARCH})
	for _, name := range []string{here + ".tar.gz", "checksums.txt"} {
		if err := copyFile(filepath.Join(home, name), released(t, name), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	page := read(t, filepath.Join(first, "docs", "install.md"))
	blocks := regexp.MustCompile("(?s)<!-- tested -->\n```sh\n(.*?)```").FindAllStringSubmatch(page, -1)
	if len(blocks) != 2 {
		t.Fatalf("the page has %d blocks of commands to try, want 2", len(blocks))
	}
	script := "set -eu\n"
	for _, block := range blocks {
		script += block[1]
	}
	script = strings.ReplaceAll(script, "sfstore_0.1.0_linux_amd64", here)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "sh", "-c", script)
	cmd.Dir = home
	cmd.Env = []string{"HOME=" + home, "PATH=/usr/local/bin:/usr/bin:/bin"}
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, want := range []string{here + ".tar.gz: OK", "sfstore " + tag, "Code.txt", "no upload session"} {
		if !strings.Contains(string(out), want) {
			t.Errorf("nothing says %q:\n%s", want, out)
		}
	}
}

// TestPipelineInstalls runs the script of docs/ci.md that downloads and checks the command.
func TestPipelineInstalls(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("the script is for Linux")
	}
	page := read(t, filepath.Join(first, "docs", "ci.md"))
	script := regexp.MustCompile("(?s)```sh\n(#!/bin/sh\n# Downloads.*?)```").FindStringSubmatch(page)
	if script == nil {
		t.Fatal("the page has no such script")
	}
	cmd := exec.Command("sh", "-c", strings.ReplaceAll(script[1], "linux_amd64", runtime.GOOS+"_"+runtime.GOARCH))
	cmd.Dir = t.TempDir()
	cmd.Env = append(os.Environ(), "RELEASE=file://"+filepath.Join(first, "dist"))
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if got := output(t, filepath.Join(cmd.Dir, "sfstore"), "version"); !strings.HasPrefix(got, "sfstore "+tag+" ") {
		t.Errorf("it is %s", got)
	}
}

// TestVersionNamesTheRelease expects the release, its commit and the commit's date.
func TestVersionNamesTheRelease(t *testing.T) {
	program := filepath.Join(unpacked(t, platform{runtime.GOOS, runtime.GOARCH}), "sfstore")
	var got struct{ Version, Commit, Date string }
	if err := json.Unmarshal([]byte(output(t, program, "version", "-o", "json")), &got); err != nil {
		t.Fatal(err)
	}
	want, err := readRelease(t.Context(), first, tag)
	if err != nil {
		t.Fatal(err)
	}
	if got.Version != tag || got.Commit != want.commit || got.Date != want.date.Format(time.RFC3339) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

// TestDebianPackage installs the package into a folder and removes it, which must leave nothing.
// Only root can do that; others unpack it.
func TestDebianPackage(t *testing.T) {
	if _, err := exec.LookPath("dpkg"); err != nil {
		t.Skip("there is no dpkg here")
	}
	file := released(t, "sfstore_"+tag[1:]+"_"+runtime.GOARCH+".deb")
	root := t.TempDir()
	installed := []string{
		"usr/bin/sfstore", "usr/share/man/man1/sfstore-upload.1.gz", "usr/share/bash-completion/completions/sfstore",
		"usr/share/zsh/vendor-completions/_sfstore", "usr/share/doc/sfstore/copyright", "usr/share/doc/sfstore/licenses/go/LICENSE",
	}
	if os.Getuid() != 0 {
		output(t, "dpkg", "-x", file, root)
	} else {
		for _, dir := range []string{"info", "updates", "triggers"} {
			if err := os.MkdirAll(filepath.Join(root, "var/lib/dpkg", dir), 0o755); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.WriteFile(filepath.Join(root, "var/lib/dpkg/status"), nil, 0o644); err != nil {
			t.Fatal(err)
		}
		output(t, "dpkg", "--root="+root, "--log=/dev/null", "--install", file)
	}
	for _, name := range installed {
		if _, err := os.Stat(filepath.Join(root, name)); err != nil {
			t.Error(err)
		}
	}
	if got := output(t, filepath.Join(root, "usr/bin/sfstore"), "version"); !strings.HasPrefix(got, "sfstore "+tag+" ") {
		t.Errorf("it is %s", got)
	}
	if os.Getuid() != 0 {
		return
	}
	output(t, "dpkg", "--root="+root, "--log=/dev/null", "--purge", "sfstore")
	if left := output(t, "find", root, "-path", root+"/var", "-prune", "-o", "-mindepth", "1", "-print"); left != "" {
		t.Errorf("the package leaves\n%s", left)
	}
}
