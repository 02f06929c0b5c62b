package transport

import (
	"strings"
	"unicode"
)

// Printable is the beginning of a text of the server's in one line that is safe to print: up to
// limit printable runes, with one space for whatever else stands between them, such as white
// space, control characters and marks that turn the direction.
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
