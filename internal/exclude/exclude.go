// Package exclude matches the patterns that leave files and folders out of an upload, of a
// verification and of an archive, so that all three leave out the same.
//
// The patterns are those of doublestar: * and ? stay within a name, ** spans folders, [a-z] is
// one character of a class, {a,b} is one of two. A pattern without a slash matches a name at any
// depth. One with a slash matches from the root of the source. One that ends in a slash matches
// only folders. A pattern that matches a folder leaves out everything below it. Patterns are
// case-sensitive.
package exclude

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/bmatcuk/doublestar/v4"
)

// Error reports an invalid pattern.
type Error struct {
	Pattern string
	Reason  string // what is wrong, and the right spelling if there is one
}

func (e *Error) Error() string { return fmt.Sprintf("pattern %q %s", e.Pattern, e.Reason) }

// Check returns an [*Error] if no file can match the pattern, or one of its alternatives, or if its
// author most likely meant another one.
func Check(pattern string) error {
	if reason := wrong(pattern); reason != "" {
		return &Error{pattern, reason}
	}
	for _, one := range alternatives(pattern) {
		reason := ""
		switch {
		case one == "" || one == pattern: // as {,x} without its x
		case strings.HasSuffix(one, "/") && !strings.HasSuffix(pattern, "/"):
			reason = "matches no path, because only the last slash of a pattern means a folder: write it as a pattern of its own"
		default:
			reason = wrong(one)
		}
		if reason != "" {
			return &Error{pattern, fmt.Sprintf("stands for %s, which %s", one, reason)}
		}
	}
	return nil
}

// wrong returns why a pattern is refused, and the right spelling if there is one, or "".
func wrong(pattern string) string {
	bare := strings.TrimSuffix(pattern, "/")
	clean := strings.TrimPrefix(path.Clean("/"+bare), "/")
	if bare != pattern && clean != "" {
		clean += "/"
	}
	switch {
	case strings.TrimLeft(pattern, "./") == "":
		return "matches no file; write one like *.pdb"
	case strings.Contains(pattern, `\`):
		return "has a backslash; folders are separated by /: write " + strings.ReplaceAll(pattern, `\`, "/")
	case strings.HasPrefix(pattern, "!"):
		return "begins with !, which does not include files again; for a name that begins with it write ?" + pattern[1:]
	case clean != pattern:
		return "matches no path, because paths begin at the root of the source: write " + clean
	case !doublestar.ValidatePattern(bare):
		return "has an unmatched bracket, brace or range; write one like *.pdb or {bin,obj}/**"
	}
	return ""
}

// maxAlternatives bounds how many alternatives of one pattern are checked.
const maxAlternatives = 1000

// alternatives returns what a valid pattern stands for, without braces: a{b,c} is ab and ac.
func alternatives(pattern string) []string {
	all := []string{pattern}
	for i := 0; i < len(all) && len(all) < maxAlternatives; {
		before, choices, after, ok := cutBraces(all[i])
		if !ok {
			i++
			continue
		}
		all = slices.Delete(all, i, i+1)
		for _, choice := range choices {
			all = append(all, before+choice+after)
		}
	}
	return all
}

// cutBraces cuts a pattern around its first braces.
func cutBraces(pattern string) (before string, choices []string, after string, ok bool) {
	depth, begin, inClass := 0, 0, false
	for i := range len(pattern) {
		switch c := pattern[i]; {
		case depth == 0 && inClass:
			inClass = c != ']'
		case depth == 0 && c == '[':
			inClass = true
		case c == '{':
			if depth == 0 {
				before, begin = pattern[:i], i+1
			}
			depth++
		case c == ',' && depth == 1:
			choices, begin = append(choices, pattern[begin:i]), i+1
		case c == '}' && depth == 1:
			return before, append(choices, pattern[begin:i]), pattern[i+1:], true
		case c == '}' && depth > 1:
			depth--
		}
	}
	return "", nil, "", false
}

// Patterns are checked patterns. The zero value leaves out nothing. A set remembers which of its
// patterns matched, and is safe for concurrent use.
type Patterns struct {
	texts   []string
	matched []atomic.Bool
}

// Compile checks the patterns and makes a set of them. It returns the first [*Error].
func Compile(patterns ...string) (*Patterns, error) {
	for _, pattern := range patterns {
		if err := Check(pattern); err != nil {
			return nil, err
		}
	}
	return &Patterns{texts: slices.Clone(patterns), matched: make([]atomic.Bool, len(patterns))}, nil
}

// Excludes reports whether the file or folder is left out: it matches a pattern, or a folder
// above it does. The name is slash-separated from the root of the source.
func (p *Patterns) Excludes(name string, isFolder bool) bool {
	excluded := false
	for i, pattern := range p.texts {
		for at, folder := name, isFolder; at != "."; at, folder = path.Dir(at), true {
			if matches(pattern, at, folder) {
				p.matched[i].Store(true)
				excluded = true
				break
			}
		}
	}
	return excluded
}

func matches(pattern, name string, isFolder bool) bool {
	pattern, foldersOnly := strings.CutSuffix(pattern, "/")
	if foldersOnly && !isFolder {
		return false
	}
	if !strings.Contains(pattern, "/") {
		name = path.Base(name)
	}
	return doublestar.MatchUnvalidated(pattern, name)
}

// Unmatched returns the patterns that have matched nothing so far, in the order given.
func (p *Patterns) Unmatched() []string {
	var unmatched []string
	for i, pattern := range p.texts {
		if !p.matched[i].Load() {
			unmatched = append(unmatched, pattern)
		}
	}
	return unmatched
}
