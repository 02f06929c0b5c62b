package recording

import (
	"fmt"
	"io"
)

// cutMark ends a string that was cut. It is nothing that a body would end in, and a recording
// that has it all the same only loses that body.
const cutMark = "\uffff(cut)"

var errEntryTooLong = fmt.Errorf("it is longer than %d MiB", maxEntry>>20)

// maxSpaces bounds white space between tokens, in bytes, which a decoder goes through again
// with each piece that it reads.
const maxSpaces = 64 << 10

// stringCutter passes JSON on, with strings longer than maxBody cut, so that a decoder need
// not hold them, and so is white space. It gives out no more than it was allowed to.
type stringCutter struct {
	from   io.Reader
	buffer [32 << 10]byte
	passed []byte // what is made of the buffer
	out    []byte // and of that, what is still to be given out
	made   int64  // how much was made so far
	budget int64  // how much may still be given out
	cuts   []cut

	inString, escaped, dropping bool

	length int // of the string, or white space, that it is in
}

// cut is a place in what was given out, and how many bytes are missing there.
type cut struct{ at, missing int64 }

// allow lets maxEntry bytes pass from here on.
func (c *stringCutter) allow() { c.budget = maxEntry }

// original turns a place in what was given out into one in the file.
func (c *stringCutter) original(at int64) int64 {
	offset := at
	for _, cut := range c.cuts {
		if cut.at <= at {
			offset += cut.missing
		}
	}
	return offset
}

func (c *stringCutter) Read(p []byte) (int, error) {
	if c.budget <= 0 {
		return 0, errEntryTooLong
	}
	for len(c.out) == 0 {
		n, err := c.from.Read(c.buffer[:])
		c.out = c.pass(c.buffer[:n])
		if err != nil && len(c.out) == 0 {
			return 0, err
		}
	}
	n := copy(p[:min(int64(len(p)), c.budget)], c.out)
	c.out = c.out[n:]
	c.budget -= int64(n)
	return n, nil
}

// pass returns what of a piece of JSON goes on.
func (c *stringCutter) pass(piece []byte) []byte {
	passed := c.passed[:0]
	for _, b := range piece {
		wasEscaped := c.escaped
		c.escaped = c.inString && !wasEscaped && b == '\\'
		switch {
		case !c.inString && b > ' ':
			c.inString, c.dropping, c.length = b == '"', false, -1
		case !c.inString && c.length >= maxSpaces:
			c.drop(len(passed), "")
			continue
		case !c.inString:
		case b == '"' && !wasEscaped:
			c.inString, c.dropping, c.length = false, false, -1
		case c.dropping:
			c.drop(len(passed), "")
			continue
		case c.length >= maxBody && !wasEscaped:
			c.drop(len(passed), cutMark)
			passed = append(passed, cutMark...)
			continue
		}
		c.length++
		passed = append(passed, b)
	}
	c.made += int64(len(passed))
	c.passed = passed
	return passed
}

// drop leaves a byte out, behind what was passed of this piece, in favour of a mark.
func (c *stringCutter) drop(passed int, mark string) {
	if !c.dropping {
		c.dropping = true
		c.cuts = append(c.cuts, cut{at: c.made + int64(passed), missing: -int64(len(mark))})
	}
	c.cuts[len(c.cuts)-1].missing++
}
