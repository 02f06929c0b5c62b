package exclude_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/sfstore/sfstore/internal/exclude"
)

func TestWhatPatternsMatch(t *testing.T) {
	for _, row := range []struct {
		pattern, name string
		isFolder      bool
		want          bool
	}{
		{"*.pdb", "a.pdb", false, true},
		{"*.pdb", "Code/sub/a.pdb", false, true},
		{"*.pdb", "a.pdb/b", false, true},
		{"*.PDB", "a.pdb", false, false},
		{"Data/*.log", "Data/a.log", false, true},
		{"Data/*.log", "Data/sub/a.log", false, false},
		{"Data/*.log", "App/Data/a.log", false, false},
		{"Data/**", "Data/sub/a.log", false, true},
		{"Data/**/*.log", "Data/a.log", false, true},
		{"Data/**/*.log", "Data/x/y/a.log", false, true},
		{"**/obj/*.o", "a/b/obj/c.o", false, true},
		{"{bin,obj}", "src/obj", true, true},
		{"{bin,obj}", "src/obj/a/b", false, true},
		{"{bin,obj}/x", "src/obj/x", false, false},
		{"obj/", "obj", false, false},
		{"obj/", "src/obj", true, true},
		{"obj/", "src/obj/a", false, true},
		{"src/obj/", "src/obj/a/b", false, true},
		{"src/obj/", "lib/src/obj/a", false, false},
		{"[a-c]?", "b1", false, true},
		{"a", "ab", false, false},
	} {
		patterns, err := exclude.Compile(row.pattern)
		if err != nil {
			t.Fatal(err)
		}
		if got := patterns.Excludes(row.name, row.isFolder); got != row.want {
			t.Errorf("%q excludes %q: %v", row.pattern, row.name, got)
		}
		if got := patterns.Unmatched(); (len(got) == 0) != row.want {
			t.Errorf("%q and %q: unmatched are %q", row.pattern, row.name, got)
		}
	}
}

func TestPatternsThatMatchNothingAreRefused(t *testing.T) {
	for pattern, want := range map[string]string{
		"":             "matches no file",
		"/":            "matches no file",
		"./":           "matches no file",
		"..":           "matches no file",
		"/bin":         "write bin",
		"./bin/":       "write bin/",
		"bin//x":       "write bin/x",
		"bin/./x":      "write bin/x",
		"bin/../obj":   "write obj",
		"../bin":       "write bin",
		`Data\*.log`:   "write Data/*.log",
		"!keep.txt":    "write ?keep.txt",
		"[":            "unmatched",
		"{a":           "unmatched",
		"Data/[a-/x":   "unmatched",
		"Data/*.log/":  "",
		"...":          "matches no file",
		"{/a,b}":       "stands for /a, which matches no path, because paths begin at the root of the source: write a",
		"{a,./b}":      "stands for ./b",
		"{a,{b,../c}}": "write c",
		"{!a,b}":       "stands for !a, which begins with !",
		"{a/,b}/c":     "stands for a//c",
		"{bin/,*.o}":   "write it as a pattern of its own",
		"{bin,obj}/":   "",
		"x{,.bak}":     "",
		"[{]a":         "",
		"{a,b}{c,d}{e,f}{g,h}{i,j}{k,l}{m,n}{o,p}{q,r}{s,t}{u,v}{w,x}": "",
		".git": "",
	} {
		err := exclude.Check(pattern)
		if want == "" {
			if err != nil {
				t.Errorf("%q: %v", pattern, err)
			}
			continue
		}
		if wrong, ok := errors.AsType[*exclude.Error](err); !ok || wrong.Pattern != pattern || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, not %q", pattern, err, want)
		}
	}
}

func TestEachPatternThatMatchesIsRemembered(t *testing.T) {
	patterns, err := exclude.Compile("*.pdb", "a.*", "never")
	if err != nil {
		t.Fatal(err)
	}
	patterns.Excludes("a.pdb", false)
	if got := patterns.Unmatched(); !slices.Equal(got, []string{"never"}) {
		t.Errorf("unmatched are %q", got)
	}
}
