package doctor

import (
	"strings"
	"unicode"
)

// printable makes a text that may contain a server's text safe to print: one line of at most limit
// runes, with a space for each run of runes that do not print.
func printable(text string, limit int) string {
	text = strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || !unicode.IsPrint(r) }), " ")
	if runes := []rune(text); len(runes) > limit {
		return string(runes[:limit]) + "..."
	}
	return text
}
