package cli

import (
	"context"
	"errors"
	"io"
	"time"
)

// grace is how long an ended command waits for a stream without a reader.
const grace = time.Second

var errNobodyReads = errors.New("nobody reads")

// abandonWriter writes without a limit of time until the context ends. From then on a write is
// abandoned after [grace], so that a stalled reader does not delay shutdown.
type abandonWriter struct {
	ctx  context.Context
	to   io.Writer
	lock chan bool // has a value while no goroutine writes
}

func newAbandonWriter(ctx context.Context, to io.Writer) *abandonWriter {
	l := &abandonWriter{ctx, to, make(chan bool, 1)}
	l.lock <- true
	return l
}

func (l *abandonWriter) Write(p []byte) (int, error) {
	late := make(chan bool)
	stop := context.AfterFunc(l.ctx, func() { time.AfterFunc(grace, func() { close(late) }) })
	defer stop()
	select {
	case <-l.lock:
	case <-late:
		return 0, errNobodyReads
	}
	text, done := append([]byte(nil), p...), make(chan error, 1)
	go func() {
		_, err := l.to.Write(text)
		done <- err
		l.lock <- true
	}()
	select {
	case err := <-done:
		return len(p), err
	case <-late:
		return 0, errNobodyReads
	}
}
