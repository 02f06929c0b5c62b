package main

import (
	"embed"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

const operation = "GetImageStoreQuota"

// steps are the steps of adding an operation, each with the test that fails without it and the text of
// that failure. A step needs others if it does not compile without them.
var steps = []struct {
	name      string
	needs     []string
	pkg, test string
	says      string
}{
	{"document", nil, "./wrapper/imagestore", "TestEveryOperationHasOneMethod", operation},
	{"generate", nil, ".", "TestGeneratedClientHasEveryOperation", operation},
	{"method", []string{"generate"}, "./wrapper/imagestore", "TestEveryOperationHasOneMethod", operation},
	{"method-row", []string{"method"}, "./wrapper/imagestore", "TestEveryOperationHasOneMethod", operation},
	{"store", nil, ".", "TestClientAndLocalStoreMeetInTheContract", operation},
	{"store-row", []string{"method"}, ".", "TestClientAndLocalStoreMeetInTheContract", operation},
	{"fact", []string{"store"}, "./emulator/conformance", "TestTheLocalStoreConforms", operation},
	{"verb", []string{"method"}, "./internal/cli", "TestScripts", operation},
	{"verb-row", nil, "./internal/cli", "TestScripts", operation},
	{"verb-row", nil, "./internal/cli", "TestEveryVerbHasAScript", "sfstore quota"},
	{"verb-line", nil, "./internal/cli", "TestReadmeNamesEveryVerb", "sfstore quota"},
	{"verb-json", nil, "./internal/cli", "TestTheJSONPageNamesEveryVerb", "sfstore quota"},
}

// edit is a change of one file. In the files of the folder steps it begins with a line like one
// of these, and its text follows:
//
//	== before FILE BEGINNING    before the one line that begins so
//	== after FILE BEGINNING     after it
//	== end FILE                 at the end of the file
//	== new FILE                 a new file
type edit struct {
	step, how, file, anchor, text string
}

//go:embed steps
var texts embed.FS

// readSteps reads the edits of all steps, and the files that they change.
func (c *checkout) readSteps() error {
	read := map[string]bool{}
	for _, s := range steps {
		if read[s.name] || s.name == "generate" {
			continue
		}
		read[s.name] = true
		text, err := texts.ReadFile("steps/" + s.name + ".txt")
		if err != nil {
			return err
		}
		for line := range strings.Lines(string(text)) {
			head, isHead := strings.CutPrefix(line, "== ")
			if !isHead {
				c.edits[len(c.edits)-1].text += line
				continue
			}
			parts := append(strings.SplitN(strings.TrimSuffix(head, "\n"), " ", 3), "")
			c.edits = append(c.edits, edit{step: s.name, how: parts[0], file: parts[1], anchor: parts[2]})
		}
	}
	for _, e := range c.edits {
		if e.how == "new" {
			continue
		}
		text, err := os.ReadFile(filepath.Join(c.folder, e.file))
		if err != nil {
			return fmt.Errorf("step %s: %w", e.step, err)
		}
		c.originals[e.file] = string(text)
	}
	return nil
}

// apply returns the text of a file with the change.
func (e edit) apply(before string) (string, error) {
	switch e.how {
	case "new", "replace":
		return e.text, nil
	case "end":
		return before + e.text, nil
	}
	var after strings.Builder
	found := 0
	for line := range strings.Lines(before) {
		isAnchor := strings.HasPrefix(line, e.anchor)
		if isAnchor {
			found++
		}
		if isAnchor && e.how == "before" {
			after.WriteString(e.text)
		}
		after.WriteString(line)
		if isAnchor && e.how == "after" {
			after.WriteString(e.text)
		}
	}
	if found != 1 {
		return "", fmt.Errorf("step %s: %d lines of %s begin with %q, not 1: renew tools/rehearse/steps", e.step, found, e.file, e.anchor)
	}
	return after.String(), nil
}
