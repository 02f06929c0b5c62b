package cli

import (
	"context"
	"errors"
	"io"
	"time"
)

// farewell is how long an ended command waits for a stream that nobody reads.
const farewell = time.Second

var errNobodyReads = errors.New("nobody reads")

// leavable is a stream to which writes take as long as they take until the context ends, and
// then are given up soon: who stopped reading does not hold up the end.
type leavable struct {
	ctx  context.Context
	to   io.Writer
	turn chan bool // holds what a writer has to take and give back
}

func newLeavable(ctx context.Context, to io.Writer) *leavable {
	l := &leavable{ctx, to, make(chan bool, 1)}
	l.turn <- true
	return l
}

func (l *leavable) Write(p []byte) (int, error) {
	late := make(chan bool)
	stop := context.AfterFunc(l.ctx, func() { time.AfterFunc(farewell, func() { close(late) }) })
	defer stop()
	select {
	case <-l.turn:
	case <-late:
		return 0, errNobodyReads
	}
	text, done := append([]byte(nil), p...), make(chan error, 1)
	go func() {
		_, err := l.to.Write(text)
		done <- err
		l.turn <- true
	}()
	select {
	case err := <-done:
		return len(p), err
	case <-late:
		return 0, errNobodyReads
	}
}
