package transport

import (
	"errors"
	"io"
	"sync"
)

// handoffBody is a body that can be given to one attempt after another as long as none of them
// has begun to read it. net/http closes a body in any case, and may do so late.
type handoffBody struct {
	body io.ReadCloser

	mu     sync.Mutex
	holder *lease // of the attempt that has it
	read   bool
	failed bool // to be read
	closed bool // by the holder
	last   bool // there will be no other holder
}

func newHandoffBody(body io.ReadCloser) *handoffBody { return &handoffBody{body: body} }

// lease gives the body to the next attempt and takes it from the previous one.
func (b *handoffBody) lease() io.ReadCloser {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.holder, b.closed = &lease{b}, false
	return b.holder
}

// begun reports whether an attempt has read from the body, so that no other can have it.
func (b *handoffBody) begun() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.read
}

// hasFailed reports whether the body could not be read.
func (b *handoffBody) hasFailed() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.failed
}

// end declares that there will be no other attempt: closing the lease closes the body.
func (b *handoffBody) end() {
	b.mu.Lock()
	b.last = true
	closed := b.closed
	b.mu.Unlock()
	if closed {
		_ = b.body.Close()
	}
}

// lease is one attempt's access to the body. It ends when the next attempt gets the body.
type lease struct{ *handoffBody }

var errLeaseOver = errors.New("the request was abandoned")

func (l *lease) Read(p []byte) (int, error) {
	l.mu.Lock()
	mine := l.holder == l && !l.closed
	l.read = l.read || mine
	l.mu.Unlock()
	if !mine {
		return 0, errLeaseOver
	}
	n, err := l.body.Read(p)
	if err != nil && err != io.EOF {
		l.mu.Lock()
		l.failed = true
		l.mu.Unlock()
	}
	return n, err
}

func (l *lease) Close() error {
	l.mu.Lock()
	mine := l.holder == l && !l.closed
	if mine {
		l.closed = true
	}
	last := l.last
	l.mu.Unlock()
	if mine && last {
		return l.body.Close()
	}
	return nil
}
