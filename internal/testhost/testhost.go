// Package testhost describes the system that tests run on.
package testhost

import (
	"io/fs"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
)

// IsWindows is true on Windows, and under Wine.
const IsWindows = runtime.GOOS == "windows"

// NotOnWindows skips a test for a reason.
func NotOnWindows(t testing.TB, reason string) {
	t.Helper()
	if IsWindows {
		t.Skip("not on Windows: " + reason)
	}
}

// Symlink makes a symbolic link, or skips the test if that is not possible: Windows requires a
// privilege, and the links that Wine makes do not look like links.
func Symlink(t testing.TB, target, name string) {
	t.Helper()
	if err := os.Symlink(target, name); err != nil {
		t.Skip("there are no symbolic links here: ", err)
	}
	if info, err := os.Lstat(name); err != nil || info.Mode()&fs.ModeSymlink == 0 {
		t.Skip("a symbolic link does not look like one here: ", err)
	}
}

// IgnoresCase reports whether the disk of a folder takes two names for one that differ only in
// case.
func IgnoresCase(t testing.TB, folder string) bool {
	t.Helper()
	name, err := os.MkdirTemp(folder, "case")
	if err != nil {
		t.Fatal(err)
	}
	defer os.Remove(name)
	_, err = os.Stat(name[:len(folder)] + strings.ToUpper(name[len(folder):]))
	return err == nil
}

// Tool skips a test that needs a program which is not installed.
func Tool(t testing.TB, name string) {
	t.Helper()
	if _, err := exec.LookPath(name); err != nil {
		t.Skip(name + " is not installed")
	}
}
