package interop

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// docPrograms say how the examples of docs/local-store.md are run: each is the fenced block of a
// language that begins as stated.
var docPrograms = []struct {
	name, file string
	block      string // a pattern for how it begins
	run        func(file string) *exec.Cmd
}{
	{"shell", "example.sh", "```sh\n(#!/bin/sh\n", func(file string) *exec.Cmd { return exec.Command("sh", file) }},
	{"pytest", "test_example.py", "```python\n(import ", func(file string) *exec.Cmd {
		return exec.Command(venvProgram("python"), "-m", "pytest", "-q", "-p", "no:cacheprovider", file)
	}},
	{"node", "example.test.mjs", "```js\n(import ", func(file string) *exec.Cmd { return exec.Command("node", "--test", file) }},
	{"go", "example_test.go", "```go\n(package ", func(file string) *exec.Cmd { return exec.Command("go", "test", "-count=1", file) }},
}

func venvProgram(name string) string {
	path, err := filepath.Abs(filepath.Join(".venv", "bin", name))
	if err != nil {
		return name
	}
	return path
}

func TestExamplesOfTheDocs(t *testing.T) {
	text, err := os.ReadFile("../docs/local-store.md")
	if err != nil {
		t.Fatal(err)
	}
	program := built(t)
	for _, p := range docPrograms {
		t.Run(p.name, func(t *testing.T) {
			found := regexp.MustCompile("(?s)"+p.block+".*?)```").FindAllSubmatch(text, -1)
			if len(found) != 1 {
				t.Fatalf("the page has %d such examples, want 1", len(found))
			}
			dir := t.TempDir()
			file := filepath.Join(dir, p.file)
			if err := os.WriteFile(file, found[0][1], 0o644); err != nil {
				t.Fatal(err)
			}
			cmd := p.run(file)
			cmd.Env = append(os.Environ(), "PATH="+filepath.Dir(program)+string(os.PathListSeparator)+os.Getenv("PATH"))
			if p.name != "go" { // the module is the same
				cmd.Dir = dir
			}
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
}

// TestSfctlHasWhatTheDocsUse checks that each command of sfctl in docs/after-the-upload.md exists, with
// the flags that the page gives.
func TestSfctlHasWhatTheDocsUse(t *testing.T) {
	text, err := os.ReadFile("../docs/after-the-upload.md")
	if err != nil {
		t.Fatal(err)
	}
	commands := regexp.MustCompile(`(?m)^sfctl ([a-z -]*?) (--.*)$`).FindAllStringSubmatch(string(text), -1)
	if len(commands) < 5 {
		t.Fatalf("the page has %d commands of sfctl", len(commands))
	}
	for _, command := range commands {
		help, err := exec.Command(venvProgram("sfctl"), append(strings.Fields(command[1]), "--help")...).Output()
		if err != nil {
			t.Errorf("sfctl %s: %v", command[1], err)
		}
		for _, flag := range regexp.MustCompile(`--[a-z-]+`).FindAllString(command[2], -1) {
			if !regexp.MustCompile(`(?m)^ +` + flag + `\b`).Match(help) {
				t.Errorf("sfctl %s has no %s", command[1], flag)
			}
		}
	}
}
