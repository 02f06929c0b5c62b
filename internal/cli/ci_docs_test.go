package cli_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
)

// TestScriptsOfThePipelines runs two scripts of docs/ci.md against a local store: the one that
// deploys, twice, as a retried job does, and the one that validates.
func TestScriptsOfThePipelines(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("the scripts are for sh")
	}
	dir := t.TempDir()
	for name, text := range map[string]string{
		"app/ApplicationManifest.xml":  `<ApplicationManifest xmlns="http://schemas.microsoft.com/2011/01/fabric"><ServiceManifestImport><ServiceManifestRef ServiceManifestName="Calc" ServiceManifestVersion="1.0"/></ServiceManifestImport></ApplicationManifest>`,
		"app/Calc/ServiceManifest.xml": `<ServiceManifest Name="Calc" xmlns="http://schemas.microsoft.com/2011/01/fabric"><CodePackage Name="Code" Version="1.0"/></ServiceManifest>`,
		"app/Calc/Code/calc.exe":       strings.Repeat("0123456789", 1000),
		"run-tests.sh":                 "#!/bin/sh\nsfstore upload app App\n",
		"deploy.sh":                    pipelineScript(t, "# Packs, uploads and verifies"),
		"check.sh":                     pipelineScript(t, "# Runs ./run-tests.sh"),
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	s := serve(t, "--quiet")
	for _, script := range []string{"deploy.sh", "deploy.sh", "check.sh"} {
		cmd := exec.CommandContext(t.Context(), "sh", script)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "SFSTORE_ENDPOINT="+s.url, "VERSION=1.0.0")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", script, err, out)
		}
	}
	out, err := exec.CommandContext(t.Context(), "sfstore", "ls", "--recursive", "--endpoint", s.url).CombinedOutput()
	if err != nil || !strings.Contains(string(out), "App/1.0.0/Calc/Code.zip") {
		t.Errorf("the package was not stored: %v\n%s", err, out)
	}
	report, err := os.ReadFile(filepath.Join(dir, "report.xml"))
	if err != nil || !strings.Contains(string(report), "<testsuite") || strings.Contains(string(report), "<failure") {
		t.Errorf("report: %v\n%s", err, report)
	}
	s.stop(t)
}

// pipelineScript returns the script of docs/ci.md whose second line begins as given.
func pipelineScript(t *testing.T, begins string) string {
	t.Helper()
	page, err := os.ReadFile("../../docs/ci.md")
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile("(?s)```sh\n(#!/bin/sh\n"+regexp.QuoteMeta(begins)+".*?)```").FindAllSubmatch(page, -1)
	if len(found) != 1 {
		t.Fatalf("the page has %d scripts that begin with %q", len(found), begins)
	}
	return string(found[0][1])
}
