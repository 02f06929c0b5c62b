package interop

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sfstore/sfstore/emulator"
)

// TestSchemathesis lets Schemathesis send some thousand valid and invalid requests that it generates
// from openapi.yaml, and accepts no undocumented status, media type, header or body.
func TestSchemathesis(t *testing.T) {
	sfstore := built(t)
	program, err := filepath.Abs("generators/python/.venv/bin/schemathesis")
	if err != nil {
		t.Fatal(err)
	}
	document, err := filepath.Abs("../openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	onBothPlatforms(t, func(t *testing.T, platform emulator.Platform) {
		url := startServe(t, sfstore, "--data", t.TempDir(), "--platform", platform.String())
		cmd := exec.CommandContext(t.Context(), program, "run", document, "--url", url, "--no-color", "--warnings", "off",
			"--seed", "1", "--max-examples", "30", "--generation-database", "none", "--checks", "not_a_server_error,"+
				"status_code_conformance,content_type_conformance,response_headers_conformance,response_schema_conformance")
		cmd.Dir = t.TempDir() // it writes a cache to its working folder
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Errorf("%v\n%s", err, out)
		}
		if tested := "Tested: 13"; !strings.Contains(string(out), tested) {
			t.Errorf("no %q in\n%s", tested, out)
		}
	})
}
