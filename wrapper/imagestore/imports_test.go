package imagestore_test

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// TestImportsStayFew holds what an importer of this package takes in besides the standard
// library.
func TestImportsStayFew(t *testing.T) {
	const own = "github.com/sfstore/sfstore"
	allowed := []string{
		"github.com/oapi-codegen/runtime",
		"github.com/apapsch/go-jsonmerge/v2",
		"github.com/google/uuid",
	}
	list := exec.CommandContext(t.Context(), "go", "list", "-deps",
		"-f", "{{if not .Standard}}{{.Module.Path}} {{.ImportPath}}{{end}}", own+"/wrapper/imagestore")
	out, err := list.CombinedOutput()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, out)
	}
	var ours []string
	for line := range strings.Lines(string(out)) {
		module, pkg, ok := strings.Cut(strings.TrimSpace(line), " ")
		switch {
		case !ok:
			t.Fatalf("go list printed %q", line)
		case module == own:
			ours = append(ours, pkg)
		case !slices.Contains(allowed, module):
			t.Errorf("%s of module %s is pulled in", pkg, module)
		}
	}
	if want := []string{own + "/gen", own + "/internal/transport", own + "/wrapper/imagestore"}; !slices.Equal(ours, want) {
		t.Errorf("of this module are pulled in %v, not %v", ours, want)
	}
}
