package sfstore_test

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/sfstore/sfstore"

// layers are the packages of this module with what each may import beyond the standard
// library. "." is the package at the root, which holds the document.
var layers = map[string][]string{
	".":                      {},
	"./gen":                  {"github.com/oapi-codegen/runtime"},
	"./wrapper/imagestore":   {"./gen", "./internal/transport", "github.com/google/uuid"},
	"./api":                  {".", "github.com/getkin/kin-openapi"},
	"./api/recording":        {"./api"},
	"./emulator":             {},
	"./emulator/conformance": {},
	"./pack":                 {},
	"./upload":               {"./wrapper/imagestore", "github.com/google/uuid", "github.com/zeebo/xxh3", "golang.org/x/sync"},
	"./internal/credential":  {"github.com/youmark/pkcs8", "software.sslmate.com/src/go-pkcs12"},
	"./internal/doctor":      {"./internal/credential", "./internal/transport", "./wrapper/imagestore", "github.com/google/uuid"},
	"./internal/cli":         {"./api", "./api/recording", "./emulator", "./internal/credential", "./internal/doctor", "./internal/transport", "./pack", "./upload", "./wrapper/imagestore", "github.com/google/uuid", "github.com/spf13/cobra", "github.com/vbauerster/mpb/v8", "golang.org/x/term"},
	"./internal/testcert":    {},
	"./internal/transport":   {},
	"./cmd/sfstore":          {"./internal/cli"},
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

// isBelow says whether a package is the one named or, of other modules, one in it.
func isBelow(path, named string) bool {
	return path == named || !strings.HasPrefix(named, ".") && strings.HasPrefix(path, named+"/")
}

// local writes a path of this module from its root.
func local(path string) string {
	if rest, here := strings.CutPrefix(path, module); here {
		return "." + rest
	}
	return path
}

func goList(t *testing.T, format, pattern string) []string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-f", format, pattern).Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSpace(string(out)), "\n")
}
