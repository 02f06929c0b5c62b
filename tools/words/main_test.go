package main

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

func TestCheckFindsPhrases(t *testing.T) {
	tree := fstest.MapFS{
		"a.go":              {Data: []byte("package a\n\n// F says\n// whether it is so.\nfunc F() {}\n")},
		"docs/b.md":         {Data: []byte("It answers 404.\n")},
		"docs/c.md":         {Data: []byte("It reports whether it is so.\n")},
		"node_modules/d.md": {Data: []byte("It answers 404.\n")},
	}
	found, err := check(tree, rules(list))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		`a.go:3: "says\n// whether": write report whether`,
		`docs/b.md:1: "answers 404": write responds with`,
	}
	if !slices.Equal(found, want) {
		t.Errorf("found\n%s\nwant\n%s", strings.Join(found, "\n"), strings.Join(want, "\n"))
	}
}
