package cli

import (
	"io"
	"os"

	"golang.org/x/term"
)

// terminalWidth is the width of the terminal w in characters, or 80 when w is not a terminal.
func terminalWidth(w io.Writer) int {
	if f, ok := w.(*os.File); ok {
		if width, _, err := term.GetSize(int(f.Fd())); err == nil && width > 0 {
			return width
		}
	}
	return 80
}

// paints reports whether the stream is a terminal whose lines can be replaced.
func (a *app) paints(stream any) bool { return isTerminal(stream) && a.getenv("TERM") != "dumb" }

// isTerminal reports whether the stream is a terminal.
func isTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
