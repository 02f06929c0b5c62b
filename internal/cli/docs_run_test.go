package cli_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/sfstore/sfstore/internal/testhost"
)

// TestCommandsOfTheDocsRun runs blocks of commands for sh as a reader would, against a local store.
func TestCommandsOfTheDocsRun(t *testing.T) {
	t.Parallel()
	testhost.NotOnWindows(t, "the commands are for sh")
	testhost.Tool(t, "curl")
	for _, row := range []struct{ name, page, begins, url, before string }{
		{"upload", "README.md", "go install", "http://127.0.0.1:19080", "go() { :; }\n"},
		{"curl", "docs/local-store.md", "url=", "http://127.0.0.1:40881", "curl() { command curl -fsS \"$@\"; }\n"},
		{"validate", "docs/recordings.md", "sfstore validate traffic", "none", ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			page, err := os.ReadFile(filepath.Join("../..", row.page))
			if err != nil {
				t.Fatal(err)
			}
			block := regexp.MustCompile("(?s)```(?:sh)?\n(" + row.begins + ".*?)```").FindSubmatch(page)
			if block == nil {
				t.Fatalf("%s has no commands that begin with %q", row.page, row.begins)
			}
			dir := t.TempDir()
			for name, source := range map[string]string{
				"README.md": "README.md", "Code.zip": "README.md", "other.yaml": "openapi.yaml",
				"traffic.har":          "api/recording/testdata/chromium.har",
				"recordings/list.http": "api/testdata/emulator/GetImageStoreContent.http",
			} {
				copyFile(t, filepath.Join("../..", source), filepath.Join(dir, name))
			}
			s := serve(t, "--quiet")
			script := strings.ReplaceAll(string(block[1]), row.url, s.url)
			script = regexp.MustCompile(`(?m)^sfstore serve .*$`).ReplaceAllString(script, "") // it runs already
			cmd := exec.CommandContext(t.Context(), "sh", "-c", "set -eu\n"+row.before+script)
			cmd.Dir = dir
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%v\n%s%s", err, script, out)
			}
			s.stop(t)
		})
	}
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	text, err := os.ReadFile(from)
	if err == nil {
		err = os.MkdirAll(filepath.Dir(to), 0o755)
	}
	if err == nil {
		err = os.WriteFile(to, text, 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
}
