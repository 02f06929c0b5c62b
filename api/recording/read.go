package recording

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"iter"
	"unicode"
)

// readError is why reading a recording ended. Where is such as "entry 3, offset 1234", or "".
type readError struct {
	where string
	err   error
}

func (e readError) Error() string {
	if e.where == "" {
		return e.err.Error()
	}
	return e.where + ": " + e.err.Error()
}

func (e readError) Unwrap() error { return e.err }

var errUnknownFormat = errors.New("is neither HAR nor HTTP messages (of curl, save what curl -sv prints)")

// read reads the exchanges of a recording, one at a time. It detects the format from the beginning.
// An error ends the sequence.
func read(r io.Reader, attached attachments) iter.Seq2[exchange, error] {
	b := bufio.NewReaderSize(r, 64<<10)
	b = withoutMark(b)
	start, err := b.Peek(4 << 10)
	if err != nil && err != io.EOF {
		return failing(err)
	}
	start = bytes.TrimLeftFunc(start, unicode.IsSpace)
	line, _, _ := bytes.Cut(start, []byte("\n"))
	switch {
	case len(start) == 0:
		return failing(errors.New("is empty"))
	case start[0] == '{':
		return readHAR(b, attached)
	case isPowerShell(line), bytes.HasPrefix(line, []byte("* ")), bytes.HasPrefix(line, []byte("> ")), bytes.HasPrefix(line, []byte("< ")):
		return readTranscript(b)
	case isStartLine(string(line)):
		return readMessages(b)
	}
	return failing(errUnknownFormat)
}

// withoutMark skips a byte order mark, and converts UTF-16 to UTF-8.
func withoutMark(b *bufio.Reader) *bufio.Reader {
	mark, _ := b.Peek(3)
	var order binary.ByteOrder
	switch {
	case string(mark) == "\xef\xbb\xbf":
		_, _ = b.Discard(3)
		return b
	case bytes.HasPrefix(mark, []byte("\xff\xfe")):
		order = binary.LittleEndian
	case bytes.HasPrefix(mark, []byte("\xfe\xff")):
		order = binary.BigEndian
	default:
		return b
	}
	_, _ = b.Discard(2)
	return bufio.NewReaderSize(&utf16Reader{from: b, order: order}, 64<<10)
}

func failing(err error) iter.Seq2[exchange, error] {
	return func(yield func(exchange, error) bool) { yield(exchange{}, readError{err: err}) }
}

// atEntry is an error in an entry, counted from 1, at some place in the file.
func atEntry(entry int, place string, at int64, err error) error {
	return readError{fmt.Sprintf("entry %d, %s %d", entry, place, at), err}
}
