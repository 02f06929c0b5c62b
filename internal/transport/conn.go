package transport

import (
	"context"
	"errors"
	"net"
	"os"
	"sync/atomic"
	"time"
)

// writeTimeout is how long a server may take no byte of what is sent to it. A gateway that
// writes to a busy disk stops for seconds.
const writeTimeout = time.Minute

var errNotTaken error = notTaken{}

type notTaken struct{}

func (notTaken) Error() string {
	return "the server took no byte for " + writeTimeout.String()
}

// Timeout and Temporary make it a [net.Error].
func (notTaken) Timeout() bool   { return true }
func (notTaken) Temporary() bool { return false }

type dial = func(ctx context.Context, network, address string) (net.Conn, error)

// limitWrites dials connections that end when the server takes nothing any more.
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
	until atomic.Pointer[time.Time] // that was set from outside
}

// Write fails when no byte is taken for [writeTimeout], or up to twice that after some were,
// however long the whole takes.
func (c *limitedConn) Write(p []byte) (n int, err error) {
	for {
		limit := time.Now().Add(writeTimeout)
		own := true
		if until := c.until.Load(); until != nil && !until.IsZero() && until.Before(limit) {
			limit, own = *until, false
		}
		_ = c.Conn.SetWriteDeadline(limit)
		taken, err := c.Conn.Write(p[n:])
		n += taken
		switch {
		case !own || !errors.Is(err, os.ErrDeadlineExceeded):
			return n, err
		case taken == 0:
			return n, errNotTaken
		}
	}
}

// SetWriteDeadline is used by crypto/tls, to say goodbye within a few seconds.
func (c *limitedConn) SetWriteDeadline(t time.Time) error {
	c.until.Store(&t)
	return c.Conn.SetWriteDeadline(t)
}

// SetDeadline sets both.
func (c *limitedConn) SetDeadline(t time.Time) error {
	c.until.Store(&t)
	return c.Conn.SetDeadline(t)
}
