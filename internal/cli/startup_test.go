package cli

import (
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"testing"
)

// TestNoVerbPreparesForOthers bounds what the packages of this module allocate before main. Compiling
// patterns there once took half of the time of a command that needs none.
func TestNoVerbPreparesForOthers(t *testing.T) {
	const most = 300
	start := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^$")
	start.Env = append(os.Environ(), "GODEBUG=inittrace=1")
	trace, err := start.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, trace)
	}
	packages := regexp.MustCompile(`(?m)^init (github\.com/sfstore/\S+) @.*, (\d+) allocs$`).FindAllSubmatch(trace, -1)
	if packages == nil {
		t.Fatalf("no package of this module starts\n%s", trace)
	}
	for _, found := range packages {
		if n, err := strconv.Atoi(string(found[2])); err != nil || n > most {
			t.Errorf("%s allocates %s times before main, more than %d: see sync.OnceValue", found[1], found[2], most)
		}
	}
}
