package transport

import (
	"errors"
	"io"
	"sync"
)

// offer is a body that can be given to one attempt after the other for as long as none of them
// has begun to read it. net/http closes a body whatever becomes of it, and may do so late.
type offer struct {
	body io.ReadCloser

	mu     sync.Mutex
	holder *turn // the attempt that has it
	read   bool
	failed bool // to be read
	closed bool // by the holder
	last   bool // there will be no other holder
}

func newOffer(body io.ReadCloser) *offer { return &offer{body: body} }

// turn gives the body to the next attempt and takes it from the one before.
func (o *offer) turn() io.ReadCloser {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.holder, o.closed = &turn{o}, false
	return o.holder
}

// begun says whether the body was read from, so that nobody else can have it.
func (o *offer) begun() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.read
}

// hasFailed says whether the body could not be read.
func (o *offer) hasFailed() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.failed
}

// end says that there will be no other attempt: from now on closing closes.
func (o *offer) end() {
	o.mu.Lock()
	o.last = true
	closed := o.closed
	o.mu.Unlock()
	if closed {
		_ = o.body.Close()
	}
}

type turn struct{ *offer }

var errTurnOver = errors.New("the request was given up")

func (t *turn) Read(p []byte) (int, error) {
	t.mu.Lock()
	mine := t.holder == t && !t.closed
	t.read = t.read || mine
	t.mu.Unlock()
	if !mine {
		return 0, errTurnOver
	}
	n, err := t.body.Read(p)
	if err != nil && err != io.EOF {
		t.mu.Lock()
		t.failed = true
		t.mu.Unlock()
	}
	return n, err
}

func (t *turn) Close() error {
	t.mu.Lock()
	mine := t.holder == t && !t.closed
	if mine {
		t.closed = true
	}
	last := t.last
	t.mu.Unlock()
	if mine && last {
		return t.body.Close()
	}
	return nil
}
