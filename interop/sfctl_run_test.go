package interop

import (
	"bytes"
	"errors"
	"os/exec"
	"path/filepath"
	"testing"
)

// sfctl is the command with its own configuration.
type sfctl struct {
	program     string
	environment []string
}

// ran is the result of a command.
type ran struct {
	exit           int
	stdout, stderr string
}

func newSfctl(t *testing.T) sfctl {
	t.Helper()
	return sfctl{installed(t, ".venv/bin/sfctl"), cleanEnvironment(t)}
}

func (c sfctl) run(t *testing.T, args ...string) ran {
	t.Helper()
	var stdout, stderr bytes.Buffer
	cmd := exec.CommandContext(t.Context(), c.program, args...)
	cmd.Env, cmd.Stdout, cmd.Stderr = c.environment, &stdout, &stderr
	err := cmd.Run()
	if _, failed := errors.AsType[*exec.ExitError](err); err != nil && !failed {
		t.Fatal(err)
	}
	return ran{cmd.ProcessState.ExitCode(), stdout.String(), stderr.String()}
}

// must runs a command that should succeed.
func (c sfctl) must(t *testing.T, args ...string) ran {
	t.Helper()
	r := c.run(t, args...)
	if r.exit != 0 {
		t.Fatalf("sfctl %q: exit code %d\n%s%s", args, r.exit, r.stdout, r.stderr)
	}
	return r
}

// upload writes the package to a folder of that name and uploads it.
func (c sfctl) upload(t *testing.T, name string, files tree) ran {
	t.Helper()
	dir := filepath.Join(t.TempDir(), name)
	files.write(t, dir)
	return c.run(t, "application", "upload", "--path", dir)
}
