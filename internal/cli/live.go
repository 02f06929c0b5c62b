package cli

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"golang.org/x/text/width"
)

// repaint is how often a live block is painted.
const repaint = 200 * time.Millisecond

// live is a block of lines at the end of a terminal that is painted repeatedly.
type live struct {
	mutex   sync.Mutex
	out     io.Writer
	lines   func(width int) []string
	painted []string // what is on the terminal now
	stop    func()
}

// newLive starts to paint the lines that a function returns, each cut to the width of the terminal.
func newLive(out io.Writer, lines func(width int) []string) *live {
	l := &live{out: out, lines: lines}
	l.stop = every(repaint, repaint, func() { l.paint("") })
	return l
}

// print prints a line above the block.
func (l *live) print(text string) { l.paint(oneLine(text) + "\n") }

// close paints the block a last time. It may be called again.
func (l *live) close() {
	l.stop()
	l.paint("")
}

// paint replaces the block, with some text above it.
func (l *live) paint(above string) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	columns := terminalWidth(l.out)
	var b strings.Builder
	if rows := rowsOf(l.painted, columns); rows > 0 {
		fmt.Fprintf(&b, "\x1b[%dA", rows)
	}
	b.WriteString("\r\x1b[J" + above)
	l.painted = l.painted[:0]
	for _, line := range l.lines(columns) {
		line = cut(oneLine(line), columns-1)
		l.painted = append(l.painted, line)
		b.WriteString(line + "\n")
	}
	_, _ = io.WriteString(l.out, b.String()) // a closed terminal shows nothing
}

// rowsOf returns how many rows of the terminal the lines take. A terminal that was made narrower
// has wrapped them.
func rowsOf(lines []string, columns int) (rows int) {
	for _, line := range lines {
		rows += max(1, (textWidth(line)+columns-1)/columns)
	}
	return rows
}

// cut shortens a line to a number of columns.
func cut(line string, columns int) string {
	n := 0
	for i, r := range line {
		if n += runeWidth(r); n > columns {
			return line[:i]
		}
	}
	return line
}

func textWidth(line string) (columns int) {
	for _, r := range line {
		columns += runeWidth(r)
	}
	return columns
}

// runeWidth returns how many columns a character takes in a terminal.
func runeWidth(r rune) int {
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	}
	return 1
}
