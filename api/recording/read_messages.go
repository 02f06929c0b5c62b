package recording

import (
	"bufio"
	"errors"
	"io"
	"iter"
	"math"
	"strings"
)

// readMessages reads requests and responses in the order of the wire. Lines of a head may end in
// LF. The body of a request has the length of its Content-Length, or is empty. The body of a
// response without a length is the rest of the file.
func readMessages(from *bufio.Reader) iter.Seq2[exchange, error] {
	return func(yield func(exchange, error) bool) {
		l := &lines{from: from}
		for entry := 1; ; entry++ {
			x, err := readExchange(l)
			if err == io.EOF {
				return
			}
			if err != nil {
				yield(exchange{}, atEntry(entry, "line", int64(max(l.line, 1)), orTruncated(err)))
				return
			}
			x.entry = entry
			if !yield(x, nil) {
				return
			}
		}
	}
}

// readExchange reads a request and its response; one of them may be missing. The error is io.EOF
// if both are.
func readExchange(l *lines) (x exchange, err error) {
	if err := l.skipBlank(); err != nil {
		return x, err
	}
	h, err := readHead(l)
	if err != nil {
		return x, orTruncated(err)
	}
	if h.method != "" {
		if x.sent, err = readBody(l, h, 0); err != nil {
			return x, err
		}
		x.request, x.badURL = requestOf(h.method, h.target, h.header, x.sent)
		if next, err := responseFollows(l); err != nil || !next {
			return x, err
		}
		if h, err = readHead(l); err != nil {
			return x, orTruncated(err)
		}
	}
	for h.status < 200 && h.status != 101 { // interim: the response follows
		if next, err := responseFollows(l); err != nil || !next {
			return x, err
		}
		if h, err = readHead(l); err != nil {
			return x, orTruncated(err)
		}
	}
	x.status, x.header = h.status, h.header
	if hasNoBody(x.method(), h.status) {
		x.received = keptBody(nil)
		return x, nil
	}
	x.received, err = readBody(l, h, math.MaxInt64)
	x.received = decoded(x.received, h.header)
	return x, err
}

// responseFollows reports whether a response comes next, rather than a request or the end.
func responseFollows(l *lines) (bool, error) {
	if err := l.skipBlank(); err != nil {
		if err == io.EOF {
			return false, nil
		}
		return false, err
	}
	start, _ := l.from.Peek(len("HTTP/"))
	return string(start) == "HTTP/", nil
}

// readBody reads the body that a head announces, or else up to so many bytes.
func readBody(l *lines, h head, unannounced int64) (body, error) {
	if strings.HasSuffix(strings.ToLower(h.header.Get("Transfer-Encoding")), "chunked") {
		if start, _ := l.from.Peek(20); beginsChunk(string(start)) {
			return l.chunked()
		}
		if unannounced == 0 {
			return lostBody(-1), nil
		}
		return l.atMost(unannounced) // it was joined already, as curl does
	}
	size, announced := announcedLength(h.header)
	if !announced {
		if h.header.Get("Content-Length") != "" {
			return body{}, errors.New("the Content-Length is not a number of bytes")
		}
		return l.atMost(unannounced)
	}
	return l.exactly(size)
}

func beginsChunk(start string) bool {
	line, _, ok := strings.Cut(start, "\n")
	_, isSize := chunkSize(strings.TrimSuffix(line, "\r"))
	return ok && isSize
}
