package sfstore_test

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// TestReadmeShowsTheExample holds the snippet of the README to the package Example of the
// typed client, which is compiled and whose output is checked.
func TestReadmeShowsTheExample(t *testing.T) {
	readme := read(t, "README.md")
	fence := regexp.MustCompile("(?s)```go\n(.*?)```").FindStringSubmatch(readme)
	if fence == nil {
		t.Fatal("the README has no snippet")
	}
	example := read(t, "wrapper/imagestore/example_test.go")
	for line := range strings.Lines(fence[1]) {
		// The example asks a server of its own where the README names a real one.
		line = strings.Replace(strings.TrimSpace(line), `"http://localhost:19080"`, "cluster.URL", 1)
		if !strings.Contains(example, line) {
			t.Errorf("the example has no line %q", line)
		}
	}
}

// TestReadmeNamesEveryDependency keeps the table complete.
func TestReadmeNamesEveryDependency(t *testing.T) {
	readme := read(t, "README.md")
	direct := regexp.MustCompile(`(?m)^\t(?:github\.com/)?(\S+?)(?:/v\d+)? v\S+$`) // indirect ones end in a comment
	modules := direct.FindAllStringSubmatch(read(t, "go.mod"), -1)
	if len(modules) == 0 {
		t.Fatal("go.mod requires nothing")
	}
	for _, module := range modules {
		if !strings.Contains(readme, "`"+module[1]+"`") {
			t.Errorf("the README does not say why %s is needed", module[1])
		}
	}
}

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
