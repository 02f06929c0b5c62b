package cli

import (
	"fmt"
	"strings"
	"time"

	"github.com/sfstore/sfstore/upload"
)

// maxFileBars keeps the bars, with the one for all files, below ten lines.
const maxFileBars = 8

// bars are one for all files and one for each large file in progress, or one for packing.
type bars struct {
	tally tally
	block *live
}

func newBars(a *app) *bars {
	b := new(bars)
	b.block = newLive(a.stderr, b.tally.bars)
	return b
}

func (b *bars) event(e upload.Event) {
	b.tally.event(e)
	if text := inWords(e); text != "" {
		b.block.print(text)
	}
}

func (b *bars) pack(done, total int64) { b.tally.pack(done, total) }

func (b *bars) close() { b.block.close() }

// bar is a line: a name, a picture of how much has arrived, and a text.
type bar struct {
	name             string
	resumed, arrived int64
	size             int64
	text             string
}

// bars are the lines of the bars in the width of the terminal.
func (t *tally) bars(columns int) []string {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	var bars []bar
	for _, f := range t.large[:min(len(t.large), maxFileBars)] {
		b := bar{f.path, f.resumed, f.arrived, f.size, fmt.Sprintf("%s of %s", inBytes(min(f.resumed+f.arrived, f.size)), inBytes(f.size))}
		if !f.committing.IsZero() {
			b.text = "committing, " + time.Since(f.committing).Truncate(time.Second).String()
		}
		bars = append(bars, b)
	}
	switch {
	case t.isReading():
		bars = append(bars, bar{"reading", 0, t.read, t.size, t.readText()})
	case t.files > 0:
		bars = append(bars, bar{t.counts(), t.resumed, t.arrived, t.size, t.text()})
	case t.toPack > 0:
		bars = append(bars, bar{"packing", 0, t.packed, t.toPack, t.packText()})
	}
	nameWidth := 0
	for i := range bars {
		bars[i].name = tail(bars[i].name, 30)
		nameWidth = max(nameWidth, textWidth(bars[i].name))
	}
	var lines []string
	for _, b := range bars {
		lines = append(lines, b.line(nameWidth, columns))
	}
	return lines
}

// line draws a bar: = arrived before, # arrived now.
func (b bar) line(nameWidth, columns int) string {
	cells := min(30, columns-nameWidth-len("  []  1023.9 MiB of 1023.9 MiB, 1023.9 MiB/s, 59m59s left"))
	text := b.name + strings.Repeat(" ", nameWidth-textWidth(b.name)) + "  "
	if cells >= 5 {
		before := int(share(int64(cells), min(b.resumed, b.size), max(b.size, 1)))
		now := int(share(int64(cells), min(b.resumed+b.arrived, b.size), max(b.size, 1)))
		text += "[" + strings.Repeat("=", before) + strings.Repeat("#", now-before) + strings.Repeat(".", cells-now) + "]  "
	}
	return text + b.text
}

// tail returns the end of a path, which says more than its beginning.
func tail(path string, columns int) string {
	if textWidth(path) <= columns {
		return path
	}
	runes := []rune(path)
	for len(runes) > 0 && textWidth(string(runes)) > columns-len("...") {
		runes = runes[1:]
	}
	return "..." + string(runes)
}
