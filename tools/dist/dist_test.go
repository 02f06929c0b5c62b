package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// tag is the version that the tests release, of the commit that is checked out.
const tag = "v0.1.0"

// first and second are clones in which make dist ran.
var first, second string

func TestMain(m *testing.M) {
	code, err := buildTwice(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

// buildTwice builds the release in two clones, at different paths and with different settings.
func buildTwice(m *testing.M) (code int, err error) {
	folder, err := os.MkdirTemp("", "dist")
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	if changes, err := git(context.Background(), "../..", "status", "--porcelain"); err == nil && changes != "" {
		fmt.Fprintln(os.Stderr, "changes that are not committed are not tried:\n"+changes)
	}
	first, second = filepath.Join(folder, "first"), filepath.Join(folder, "another", "folder", "second")
	for _, build := range []struct{ from, clone, umask, zone string }{
		{"../..", first, "022", "UTC"},
		{first, second, "077", "Asia/Tokyo"},
	} {
		begin := time.Now()
		if out, err := exec.Command("git", "clone", "--quiet", build.from, build.clone).CombinedOutput(); err != nil {
			return 0, fmt.Errorf("clone the checkout: %w\n%s", err, out)
		}
		cmd := exec.Command("sh", "-c", "umask "+build.umask+" && exec make dist VERSION="+tag)
		cmd.Dir = build.clone
		cmd.Env = append(os.Environ(), "TZ="+build.zone, "MAKEFLAGS=") // without the flags of the make that runs this test
		if out, err := cmd.CombinedOutput(); err != nil {
			return 0, fmt.Errorf("make dist: %w\n%s", err, out)
		}
		fmt.Fprintf(os.Stdout, "make dist in %s: %.0f s\n", filepath.Base(build.clone), time.Since(begin).Seconds())
	}
	return m.Run(), nil
}

func TestSameCommitSameBytes(t *testing.T) {
	out, err := exec.Command("diff", "--brief", "--recursive", filepath.Join(first, "dist"), filepath.Join(second, "dist")).CombinedOutput()
	if err != nil {
		t.Errorf("two builds of one commit differ: %v\n%s", err, out)
	}
}

// TestOnlyACommitIsReleased expects an error for a checkout that differs from its commit, and for an
// invalid version.
func TestOnlyACommitIsReleased(t *testing.T) {
	if _, err := readRelease(t.Context(), second, "0.1"); err == nil || !strings.Contains(err.Error(), "make dist VERSION=") {
		t.Errorf("version 0.1: %v", err)
	}
	if _, err := readRelease(t.Context(), second, tag); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(second, "new.go")
	if err := os.WriteFile(name, []byte("package sfstore\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	defer os.Remove(name)
	if _, err := readRelease(t.Context(), second, tag); err == nil || !strings.Contains(err.Error(), "new.go") {
		t.Errorf("a checkout with a new file: %v", err)
	}
}

// released returns the path of a file of the release.
func released(t *testing.T, name string) string {
	t.Helper()
	path := filepath.Join(first, "dist", name)
	if _, err := os.Stat(path); err != nil {
		t.Fatal(err)
	}
	return path
}

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// output runs a program and returns what it prints on standard output.
func output(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, err := exec.Command(name, args...).Output()
	if err != nil {
		t.Fatalf("%s %v: %v", name, args, err)
	}
	return string(out)
}
