package interop

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// pythonSDK makes calls with azure-servicefabric for Python.
func pythonSDK(t *testing.T, url string, calls []call) []outcome {
	t.Helper()
	return drive(t, calls, installed(t, ".venv/bin/python"), "python/drive.py", url)
}

// javaScriptSDK makes calls with azure-servicefabric for Node.js.
func javaScriptSDK(t *testing.T, url string, calls []call) []outcome {
	t.Helper()
	installed(t, "js/node_modules/azure-servicefabric")
	return drive(t, calls, "node", "js/drive.js", url)
}

// installed returns the absolute path of a program that `make interop` installs.
func installed(t *testing.T, path string) string {
	t.Helper()
	absolute, err := filepath.Abs(path)
	if err == nil {
		_, err = os.Stat(absolute)
	}
	if err != nil {
		t.Fatalf("interop/%s is not installed: run `make interop` in the folder above, which installs the clients first", path)
	}
	return absolute
}

// drive passes the calls to a program that makes them, and reads the outcomes.
func drive(t *testing.T, calls []call, program string, args ...string) []outcome {
	t.Helper()
	in, err := json.Marshal(calls)
	if err != nil {
		t.Fatal(err)
	}
	var complaints bytes.Buffer
	cmd := exec.CommandContext(t.Context(), program, args...)
	cmd.Env = cleanEnvironment(t)
	cmd.Stdin, cmd.Stderr = bytes.NewReader(in), &complaints
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s", args[0], err, &complaints)
	}
	var outcomes []outcome
	if err := json.Unmarshal(out, &outcomes); err != nil {
		t.Fatalf("%s: %v\n%s", args[0], err, out)
	}
	return outcomes
}

// cleanEnvironment returns an environment with its own home, and without proxies and settings of the
// person who runs the test.
func cleanEnvironment(t *testing.T) []string {
	t.Helper()
	return []string{
		"HOME=" + t.TempDir(),
		"PATH=" + os.Getenv("PATH"),
		"LC_ALL=C.UTF-8",
		"SFCTL_SERVICEFABRIC_USE_TELEMETRY=false", // sfctl would report its use
	}
}
