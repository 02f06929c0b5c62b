package tree

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/sfstore/sfstore/internal/testhost"
)

// lines returns a listing with folders as "path/ count".
func (b *bench) lines(path, from string) string {
	var lines []string
	for _, item := range b.List(path, from) {
		if item.File != nil {
			lines = append(lines, item.Path)
		} else {
			lines = append(lines, fmt.Sprintf("%s/ %d", item.Path, item.Count))
		}
	}
	return strings.Join(lines, ", ")
}

func TestList(t *testing.T) {
	windows := []string{"App/a", "app/b", "App/c/d", "App/e", "App.x/f", "App1/g", "x"}
	for _, row := range []struct {
		name       string
		options    func(*bench) Options
		files      []string
		path, from string
		want       string
	}{
		{"the separator comes behind points and digits, and a folder anew where its spelling changes", caseless, windows, "", "",
			"App.x/ 1, App1/ 1, App/ 1, app/ 1, App/ 2, x"},
		{"a folder below one of two spellings", caseless, windows, "APP", "", "App/a, app/b, App/c/ 1, App/e"},
		{"from inside a folder on", caseless, windows, "", "APP/B", "app/ 1, App/ 2, x"},
		{"from a folder on", caseless, windows, "", "app", "App.x/ 1, App1/ 1, App/ 1, app/ 1, App/ 2, x"},
		{"from behind a folder on", caseless, windows, "", "app/f", "x"},
		{"from the end on", caseless, windows, "", "y", ""},
		{"a file, wherever from is", caseless, windows, "X", "zzz", "x"},
		{"what is not there", caseless, windows, "y", "", ""},
		{"the slash comes before digits", exact, []string{"a/x", "a0/x", "a-/x", "A/x"}, "", "", "A/ 1, a-/ 1, a/ 1, a0/ 1"},
		{"from inside, exactly", exact, []string{"a/x", "a/y", "a/y/z"}[:2], "", "a/y", "a/ 1"},
		{"an empty name", exact, []string{"a//x", "a/y", "a//z"}, "", "", "a/ 3"},
		{"below an empty name", exact, []string{"a//x", "a/y", "a//z"}, "a", "", "a// 2, a/y"},
	} {
		t.Run(row.name, func(t *testing.T) {
			b := newBench(t, row.options)
			if slices.Contains(row.files, "A/x") && testhost.IgnoresCase(t, b.dir) {
				t.Skip("the disk of this computer takes a and A for one")
			}
			for _, path := range row.files {
				b.put(path, "x")
			}
			if got := b.lines(row.path, row.from); got != row.want {
				t.Errorf("got %q, want %q", got, row.want)
			}
		})
	}
}

func TestTheFirstSpellingStays(t *testing.T) {
	b := newBench(t, caseless)
	b.put("App/Code", "one")
	b.put("app/CODE", "two")
	b.put("app/New", "x")
	if got := b.lines("app", ""); got != "App/Code, app/New" || b.read("App/Code") != "two" {
		t.Errorf("listed %q, stored %q", got, b.read("App/Code"))
	}
	b.remove("APP")
	b.put("app/CODE", "three")
	if got := b.lines("app", ""); got != "app/CODE" {
		t.Errorf("after a removal: listed %q", got)
	}
}

func TestEmptyNames(t *testing.T) {
	b := newBench(t, caseless)
	b.put("a//b", "one")
	b.put("a/b", "two")
	b.crash()
	b.open(caseless)
	if b.read("a//b") != "one" || b.read("a/b") != "two" {
		t.Errorf("%q and %q", b.read("a//b"), b.read("a/b"))
	}
	b.remove("a//b")
	b.put("a///b", "three")
	b.remove("a/")
	if got := b.lines("a", ""); got != "a/b" {
		t.Errorf("left %q", got)
	}
	b.remove("")
	if got := b.onTheDisk("content"); got != nil {
		t.Errorf("left on the disk: %q", got)
	}
}
