package recording

import (
	"bufio"
	"errors"
	"io"
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
	if err != nil {
		w.ended = err
	}
	return n, err
}

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

// passRest passes on all that still comes, unseen.
func (w *wire) passRest() error {
	if w.broken != nil {
		return w.broken
	}
	_, _ = w.Discard(w.Buffered())
	if err := w.pass(); err != nil || w.ended != nil {
		return err
	}
	_, err := io.Copy(w.to, w.from)
	return err
}
