package cli

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// TestEveryVerbHasAScript expects a script in testdata that runs the verb.
func TestEveryVerbHasAScript(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	var scripts strings.Builder
	for _, file := range files {
		script, _, _ := strings.Cut(readFile(t, file), "\n-- ") // its files follow
		scripts.WriteString(script + "\n")
	}
	for _, verb := range verbs() {
		runs := regexp.MustCompile(`(?m)^(exec|(exits|returns) [0-9]) sfstore ` + verb + `\b`)
		if !runs.MatchString(scripts.String()) {
			t.Errorf("no script in testdata runs sfstore %s", verb)
		}
	}
}

// TestReadmeNamesEveryVerb expects the verb in the table of the README.
func TestReadmeNamesEveryVerb(t *testing.T) {
	t.Parallel()
	readme := readFile(t, "../../README.md")
	for _, verb := range verbs() {
		row := regexp.MustCompile("(?m)^\\|.*`" + verb + "[` ].*\\|$")
		if !row.MatchString(readme) {
			t.Errorf("the table of the README has no line for sfstore %s", verb)
		}
	}
}

// TestTheJSONPageNamesEveryVerb expects an example of each verb, or its name where the page says that
// it prints text.
func TestTheJSONPageNamesEveryVerb(t *testing.T) {
	t.Parallel()
	page := readFile(t, "../../docs/json.md")
	for _, verb := range verbs() {
		if !strings.Contains(page, "\n$ sfstore "+verb+" ") && !strings.Contains(page, "`"+verb+"`") {
			t.Errorf("docs/json.md has no example of sfstore %s", verb)
		}
	}
}

// verbs returns the commands that do something, such as "ls" and "session list". Cobra adds
// its own, help and completion, later.
func verbs() (all []string) {
	var walk func(*cobra.Command)
	walk = func(c *cobra.Command) {
		if !c.HasSubCommands() {
			all = append(all, strings.TrimPrefix(c.CommandPath(), "sfstore "))
		}
		for _, sub := range c.Commands() {
			walk(sub)
		}
	}
	walk(new(app).rootCommand())
	return all
}

func readFile(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
