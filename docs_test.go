package sfstore_test

import (
	"io/fs"
	"os"
	"regexp"
	"strings"
	"testing"
)

// TestDocsNameRealTests checks that every test that a page names exists.
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

// TestDocsNameThePinnedVersions checks that the page about other languages names the versions of the
// generators that make generators runs.
func TestDocsNameThePinnedVersions(t *testing.T) {
	page := read(t, "docs/other-languages.md")
	for _, row := range []struct{ tool, file, pin string }{
		{"ogen", "ogen/go.mod", `ogen-go/ogen v(\S+)`},
		{"openapi-python-client", "python/requirements.in", `openapi-python-client==(\S+)`},
		{"Schemathesis", "python/requirements.in", `schemathesis==(\S+)`},
		{"openapi-typescript", "typescript/package.json", `"openapi-typescript": "(.+)"`},
		{"openapi-fetch", "typescript/package.json", `"openapi-fetch": "(.+)"`},
		{"@hey-api/openapi-ts", "typescript/package.json", `"@hey-api/openapi-ts": "(.+)"`},
		{"openapi-generator", "java/pom.xml", `openapi-generator-maven-plugin</artifactId>\s*<version>(.+)</version>`},
	} {
		pinned := regexp.MustCompile(row.pin).FindStringSubmatch(read(t, "interop/generators/"+row.file))
		if pinned == nil {
			t.Errorf("%s does not pin %s", row.file, row.tool)
		} else if named := row.tool + " " + pinned[1]; !strings.Contains(page, named) {
			t.Errorf("the page does not name %s", named)
		}
	}
}

// TestDocsNameRealTargets checks that every target of make that a page names exists.
func TestDocsNameRealTargets(t *testing.T) {
	makefile := read(t, "Makefile")
	found := 0
	for _, page := range pages(t) {
		for _, name := range regexp.MustCompile("(?m)(?:`|^    )make ([a-z]+)").FindAllStringSubmatch(read(t, page), -1) {
			found++
			if !strings.Contains(makefile, "\n"+name[1]+":") {
				t.Errorf("%s: there is no make %s", page, name[1])
			}
		}
	}
	if found == 0 {
		t.Error("no page names a target")
	}
}
