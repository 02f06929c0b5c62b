// Command words reports phrases that are hard to read in a tree of files, with better ones. It exits
// with 1 if there are any.
//
//	go run ./words ..
package main

import (
	_ "embed"
	"fmt"
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
)

//go:embed words.txt
var list string

type rule struct {
	phrase *regexp.Regexp
	better string
}

// kinds are the files that people read, by their extensions.
var kinds = []string{".go", ".md", ".yaml", ".yml", ".txtar", ".tmpl", ".html", ".sh", ".js", ".ts", ".py", ".java"}

func main() {
	found, err := check(os.DirFS(os.Args[1]), rules(list))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	for _, line := range found {
		fmt.Fprintln(os.Stderr, line)
	}
	if len(found) > 0 {
		os.Exit(1)
	}
}

func rules(list string) (all []rule) {
	for line := range strings.Lines(list) {
		phrase, better, ok := strings.Cut(strings.TrimSpace(line), " => ")
		if !ok || strings.HasPrefix(line, "#") {
			continue
		}
		// A phrase may be broken by the end of a line of a comment.
		phrase = strings.ReplaceAll(phrase, " ", `(?:[ \t]+|\s*\n\s*(?://|#|\|)?\s*)`)
		all = append(all, rule{regexp.MustCompile(`(?i)\b(?:` + phrase + `)\b`), better})
	}
	return all
}

// check returns a line for each phrase that a file has: its place, the phrase, and what to write.
func check(tree fs.FS, rules []rule) (found []string, err error) {
	err = fs.WalkDir(tree, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && isForeign(name):
			return fs.SkipDir
		case entry.IsDir() || !slices.Contains(kinds, path.Ext(name)):
			return nil
		}
		text, err := fs.ReadFile(tree, name)
		if err != nil {
			return err
		}
		for _, rule := range rules {
			for _, at := range rule.phrase.FindAllIndex(text, -1) {
				line := 1 + strings.Count(string(text[:at[0]]), "\n")
				found = append(found, fmt.Sprintf("%s:%d: %q: write %s", name, line, text[at[0]:at[1]], rule.better))
			}
		}
		return nil
	})
	return found, err
}

// isForeign reports whether a folder has what others wrote, or this command's own examples.
func isForeign(name string) bool {
	return name == "dist" || slices.Contains([]string{"node_modules", "target", "generated", "client", "released", "words"}, path.Base(name)) ||
		len(name) > 1 && strings.HasPrefix(path.Base(name), ".")
}
