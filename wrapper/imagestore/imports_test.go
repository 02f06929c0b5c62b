package imagestore_test

import (
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/sfstore/sfstore/internal/testhost"
)

// TestImportsStayFew checks what an importer of this package imports besides the standard library.
func TestImportsStayFew(t *testing.T) {
	const own = "github.com/sfstore/sfstore"
	allowed := []string{
		"github.com/oapi-codegen/runtime",
		"github.com/google/uuid",
	}
	testhost.Tool(t, "go")
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
	slices.Sort(ours)
	if want := []string{own + "/gen", own + "/wrapper/imagestore", own + "/wrapper/internal/transport"}; !slices.Equal(ours, want) {
		t.Errorf("of this module are pulled in %v, not %v", ours, want)
	}
}
