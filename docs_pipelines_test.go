package sfstore_test

import (
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// TestPipelinesRunTheScripts checks that the pipelines of docs/ci.md are YAML, and run the scripts of
// that page, which other tests run.
func TestPipelinesRunTheScripts(t *testing.T) {
	pipelines := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllStringSubmatch(read(t, "docs/ci.md"), -1)
	if len(pipelines) != 3 {
		t.Fatalf("the page has %d pipelines, want 3", len(pipelines))
	}
	for _, pipeline := range pipelines {
		var parsed map[string]any
		if err := yaml.Unmarshal([]byte(pipeline[1]), &parsed); err != nil {
			t.Errorf("%v in\n%s", err, pipeline[1])
		}
		for _, script := range []string{"sh install.sh", "sh check.sh", "sh deploy.sh"} {
			if !strings.Contains(pipeline[1], script) {
				t.Errorf("there is no %s in\n%s", script, pipeline[1])
			}
		}
	}
}
