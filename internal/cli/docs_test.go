package cli

import (
	"bytes"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	fencePattern    = regexp.MustCompile("(?ms)^ *```[a-z]*\n(.*?)^ *```")
	inlinePattern   = regexp.MustCompile("`sfstore ([^`]+)`")
	continued       = regexp.MustCompile("[\\\\`^]\n\\s*")
	commandPattern  = regexp.MustCompile(`(?m)^(?:[ \t$-]|run:)*sfstore ([^\n]*)$`)
	argumentPattern = regexp.MustCompile(`(?:"[^"]*"|'[^']*'|[^\s"'])+`)
	restOfTheLine   = regexp.MustCompile(`\s(#|\\?\||[&;]|\d?>|<).*$`)
)

// TestCommandsOfTheDocs parses each command that a page shows, with its verbs, flags and values.
// Commands in blocks must have the right number of arguments too.
func TestCommandsOfTheDocs(t *testing.T) {
	t.Parallel()
	pages, err := filepath.Glob("../../docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, page := range append(pages, "../../README.md") {
		text := readFile(t, page)
		for _, block := range fencePattern.FindAllStringSubmatch(text, -1) {
			for _, line := range commandPattern.FindAllStringSubmatch(continued.ReplaceAllString(block[1], " "), -1) {
				found++
				parseCommand(t, filepath.Base(page), restOfTheLine.ReplaceAllString(line[1], ""), true)
			}
		}
		for _, span := range inlinePattern.FindAllStringSubmatch(fencePattern.ReplaceAllString(text, ""), -1) {
			found++
			parseCommand(t, filepath.Base(page), restOfTheLine.ReplaceAllString(span[1], ""), false)
		}
	}
	if found < 50 {
		t.Errorf("found %d commands, want many more", found)
	}
}

func parseCommand(t *testing.T, page, line string, isWhole bool) {
	t.Helper()
	var args []string
	for _, arg := range argumentPattern.FindAllString(line, -1) {
		args = append(args, strings.NewReplacer(`"`, "", "'", "").Replace(arg))
	}
	noEnvironment := func(string) string { return "" }
	a := &app{stdin: strings.NewReader(""), stdout: &bytes.Buffer{}, stderr: &bytes.Buffer{}, getenv: noEnvironment}
	root := a.rootCommand()
	addCobrasOwn(root)
	c, rest, err := root.Find(args)
	if err == nil {
		c.InitDefaultHelpFlag()
		c.InitDefaultVersionFlag()
		err = c.ParseFlags(rest)
	}
	isPlaceholder := func(arg string) bool { return strings.ToUpper(arg) == arg }
	if err == nil && (isWhole || c.HasSubCommands() && !slices.ContainsFunc(c.Flags().Args(), isPlaceholder)) {
		err = c.ValidateArgs(c.Flags().Args())
	}
	if err != nil {
		t.Errorf("%s: sfstore %s: %v", page, line, err)
	}
}
