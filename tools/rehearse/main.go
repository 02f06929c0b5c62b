// Command rehearse adds an operation in a copy of the checkout, by the steps of
// docs/adding-an-operation.md and nothing else. All tests must pass then. After that it leaves
// out each step in turn, and expects a test to fail and to name the operation.
//
// It runs in the folder tools: go run ./rehearse. The steps are the files in the folder steps.
package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

func main() {
	begin := time.Now()
	if err := rehearse(); err != nil {
		fmt.Fprintf(os.Stderr, "rehearse: %v\n", err)
		os.Exit(1)
	}
	fmt.Fprintf(os.Stdout, "rehearsed in %.0f s\n", time.Since(begin).Seconds())
}

func rehearse() error {
	folder, err := os.MkdirTemp("", "rehearse")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	if err := copyCheckout("..", folder); err != nil {
		return fmt.Errorf("copy the checkout: %w", err)
	}
	c := &checkout{folder: folder, originals: map[string]string{}}
	if err := c.readSteps(); err != nil {
		return err
	}
	if err := c.write(""); err != nil {
		return err
	}
	if err := c.generate(); err != nil {
		return err
	}
	if err := c.checkChanges(".."); err != nil {
		return err
	}
	fmt.Fprintln(os.Stdout, "with all steps: the tests must pass")
	if out, err := c.run("go", "test", "./..."); err != nil {
		return fmt.Errorf("the steps are not all that it takes: %w\n%s", err, failures(out))
	}
	for _, s := range steps {
		fmt.Fprintf(os.Stdout, "without %s: %s must fail\n", s.name, s.test)
		if err := c.write(s.name); err != nil {
			return err
		}
		out, err := c.run("go", "test", "-run", "^"+s.test+"$", s.pkg)
		switch {
		case err == nil:
			return fmt.Errorf("without %s, %s passes", s.name, s.test)
		case !strings.Contains(out, "--- FAIL: "+s.test), !strings.Contains(out, s.says):
			return fmt.Errorf("without %s, %s does not fail with %q:\n%s", s.name, s.test, s.says, out)
		}
	}
	return nil
}

// run runs a command in the copy, and returns what it prints. Paths are trimmed so that copies
// share the build cache.
func (c *checkout) run(name string, args ...string) (string, error) {
	cmd := exec.Command(name, args...)
	cmd.Dir = c.folder
	cmd.Env = append(os.Environ(), "GOFLAGS="+strings.TrimSpace(os.Getenv("GOFLAGS")+" -trimpath"))
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// generate runs the generator, whose file becomes a step of its own.
func (c *checkout) generate() error {
	const file = "gen/client.gen.go"
	name := filepath.Join(c.folder, file)
	before, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	if out, err := c.run("go", "generate", "./..."); err != nil {
		return fmt.Errorf("generate: %w\n%s", err, out)
	}
	after, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	if bytes.Equal(before, after) {
		return errors.New("generate: the generated code does not change")
	}
	c.originals[file] = string(before)
	c.edits = append(c.edits, edit{step: "generate", file: file, how: "replace", text: string(after)})
	return nil
}

// checkChanges makes sure that only the files of the steps differ from the checkout.
func (c *checkout) checkChanges(checkout string) error {
	files, err := filesOf(checkout)
	if err != nil {
		return err
	}
	for _, file := range files {
		if slices.ContainsFunc(c.edits, func(e edit) bool { return e.file == file }) {
			continue
		}
		before, err := os.ReadFile(filepath.Join(checkout, file))
		if err != nil {
			return err
		}
		after, err := os.ReadFile(filepath.Join(c.folder, file))
		if err != nil {
			return err
		}
		if !bytes.Equal(before, after) {
			return fmt.Errorf("the generator changes %s too", file)
		}
	}
	return nil
}

// failures returns the output without the packages that pass.
func failures(out string) string {
	var kept strings.Builder
	for line := range strings.Lines(out) {
		if !strings.HasPrefix(line, "ok ") && !strings.HasPrefix(line, "? ") {
			kept.WriteString(line)
		}
	}
	return kept.String()
}
