package recording

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// The bounds of the head of a message: bytes of a line, and lines.
const (
	maxLine  = 64 << 10
	maxLines = 200
)

var errTruncated = errors.New("the file is truncated")

// lines reads lines and pieces of known length, and counts the lines.
type lines struct {
	from *bufio.Reader
	line int // that was read last, from 1
}

// next reads a line without its end, CR LF or LF. At the end of the file the error is io.EOF.
func (l *lines) next() (string, error) {
	var text []byte
	for {
		piece, err := l.from.ReadSlice('\n')
		if text = append(text, piece...); len(text) > maxLine {
			l.line++
			return "", fmt.Errorf("the line is longer than %d KiB", maxLine>>10)
		}
		if err == bufio.ErrBufferFull {
			continue
		}
		if len(text) == 0 || err != nil && err != io.EOF {
			return "", err
		}
		l.line++
		return strings.TrimSuffix(strings.TrimSuffix(string(text), "\n"), "\r"), nil
	}
}

// skipBlank goes to the start of the next line that is not empty. At the end of the file the
// error is io.EOF.
func (l *lines) skipBlank() error {
	for {
		b, err := l.from.ReadByte()
		if err != nil {
			return err
		}
		switch b {
		case '\n':
			l.line++
		case '\r', ' ', '\t':
		default:
			return l.from.UnreadByte()
		}
	}
}

// exactly reads n bytes. It keeps none if n is above maxBody.
func (l *lines) exactly(n int64) (body, error) {
	kept, err := l.atMost(n)
	if err == nil && kept.size < n {
		err = fmt.Errorf("the body is truncated after %d of %d bytes", kept.size, n)
	}
	return kept, err
}

// atMost reads up to n bytes.
func (l *lines) atMost(n int64) (body, error) {
	var kept strings.Builder
	size, err := io.Copy(&kept, io.LimitReader(l.from, min(n, maxBody+1)))
	if err != nil {
		return body{}, err
	}
	l.line += strings.Count(kept.String(), "\n")
	if size <= maxBody {
		return keptBody([]byte(kept.String())), nil
	}
	counter := &lineCounter{}
	more, err := io.Copy(counter, io.LimitReader(l.from, n-size))
	l.line += counter.lines
	return lostBody(size + more), err
}

type lineCounter struct{ lines int }

func (c *lineCounter) Write(p []byte) (int, error) {
	for _, b := range p {
		if b == '\n' {
			c.lines++
		}
	}
	return len(p), nil
}

// chunked reads a body that was recorded with its chunks.
func (l *lines) chunked() (body, error) {
	var bytes []byte
	var size int64
	for {
		line, err := l.next()
		if err != nil {
			return body{}, orTruncated(err)
		}
		n, ok := chunkSize(line)
		if !ok {
			return body{}, fmt.Errorf("%.20q is not the size of a chunk", line)
		}
		if n == 0 {
			break
		}
		chunk, err := l.exactly(n)
		if err != nil {
			return body{}, err
		}
		if size += n; size <= maxBody {
			bytes = append(bytes, chunk.bytes...)
		} else {
			bytes = nil
		}
		if end, err := l.next(); err != nil || end != "" {
			return body{}, orTruncated(cmp.Or(err, errors.New("the chunk is longer than its size")))
		}
	}
	for { // trailers
		line, err := l.next()
		if err != nil && err != io.EOF {
			return body{}, err
		}
		if line == "" {
			return body{bytes, size, size <= maxBody}, nil
		}
	}
}

func chunkSize(line string) (n int64, ok bool) {
	digits, _, _ := strings.Cut(line, ";")
	n, err := strconv.ParseInt(strings.TrimSpace(digits), 16, 64)
	return n, err == nil && n >= 0
}

func orTruncated(err error) error {
	if err == io.EOF {
		return errTruncated
	}
	return err
}
