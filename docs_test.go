package sfstore_test

import (
	"io/fs"
	"os"
	"regexp"
	"strings"
	"testing"
)

// TestDocsNameRealTests wants every test that a page names to exist.
func TestDocsNameRealTests(t *testing.T) {
	var tests strings.Builder
	err := fs.WalkDir(os.DirFS("."), ".", func(path string, _ fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(path, "_test.go") {
			tests.WriteString(read(t, path))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	named := regexp.MustCompile("`(Test[A-Za-z0-9]+)`").FindAllStringSubmatch(read(t, "docs/failures.md"), -1)
	if len(named) == 0 {
		t.Fatal("the page names no test")
	}
	for _, name := range named {
		if !strings.Contains(tests.String(), "\nfunc "+name[1]+"(") {
			t.Errorf("there is no %s", name[1])
		}
	}
}
