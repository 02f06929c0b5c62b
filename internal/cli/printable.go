package cli

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"
)

// printable makes a text safe for a terminal: characters that are not printable, such as an escape
// sequence in a name of the store, are written as in a Go literal. Line ends between lines stay.
func printable(text string) string {
	return escapeHidden(text, func(r rune) string {
		quoted := strconv.QuoteRuneToASCII(r)
		return quoted[1 : len(quoted)-1]
	})
}

// oneLine makes a text printable, and its line ends too.
func oneLine(text string) string { return strings.ReplaceAll(printable(text), "\n", `\n`) }

// escapeHidden replaces the characters that are not printable.
func escapeHidden(text string, escape func(r rune) string) string {
	if !strings.ContainsFunc(text, isHidden) {
		return text
	}
	var b strings.Builder
	for _, r := range text {
		if isHidden(r) {
			b.WriteString(escape(r))
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

func isHidden(r rune) bool { return !unicode.IsPrint(r) && r != '\n' }

// tablef writes formatted text to a table. Its values may come from a store or a file, so it
// makes texts printable, and they cannot end a line or a cell.
func tablef(w io.Writer, format string, values ...any) {
	for i, value := range values {
		switch v := value.(type) {
		case string, error, fmt.Stringer:
			values[i] = oneLine(fmt.Sprint(v))
		}
	}
	fmt.Fprintf(w, format, values...)
}
