package recording

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"net"
	"os"
	"time"
)

// wire is one direction of a connection. What is read of it by way of its [bufio.Reader], by
// any parser, is passed on as it came, byte for byte.
type wire struct {
	*bufio.Reader
	from   io.Reader
	to     io.Writer
	held   []byte // was read from one side, and not yet written to the other
	body   bool   // all that is held is of one body
	buffer []byte // where bodies are read into

	ended  error // why from ends; io.EOF if it ends well
	broken error // why nothing more can be written
}

const (
	wireBuffer = 32 << 10
	// maxHead is the longest head, in bytes, that is looked at.
	maxHead = 1 << 20
)

var errHeadTooLong = errors.New("a head of more than 1 MiB")

func newWire(from io.Reader, to io.Writer) *wire {
	w := &wire{from: from, to: to}
	w.Reader = bufio.NewReaderSize((*holding)(w), wireBuffer)
	return w
}

// holding is what a wire's reader reads.
type holding wire

func (w *holding) Read(p []byte) (int, error) {
	if w.body { // a parser waits for more of it; the other side must not wait for the parser
		if err := (*wire)(w).write(w.held); err != nil {
			return 0, err
		}
		w.held = w.held[:0]
	}
	if len(w.held) > maxHead {
		return 0, errHeadTooLong
	}
	n, err := w.from.Read(p)
	w.held = append(w.held, p[:n]...)
	if err != nil && !errors.Is(err, os.ErrDeadlineExceeded) {
		w.ended = err
	}
	return n, err
}

// interrupt wakes whoever waits for more on a wire, in favour of passRest.
func interrupt(from net.Conn) { _ = from.SetReadDeadline(time.Unix(1, 0)) }

// taken is what a parser took and was not passed on: of a message, once its head is parsed,
// just that head.
func (w *wire) taken() []byte { return w.held[:max(len(w.held)-w.Buffered(), 0)] }

// pass passes on what was taken.
func (w *wire) pass() error { return w.passAs(w.taken()) }

// passAs passes on another text in place of what was taken.
func (w *wire) passAs(text []byte) error {
	taken := len(w.taken())
	err := w.write(text)
	w.held = w.held[:copy(w.held, w.held[taken:])]
	return err
}

func (w *wire) write(text []byte) error {
	if len(text) > 0 && w.broken == nil {
		_, w.broken = w.to.Write(text)
	}
	return w.broken
}

// passBody passes on a body that a parser found, to its end, and shows it to seen.
func (w *wire) passBody(body io.Reader, seen *message) error {
	w.body = true
	defer func() { w.body = false }()
	if w.buffer == nil {
		w.buffer = make([]byte, 2*wireBuffer)
	}
	for {
		n, err := body.Read(w.buffer)
		seen.add(w.buffer[:n])
		if e := w.pass(); e != nil {
			return e
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// passRest passes on all that still comes, unseen, and calls some first if there is any.
func (w *wire) passRest(some func()) error {
	if w.broken != nil {
		return w.broken
	}
	_, _ = w.Discard(w.Buffered())
	if len(w.held) > 0 {
		some()
		some = func() {}
	}
	if err := w.pass(); err != nil || w.ended != nil {
		return err
	}
	for {
		_, err := io.Copy(w.to, &announcing{w.from, some})
		from, ok := w.from.(net.Conn)
		if !ok || !errors.Is(err, os.ErrDeadlineExceeded) {
			return err
		}
		_ = from.SetReadDeadline(time.Time{}) // it was interrupted
	}
}

// announcing calls some before the first bytes are read of it.
type announcing struct {
	io.Reader
	some func()
}

func (a *announcing) Read(p []byte) (int, error) {
	n, err := a.Reader.Read(p)
	if n > 0 && a.some != nil {
		a.some()
		a.some = nil
	}
	return n, err
}

// beginsAs waits until it is clear whether what comes begins in a certain way, and no longer: a
// parser would wait for a whole line. Like tells so of a start, as soon as it can. Where nothing
// more comes it is so.
func (w *wire) beginsAs(like func(start []byte) (clear, good bool)) bool {
	for n := 1; ; n++ {
		start, err := w.Peek(n)
		if err != nil {
			return true
		}
		if clear, good := like(start); clear {
			return good
		}
	}
}

// likeRequest knows a request by its method, with the blank behind it.
func likeRequest(start []byte) (clear, good bool) {
	const longest = 32
	method, isWhole := bytes.CutSuffix(start, []byte(" "))
	good = isToken(string(method)) && len(method) <= longest
	return isWhole || !good, good
}

// likeAnswer knows an answer by the protocol.
func likeAnswer(start []byte) (clear, good bool) {
	const protocol = "HTTP/"
	good = string(start) == protocol[:len(start)]
	return !good || len(start) == len(protocol), good
}
