package pack

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfstore/sfstore/internal/testhost"
)

func TestOtherToolsReadTheArchives(t *testing.T) {
	dir := t.TempDir()
	src := calculator(map[string]string{
		"WebPkg/Code/größe/日本.txt": "wide",
		"WebPkg/Code/leer/_.dir":   "",
		"WebPkg/Code/none.txt":     "",
	})
	if _, err := Write(t.Context(), src, dir); err != nil {
		t.Fatal(err)
	}
	archive := filepath.Join(dir, "WebPkg", "Code.zip")
	data, err := os.ReadFile(archive)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"leer/": ""}
	for name, file := range src {
		if rest, is := strings.CutPrefix(name, "WebPkg/Code/"); is && rest != "leer/_.dir" {
			want[rest] = string(file.Data)
		}
	}
	if diff := cmp.Diff(want, unzip(t, data)); diff != "" {
		t.Error("archive/zip:", diff)
	}
	readByOthers(t, archive, true)

	t.Run("Python extracts it", func(t *testing.T) {
		out := t.TempDir()
		run(t, "python3", "-c", "import sys, zipfile; zipfile.ZipFile(sys.argv[1]).extractall(sys.argv[2])", archive, out)
		checkExtracted(t, out, want)
	})
	t.Run("unzip extracts it", func(t *testing.T) {
		out := t.TempDir()
		run(t, "unzip", "-q", archive, "-d", out)
		checkExtracted(t, out, want)
	})
}

// readByOthers checks an archive with the installed tools.
func readByOthers(t *testing.T, archive string, strict bool) {
	t.Helper()
	t.Run("unzip tests it", func(t *testing.T) { run(t, "unzip", "-tqq", archive) })
	t.Run("Python tests it", func(t *testing.T) {
		run(t, "python3", "-c", "import sys, zipfile; sys.exit(zipfile.ZipFile(sys.argv[1]).testzip())", archive)
	})
	if strict {
		t.Run("Python reads the time", func(t *testing.T) {
			run(t, "python3", "-c", "import sys, zipfile; sys.exit(any(i.date_time != (1980, 1, 1, 0, 0, 0) for i in zipfile.ZipFile(sys.argv[1]).infolist()))", archive)
		})
	}
}

// run runs a tool, or skips the test if it is not installed.
func run(t *testing.T, tool string, args ...string) {
	t.Helper()
	testhost.Tool(t, tool)
	cmd := exec.CommandContext(t.Context(), tool, args...)
	cmd.Env = append(os.Environ(), "LC_ALL=C.UTF-8", "PYTHONUTF8=1")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%s: %v\n%s", tool, err, out)
	}
}

func checkExtracted(t *testing.T, dir string, want map[string]string) {
	t.Helper()
	found := contents(t, os.DirFS(dir))
	for name := range found {
		if _, entry := want[name]; !entry && strings.HasSuffix(name, "/") {
			delete(found, name) // it contains something, and so has no entry of its own
		}
	}
	if diff := cmp.Diff(want, found); diff != "" {
		t.Error(diff)
	}
}
