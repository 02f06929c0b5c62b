package recorder

import (
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"sync"
	"time"
)

// maxBody bounds the bodies that are validated, in bytes, unless MaxBody is more. It is far above
// what the image store sends, which pages listings at 3 MiB.
const maxBody = 8 << 20

// message collects the body of a request or a response while it is forwarded.
type message struct {
	began, ended time.Time
	limit        int64     // the size up to which the body is kept, in bytes; 0: not at all
	digest       hash.Hash // nil if it is not recorded

	mu     sync.Mutex // net/http may read on when the exchange has ended
	closed bool
	body   []byte // nil if it is longer than limit
	size   int64
	whole  bool // its end was read
}

// watched is a body that passes what is read to a message. A read makes net/http send 100 Continue
// to a client that sent Expect, so it waits for the upstream: net/http reads even if the upstream
// has refused the body.
type watched struct {
	io.ReadCloser
	seen         *message
	wanted, over <-chan struct{} // closed when the upstream wants the body; when the exchange is over
}

// always is closed, for a body that its client sends without waiting.
var always = func() chan struct{} { c := make(chan struct{}); close(c); return c }()

var errUnwanted = errors.New("the upstream did not want the body")

func (w *watched) Read(p []byte) (int, error) {
	select {
	case <-w.wanted:
	case <-w.over:
		return 0, errUnwanted
	case <-time.After(time.Until(w.seen.began.Add(continueTimeout))):
	}
	n, err := w.ReadCloser.Read(p)
	w.seen.add(p[:n], err)
	return n, err
}

func (m *message) add(p []byte, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return
	}
	m.ended = time.Now()
	m.whole = m.whole || err == io.EOF
	m.size += int64(len(p))
	if m.digest != nil {
		m.digest.Write(p)
	}
	if m.size > m.limit {
		m.body = nil
		return
	}
	m.body = append(m.body, p...)
}

// end completes the message. A body with an announced length is whole when that many bytes have
// arrived, whether its end was read or not.
func (m *message) end(announced int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.closed = true
	m.whole = m.whole || m.size == announced
}

// held returns the body, and reports whether it is complete.
func (m *message) held() (body []byte, whole bool) {
	if !m.whole || m.size > m.limit && m.size > 0 {
		return nil, false
	}
	return m.body, true
}

// knownSize is the size of a whole body in bytes, or -1.
func (m *message) knownSize() int64 {
	if !m.whole {
		return -1
	}
	return m.size
}

// sum returns the digest of a whole body in hexadecimal, or "".
func (m *message) sum() string {
	if m.digest == nil || !m.whole {
		return ""
	}
	return hex.EncodeToString(m.digest.Sum(nil))
}
