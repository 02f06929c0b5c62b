package sfstore_test

import (
	"io/fs"
	"net/url"
	"os"
	"path"
	"regexp"
	"strings"
	"testing"
)

var (
	fencePattern   = regexp.MustCompile("(?ms)^ *```.*?^ *```")
	codePattern    = regexp.MustCompile("`[^`\n]*`")
	linkPattern    = regexp.MustCompile(`\]\(([^()\s]+)\)`)
	headingPattern = regexp.MustCompile(`(?m)^#+ (.+)$`)
)

// TestLinks checks that the targets of the relative links on all pages exist, headings included.
func TestLinks(t *testing.T) {
	links := 0
	for _, page := range pages(t) {
		for _, link := range linkPattern.FindAllStringSubmatch(prose(t, page), -1) {
			to, err := url.Parse(link[1])
			if err != nil {
				t.Errorf("%s: %v", page, err)
				continue
			}
			if to.Scheme != "" {
				continue
			}
			links++
			file := page
			if to.Path != "" {
				file = path.Join(path.Dir(page), to.Path)
			}
			if _, err := os.Stat(file); err != nil {
				t.Errorf("%s: link to %s: %v", page, link[1], err)
			} else if to.Fragment != "" && !anchors(t, file)[to.Fragment] {
				t.Errorf("%s: link to %s: no such heading", page, link[1])
			}
		}
	}
	if links == 0 {
		t.Error("no links found")
	}
}

// TestIndexNamesEveryPage keeps docs/README.md complete.
func TestIndexNamesEveryPage(t *testing.T) {
	index := read(t, "docs/README.md")
	for _, page := range pages(t) {
		if dir, name := path.Split(page); dir == "docs/" && name != "README.md" && !strings.Contains(index, "]("+name+")") {
			t.Errorf("docs/README.md has no link to %s", page)
		}
	}
}

// pages returns the paths of all Markdown files, except those of other people's packages, of
// generated clients and of hidden folders.
func pages(t *testing.T) (found []string) {
	t.Helper()
	err := fs.WalkDir(os.DirFS("."), ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (entry.Name() == "node_modules" || name == "dist" || name == "interop/generators" || len(name) > 1 && strings.HasPrefix(entry.Name(), ".")):
			return fs.SkipDir
		case strings.HasSuffix(name, ".md"):
			found = append(found, name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// prose returns a page without its code.
func prose(t *testing.T, page string) string {
	t.Helper()
	return codePattern.ReplaceAllString(fencePattern.ReplaceAllString(read(t, page), ""), "")
}

// anchors returns the fragments of a page's headings, as GitHub derives them.
func anchors(t *testing.T, page string) map[string]bool {
	t.Helper()
	all := map[string]bool{}
	for _, heading := range headingPattern.FindAllStringSubmatch(fencePattern.ReplaceAllString(read(t, page), ""), -1) {
		all[anchor(heading[1])] = true
	}
	return all
}

func anchor(heading string) string {
	keep := func(r rune) rune {
		switch {
		case r == ' ':
			return '-'
		case r == '-', r == '_', 'a' <= r && r <= 'z', '0' <= r && r <= '9', r > 127:
			return r
		}
		return -1
	}
	return strings.Map(keep, strings.ToLower(heading))
}
