package recording

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"regexp"
	"strings"
	"sync"
)

// maxTranscript bounds the output of curl, in bytes.
const maxTranscript = 64 << 20

// remarks are curl's lines about the transfer, which may be anywhere, also in the middle of a
// body. After a body without a line end, the length of the body shows where they begin.
var (
	remarks     = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?m)[{}] \[\d+ bytes data\]\r?\n|^\* .*\n?`) })
	nextRequest = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?m)^> `) })
	emptySent   = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?m)^> \r?\n`) })
	nextHead    = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?m)^[<>] `) })
)

// readTranscript reads the output of curl -v: "> " before the head of a request, "< " before the
// head of a response, the body of the response, and remarks. The body of a request is not
// there. With -i the head of the response is there a second time.
func readTranscript(from *bufio.Reader) iter.Seq2[exchange, error] {
	return func(yield func(exchange, error) bool) {
		text, err := io.ReadAll(io.LimitReader(from, maxTranscript+1))
		if err == nil && len(text) > maxTranscript {
			err = fmt.Errorf("is longer than the limit of %d MiB for a transcript", maxTranscript>>20)
		}
		if err != nil {
			yield(exchange{}, readError{err: err})
			return
		}
		text = withoutPowerShell(text)
		rest := strings.TrimLeft(remarks().ReplaceAllString(string(text), ""), "\r\n")
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

// Windows PowerShell turns the first line that a program writes to standard error into an error:
// it adds the program's name before it, and the place in the script and the kind of error after it,
// in the language of Windows.
var (
	powerShellStart = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^curl(\.exe)? : `) })
	firstOfCurl     = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?m)^[*<>] `) })
)

func isPowerShell(line []byte) bool { return powerShellStart().Match(line) }

// withoutPowerShell skips what Windows PowerShell added before curl's second line. The first line
// is a remark about the connection.
func withoutPowerShell(text []byte) []byte {
	text = bytes.TrimLeft(text, "\r\n ")
	if !isPowerShell(text) {
		return text
	}
	if start := firstOfCurl().FindIndex(text); start != nil {
		return text[start[0]:]
	}
	return text
}

// cutExchange takes an exchange off a transcript.
func cutExchange(text string) (x exchange, rest string, err error) {
	sent, text := cutSent(text)
	if sent != "" {
		h, _, err := cutHead(sent)
		if err != nil {
			return x, "", err
		}
		if h.method == "" {
			return x, "", errors.New("the sent lines are not a request")
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
			return x, "", fmt.Errorf("want output of curl -v, got %.20q", strings.TrimSpace(text))
		}
		return x, text, nil
	}
	h, err := lastHead(received)
	if err != nil {
		return x, "", err
	}
	x.status, x.header = h.status, h.header

	if strings.HasPrefix(text, "HTTP/") { // -i repeats the heads
		for range strings.Count(received, "\nHTTP/") + 1 {
			if _, text, err = cutHead(text); err != nil {
				return x, "", err
			}
		}
	}
	x.received, rest, err = cutBody(x, text)
	x.received = decoded(x.received, x.header)
	return x, rest, err
}

// cutSent takes the head of one request off a text. The next one follows if the server closed the
// connection without a response.
func cutSent(text string) (head, rest string) {
	end := emptySent().FindStringIndex(text)
	if end == nil {
		return cutPrefixed(text, "> ")
	}
	head, rest = cutPrefixed(text[:end[1]], "> ")
	return head, rest + text[end[1]:]
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

// lastHead reads the head of a response after any interim ones.
func lastHead(text string) (head, error) {
	last := max(strings.LastIndex(text, "\nHTTP/")+1, 0)
	h, _, err := cutHead(text[last:])
	if err == nil && h.status == 0 {
		err = errors.New("the received lines are not a response")
	}
	return h, err
}

// cutHead takes a head off a text.
func cutHead(text string) (h head, rest string, err error) {
	from := strings.NewReader(text)
	l := &lines{from: bufio.NewReaderSize(from, 512)}
	h, err = readHead(l)
	return h, text[len(text)-from.Len()-l.from.Buffered():], orTruncated(err)
}

// cutBody takes the body of a response off a text, where the next request may follow.
func cutBody(x exchange, text string) (kept body, rest string, err error) {
	size, announced := announcedLength(x.header)
	if x.header.Get("Content-Encoding") != "" && strings.HasPrefix(text, "{") {
		announced = false // it is the length of the compressed body, which --compressed does not show
	}
	switch {
	case hasNoBody(x.method(), x.status):
		return keptBody(nil), fromNextHead(text), nil
	case announced && size > int64(len(text)):
		return kept, "", fmt.Errorf("the body is truncated after %d of %d bytes", len(text), size)
	case announced:
		return keptBody([]byte(text[:size])), fromNextHead(text[size:]), nil
	}
	if next := nextRequest().FindStringIndex(text); next != nil {
		text, rest = text[:next[0]], text[next[0]:]
	}
	return keptBody([]byte(withoutRemark(text))), rest, nil
}

// fromNextHead skips everything between a body and the next head.
func fromNextHead(text string) string {
	if next := nextHead().FindStringIndex(text); next != nil {
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
