package recording

import (
	"bytes"
	"fmt"
	"io"
)

// cutMark ends a string that was shortened. Bodies do not end in it; a recording in which one does
// loses only that body.
const cutMark = "\uffff(cut)"

// oddNumber replaces NaN and Infinity, which some writers use and JSON does not have. It is neither
// a valid size nor a valid status.
const oddNumber = "1e999"

var errEntryTooLong = fmt.Errorf("it is longer than %d MiB", maxEntry>>20)

// maxSpaces bounds white space between tokens, in bytes, which a decoder goes through again
// with each piece that it reads.
const maxSpaces = 64 << 10

// maxOver is how many bytes a string may be longer than its limit, so that it is not cut within a
// character, be it one of several bytes or a pair of escapes.
const maxOver = 16

// stringCutter forwards JSON, and shortens strings above a limit so that a decoder need not keep
// them. It shortens white space too. Valid JSON stays valid. It returns no more bytes than it was
// allowed to.
type stringCutter struct {
	from   io.Reader
	limit  int   // of a string, in bytes
	spaces int   // of white space, in bytes
	failed error // of from, other than its end

	buffer [32 << 10]byte
	passed []byte // the output for the buffer
	out    []byte // the part of it that was not returned yet
	made   int64  // bytes of output so far
	budget int64  // bytes that may still be returned
	cuts   []cut

	inString, inOdd, dropping bool
	length                    int // of the string, or white space, that it is in

	escape int    // how many bytes of an escape are to come; escapeLetter: not yet known
	digits uint32 // the last four bytes of an escape
	high   bool   // the escape before was the first half of a pair
}

const escapeLetter = 5

func newStringCutter(from io.Reader) *stringCutter {
	return &stringCutter{from: from, limit: maxBody, spaces: maxSpaces}
}

// cut is a position in the output, and how many bytes of the input are missing there.
type cut struct{ at, missing int64 }

// allow lets the next maxEntry bytes pass.
func (c *stringCutter) allow() { c.budget = maxEntry }

// original converts an offset in the output to one in the file.
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
		if err != nil && err != io.EOF {
			c.failed = err
		}
		if err != nil && len(c.out) == 0 {
			return 0, err
		}
	}
	n := copy(p[:min(int64(len(p)), c.budget)], c.out)
	c.out = c.out[n:]
	c.budget -= int64(n)
	return n, nil
}

// pass returns the output for a piece of JSON.
func (c *stringCutter) pass(piece []byte) []byte {
	c.passed = c.passed[:0]
	for len(piece) > 0 {
		n := 1
		switch {
		case !c.inString:
			c.between(piece[0])
		case c.escape == 0 && piece[0] != '"' && piece[0] != '\\':
			n = c.plain(piece)
		default:
			c.special(piece[0])
		}
		piece = piece[n:]
	}
	c.made += int64(len(c.passed))
	return c.passed
}

// between handles a byte outside strings.
func (c *stringCutter) between(b byte) {
	switch {
	case b == '"':
		c.inString, c.inOdd, c.dropping, c.length, c.high = true, false, false, 0, false
	case c.inOdd && 'a' <= b && b <= 'z' || c.inOdd && b == 'N':
		c.drop(1)
		return
	case b == 'N', b == 'I':
		c.inOdd = true
		c.replace(oddNumber)
		c.drop(1)
		return
	case b > ' ':
		c.inOdd, c.dropping, c.length = false, false, 0
	case c.length >= c.spaces:
		if !c.dropping {
			c.replace("")
		}
		c.drop(1)
		return
	default:
		c.inOdd = false
		c.length++
	}
	c.passed = append(c.passed, b)
}

// plain handles the bytes of a string up to an escape, to its end, or to where it may be shortened,
// and returns their number.
func (c *stringCutter) plain(piece []byte) int {
	n := bytes.IndexAny(piece, `"\`)
	if n < 0 {
		n = len(piece)
	}
	if !c.dropping && n > c.limit-c.length {
		// The rest is handled byte by byte, until it is shortened.
		if n = max(c.limit-c.length, 0); n == 0 {
			if c.length >= c.limit+maxOver || piece[0]&0xc0 != 0x80 {
				c.replace(cutMark)
			}
			n = 1
		}
	}
	c.high = false
	c.take(piece[:n])
	return n
}

// special handles a byte of an escape, or the end of a string.
func (c *stringCutter) special(b byte) {
	switch {
	case c.escape == escapeLetter:
		if c.escape = 0; b == 'u' {
			c.escape = 4
		}
	case c.escape > 0:
		c.escape--
		c.digits = c.digits<<8 | uint32(b)
		c.high = c.escape == 0 && isHighSurrogate(c.digits)
	case b == '"':
		c.inString, c.dropping, c.length = false, false, 0
		c.passed = append(c.passed, b)
		return
	default: // an escape begins
		if !c.dropping && c.length >= c.limit && (!c.high || c.length >= c.limit+maxOver) {
			c.replace(cutMark)
		}
		c.escape, c.high = escapeLetter, false
	}
	c.take([]byte{b})
}

// isHighSurrogate reports whether four hexadecimal digits are the first half of a pair, D800 to DBFF.
func isHighSurrogate(digits uint32) bool {
	first, second := byte(digits>>24)|0x20, byte(digits>>16)|0x20
	return first == 'd' && (second == '8'|0x20 || second == '9'|0x20 || second == 'a' || second == 'b')
}

// take forwards bytes of a string, or drops them.
func (c *stringCutter) take(part []byte) {
	if c.dropping {
		c.drop(len(part))
		return
	}
	c.passed = append(c.passed, part...)
	c.length += len(part)
}

// replace begins to drop bytes, in favour of a mark.
func (c *stringCutter) replace(mark string) {
	c.dropping = true
	c.cuts = append(c.cuts, cut{at: c.made + int64(len(c.passed)), missing: -int64(len(mark))})
	c.passed = append(c.passed, mark...)
}

func (c *stringCutter) drop(bytes int) { c.cuts[len(c.cuts)-1].missing += int64(bytes) }
