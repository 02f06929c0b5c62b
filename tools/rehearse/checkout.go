package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// checkout is the copy, and what is changed in it.
type checkout struct {
	folder    string
	originals map[string]string // of the files that the edits change
	edits     []edit
}

// filesOf returns the files of a checkout that are or may be committed.
func filesOf(checkout string) ([]string, error) {
	cmd := exec.Command("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	cmd.Dir = checkout
	out, err := cmd.Output()
	if err != nil {
		return nil, err
	}
	var files []string
	for name := range strings.SplitSeq(string(out), "\x00") {
		if info, err := os.Lstat(filepath.Join(checkout, name)); err == nil && info.Mode().IsRegular() {
			files = append(files, name)
		}
	}
	return files, nil
}

func copyCheckout(from, to string) error {
	files, err := filesOf(from)
	if err != nil {
		return err
	}
	for _, file := range files {
		info, err := os.Stat(filepath.Join(from, file))
		if err != nil {
			return err
		}
		text, err := os.ReadFile(filepath.Join(from, file))
		if err != nil {
			return err
		}
		name := filepath.Join(to, file)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(name, text, info.Mode().Perm()); err != nil {
			return err
		}
	}
	return nil
}

// write applies all steps except one and those that need it.
func (c *checkout) write(without string) error {
	left := map[string]bool{without: true}
	for _, s := range steps { // needed steps come first
		for _, need := range s.needs {
			left[s.name] = left[s.name] || left[need]
		}
	}
	texts := map[string]string{}
	for _, e := range c.edits {
		if _, seen := texts[e.file]; !seen {
			texts[e.file] = c.originals[e.file]
		}
		if left[e.step] {
			continue
		}
		text, err := e.apply(texts[e.file])
		if err != nil {
			return err
		}
		texts[e.file] = text
	}
	for file, text := range texts {
		name := filepath.Join(c.folder, file)
		if text == "" { // a new file whose step is left out
			if err := os.RemoveAll(name); err != nil {
				return err
			}
		} else if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			return err
		}
	}
	return nil
}
