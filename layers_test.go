package sfstore_test

import (
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/sfstore/sfstore/internal/testhost"
)

const module = "github.com/sfstore/sfstore"

// layers are the packages of this module, with what each may import beyond the standard library. "." is
// the package at the root, which contains the document.
var layers = map[string][]string{
	".":                            {},
	"./gen":                        {"github.com/oapi-codegen/runtime"},
	"./wrapper/imagestore":         {"./gen", "./wrapper/internal/transport", "github.com/google/uuid"},
	"./api":                        {".", "github.com/getkin/kin-openapi"},
	"./api/recording":              {"./api"},
	"./emulator":                   {"./emulator/internal/tree", "golang.org/x/sys"},
	"./emulator/internal/tree":     {"golang.org/x/sys"},
	"./emulator/conformance":       {},
	"./pack":                       {"./internal/exclude"},
	"./internal/exclude":           {"github.com/bmatcuk/doublestar/v4"},
	"./upload":                     {"./internal/exclude", "./wrapper/imagestore", "github.com/google/uuid", "github.com/zeebo/xxh3", "golang.org/x/sync", "golang.org/x/text/unicode/norm"},
	"./internal/credential":        {"github.com/youmark/pkcs8", "golang.org/x/sys", "software.sslmate.com/src/go-pkcs12"},
	"./internal/doctor":            {"./internal/credential", "./wrapper/imagestore", "github.com/google/uuid"},
	"./internal/cli":               {".", "./api", "./api/recording", "./emulator", "./emulator/conformance", "./internal/credential", "./internal/doctor", "./internal/exclude", "./internal/recorder", "./internal/webguard", "./internal/workbench", "./pack", "./upload", "./wrapper/imagestore", "github.com/bmatcuk/doublestar/v4", "github.com/google/uuid", "github.com/spf13/cobra", "github.com/spf13/pflag", "go.yaml.in/yaml/v3", "golang.org/x/term", "golang.org/x/text/width"},
	"./internal/private":           {"golang.org/x/sys"},
	"./internal/testcert":          {},
	"./internal/testhost":          {},
	"./internal/recorder":          {"./api", "./api/recording", "./internal/private", "./internal/webguard"},
	"./internal/webguard":          {},
	"./internal/workbench":         {"./api", "./emulator"},
	"./wrapper/internal/transport": {},
	"./cmd/sfstore":                {"./internal/cli"},
}

func TestEachPackageImportsOnlyTheLayersBelow(t *testing.T) {
	for _, line := range goList(t, "{{.ImportPath}} {{join .Imports \" \"}}", "./...") {
		imports := strings.Fields(line)
		pkg := local(imports[0])
		may, known := layers[pkg]
		if !known {
			t.Errorf("%s has no place among the layers", pkg)
		}
		for _, path := range imports[1:] {
			if isStandard(path) {
				continue
			}
			if !slices.ContainsFunc(may, func(m string) bool { return isBelow(local(path), m) }) {
				t.Errorf("%s imports %s", pkg, local(path))
			}
		}
	}
}

func isStandard(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return !strings.Contains(first, ".")
}

// isBelow reports whether a package is the named one or, in another module, a package below it.
func isBelow(path, named string) bool {
	return path == named || !strings.HasPrefix(named, ".") && strings.HasPrefix(path, named+"/")
}

// local returns a path of this module relative to its root.
func local(path string) string {
	if rest, here := strings.CutPrefix(path, module); here {
		return "." + rest
	}
	return path
}

func goList(t *testing.T, format, pattern string) []string {
	t.Helper()
	testhost.Tool(t, "go")
	out, err := exec.CommandContext(t.Context(), "go", "list", "-f", format, pattern).Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSpace(string(out)), "\n")
}

// The folder on disk can be tested and read without HTTP.
func TestTheStoresFolderKnowsNoHTTP(t *testing.T) {
	const folder = "./emulator/internal/tree"
	for _, path := range goList(t, "{{join .Deps \"\\n\"}}", folder) {
		if path == "net/http" {
			t.Errorf("%s imports %s", folder, path)
		}
	}
}
