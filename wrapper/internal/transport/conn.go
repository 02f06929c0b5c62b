package transport

import (
	"context"
	"errors"
	"net"
	"os"
	"sync"
	"time"
)

const (
	// writeTimeout is how long a server may accept no byte. A gateway that writes to a busy disk
	// stops for seconds.
	writeTimeout = time.Minute
	// sharedFor is how long writes share a deadline. Setting one for each write would cost 5 % of
	// the processor time of a large file.
	sharedFor = time.Second
)

var errNotTaken error = notTaken{}

type notTaken struct{}

func (notTaken) Error() string {
	return "the server took no byte for " + writeTimeout.String()
}

// Timeout and Temporary make it a [net.Error].
func (notTaken) Timeout() bool   { return true }
func (notTaken) Temporary() bool { return false }

type dial = func(ctx context.Context, network, address string) (net.Conn, error)

// limitWrites dials connections that are closed when the server stops accepting bytes.
func limitWrites(dial dial) dial {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := dial(ctx, network, address)
		if err != nil {
			return nil, err
		}
		return &limitedConn{Conn: conn}, nil
	}
}

type limitedConn struct {
	net.Conn
	mu       sync.Mutex
	deadline time.Time // set by Write, zero if none can be shared
	outside  time.Time // set by SetWriteDeadline or SetDeadline
}

// Write fails if no byte is accepted for [writeTimeout], or up to twice that after some were,
// however long the whole write takes.
func (c *limitedConn) Write(p []byte) (n int, err error) {
	for begin := time.Now(); ; {
		own := c.limit(begin.Add(writeTimeout))
		taken, err := c.Conn.Write(p[n:])
		n += taken
		if !own || !errors.Is(err, os.ErrDeadlineExceeded) {
			return n, err
		}
		now := time.Now()
		switch {
		case taken > 0:
			begin = now
		case now.Sub(begin) >= writeTimeout:
			return n, errNotTaken
		}
		c.expire()
	}
}

// limit sets the deadline of the next write, or up to a second before, and reports whether it is
// earlier than the deadline that was set from outside.
func (c *limitedConn) limit(at time.Time) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.outside.IsZero() && c.outside.Before(at) {
		c.deadline = time.Time{}
		_ = c.Conn.SetWriteDeadline(c.outside)
		return false
	}
	if at.Sub(c.deadline) >= sharedFor {
		c.deadline = at
		_ = c.Conn.SetWriteDeadline(at)
	}
	return true
}

// expire makes the next write set its own deadline.
func (c *limitedConn) expire() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.deadline = time.Time{}
}

// SetWriteDeadline is used by crypto/tls, to close a connection within a few seconds.
func (c *limitedConn) SetWriteDeadline(t time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.outside, c.deadline = t, time.Time{}
	return c.Conn.SetWriteDeadline(t)
}

// SetDeadline sets both.
func (c *limitedConn) SetDeadline(t time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.outside, c.deadline = t, time.Time{}
	return c.Conn.SetDeadline(t)
}
