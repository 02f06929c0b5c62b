package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/sfstore/sfstore/wrapper/imagestore"
)

// isPattern reports whether a path has an asterisk, which names in the store do not have.
func isPattern(path string) bool { return strings.Contains(path, "*") }

// storePattern is a pattern of paths in the store.
type storePattern struct {
	folder []string // the path before the first special character, looked up by the store; none if that is the root
	depth  int      // how many names that has
	rest   string   // the pattern below it
	names  int      // how many names a match has, unless ** spans folders
}

func parsePattern(text string) storePattern {
	segments := splitPath(text)
	first := slices.IndexFunc(segments, func(s string) bool { return strings.ContainsAny(s, "*?[{") })
	p := storePattern{depth: first, rest: strings.Join(segments[first:], "/"), names: len(segments)}
	if first > 0 {
		p.folder = []string{strings.Join(segments[:first], "/")}
	}
	return p
}

// matches reports whether a path of a listing matches. The store may ignore the case of the folder.
func (p storePattern) matches(path string) bool {
	names := strings.Split(slashed(path), "/")
	if len(names) <= p.depth {
		return false
	}
	path = strings.Join(names[p.depth:], "/")
	return doublestar.MatchUnvalidated(p.rest, path) || doublestar.MatchUnvalidated(literal.Replace(p.rest), path)
}

// matchesBelow reports whether a folder can contain a match.
func (p storePattern) matchesBelow(folder string) bool {
	return strings.Count(folder, "/") < p.names-1 || strings.Contains(p.rest, "**")
}

// literal escapes all special characters of a pattern but the asterisk. Names in the store may have
// them, so a pattern is tried with and without.
var literal = strings.NewReplacer("?", `\?`, "[", `\[`, "]", `\]`, "{", `\{`, "}", `\}`)

// listMatches lists the matches of the pattern. It descends only into folders that can contain a
// match.
func listMatches(ctx context.Context, client *imagestore.Client, text string) (found imagestore.Content, err error) {
	pattern := parsePattern(text)
	content, err := list(ctx, client, pattern.folder)
	if err != nil {
		return content, err
	}
	for len(content.Files)+len(content.Folders) > 0 {
		for _, f := range content.Files {
			if pattern.matches(f.Path) {
				found.Files = append(found.Files, f)
			}
		}
		var below imagestore.Content
		for _, f := range content.Folders {
			if pattern.matches(f.Path) {
				found.Folders = append(found.Folders, f)
			}
			if path := slashed(f.Path); pattern.matchesBelow(path) {
				more, err := client.List(ctx, path)
				if err != nil {
					return found, err
				}
				below.Files, below.Folders = append(below.Files, more.Files...), append(below.Folders, more.Folders...)
			}
		}
		content = below
	}
	if len(found.Files)+len(found.Folders) == 0 {
		return found, fmt.Errorf("%q: %w: no match", text, errNotFound)
	}
	return found, nil
}
