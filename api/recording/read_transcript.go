package recording

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"regexp"
	"strings"
)

// maxTranscript bounds what curl printed, in bytes.
const maxTranscript = 64 << 20

// remarks are what curl says about the transfer. It writes them whenever it likes, in the
// middle of a body too. Behind a body without a line's end they are found by where that ends.
var (
	remarks     = regexp.MustCompile(`(?m)[{}] \[\d+ bytes data\]\r?\n|^\* .*\n?`)
	nextRequest = regexp.MustCompile(`(?m)^> `)
	nextHead    = regexp.MustCompile(`(?m)^[<>] `)
)

// readTranscript reads what curl -v prints: "> " before the head of a request, "< " before the
// head of a response, the body of the response, and remarks. The body of a request is not
// there. With -i the head of the response is there a second time.
func readTranscript(from *bufio.Reader) iter.Seq2[exchange, error] {
	return func(yield func(exchange, error) bool) {
		text, err := io.ReadAll(io.LimitReader(from, maxTranscript+1))
		if err == nil && len(text) > maxTranscript {
			err = fmt.Errorf("is longer than the %d MiB of a transcript that are looked at", maxTranscript>>20)
		}
		if err != nil {
			yield(exchange{}, readError{err: err})
			return
		}
		rest := strings.TrimLeft(remarks.ReplaceAllString(string(text), ""), "\r\n")
		for entry := 1; rest != ""; entry++ {
			var x exchange
			x, rest, err = cutExchange(rest)
			if err != nil {
				yield(exchange{}, readError{fmt.Sprintf("entry %d", entry), err})
				return
			}
			x.entry, rest = entry, strings.TrimLeft(rest, "\r\n")
			if !yield(x, nil) {
				return
			}
		}
	}
}

// cutExchange takes an exchange off a transcript.
func cutExchange(text string) (x exchange, rest string, err error) {
	sent, text := cutPrefixed(text, "> ")
	if sent != "" {
		h, _, err := cutHead(sent)
		if err != nil {
			return x, "", err
		}
		if h.method == "" {
			return x, "", errors.New("what was sent is no request")
		}
		x.sent = keptBody(nil)
		if size, announced := announcedLength(h.header); announced && size > 0 {
			x.sent = lostBody(size)
		} else if h.header.Get("Transfer-Encoding") != "" {
			x.sent = lostBody(-1)
		}
		x.request, x.badURL = requestOf(h.method, h.target, h.header, x.sent)
	}
	received, text := cutPrefixed(text, "< ")
	if received == "" {
		if sent == "" {
			return x, "", fmt.Errorf("want what curl -v prints, got %.20q", strings.TrimSpace(text))
		}
		return x, text, nil
	}
	h, err := lastHead(received)
	if err != nil {
		return x, "", err
	}
	x.status, x.header = h.status, h.header

	if strings.HasPrefix(text, "HTTP/") { // with -i the heads come again
		for range strings.Count(received, "\nHTTP/") + 1 {
			if _, text, err = cutHead(text); err != nil {
				return x, "", err
			}
		}
	}
	x.received, rest, err = cutBody(x, text)
	return x, rest, err
}

// cutPrefixed takes the lines that begin with a prefix off a text, and the prefix off them.
func cutPrefixed(text, prefix string) (cut, rest string) {
	var b strings.Builder
	for {
		after, found := strings.CutPrefix(text, prefix)
		if !found {
			return b.String(), text
		}
		line, next, _ := strings.Cut(after, "\n")
		b.WriteString(line + "\n")
		text = next
	}
}

// lastHead reads the head of a response, which interim ones may come before.
func lastHead(text string) (head, error) {
	last := max(strings.LastIndex(text, "\nHTTP/")+1, 0)
	h, _, err := cutHead(text[last:])
	if err == nil && h.status == 0 {
		err = errors.New("what was received is no response")
	}
	return h, err
}

// cutHead takes a head off a text.
func cutHead(text string) (h head, rest string, err error) {
	from := strings.NewReader(text)
	l := &lines{from: bufio.NewReaderSize(from, 512)}
	h, err = readHead(l)
	return h, text[len(text)-from.Len()-l.from.Buffered():], orBreaksOff(err)
}

// cutBody takes the body of a response off a text, where the next request may follow.
func cutBody(x exchange, text string) (kept body, rest string, err error) {
	size, announced := announcedLength(x.header)
	switch {
	case hasNoBody(x.method(), x.status):
		return keptBody(nil), fromNextHead(text), nil
	case announced && size > int64(len(text)):
		return kept, "", fmt.Errorf("the body breaks off after %d of %d bytes", len(text), size)
	case announced:
		return keptBody([]byte(text[:size])), fromNextHead(text[size:]), nil
	}
	if next := nextRequest.FindStringIndex(text); next != nil {
		text, rest = text[:next[0]], text[next[0]:]
	}
	return keptBody([]byte(withoutRemark(text))), rest, nil
}

// fromNextHead skips what stands behind a body whose end is known.
func fromNextHead(text string) string {
	if next := nextHead.FindStringIndex(text); next != nil {
		return text[next[0]:]
	}
	return ""
}

// withoutRemark cuts off the remark that follows a JSON value.
func withoutRemark(text string) string {
	d := json.NewDecoder(strings.NewReader(text))
	var value json.RawMessage
	if err := d.Decode(&value); err != nil {
		return text
	}
	end := d.InputOffset()
	if strings.HasPrefix(strings.TrimLeft(text[end:], "\r\n"), "* ") {
		return text[:end]
	}
	return text
}
