package transport

import (
	"strings"
	"unicode"
)

// Printable returns the beginning of a server's text as one line that is safe to print: up to
// limit printable runes, with one space in place of white space, control characters and marks that
// change the direction.
func Printable(text string, limit int) string {
	var b strings.Builder
	n, gap := 0, false
	for _, r := range text {
		switch {
		case r == ' ' || !unicode.IsPrint(r):
			gap = n > 0
			continue
		case n >= limit:
			return b.String() + "..."
		case gap:
			b.WriteByte(' ')
		}
		b.WriteRune(r)
		n, gap = n+1, false
	}
	return b.String()
}
