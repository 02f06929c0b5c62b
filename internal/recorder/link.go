package recorder

import (
	"context"
	"errors"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
)

// link is a client's connection with its own connections to the upstream, so that a gateway that
// identifies a client by the connection gets no other client's requests on it.
type link struct {
	*net.TCPConn
	upstream *http.Transport
	used     atomic.Bool // a request came
	stop     func() bool
}

// linkKey is the key of the link in the context of a request.
type linkKey struct{}

func (l *link) Close() error {
	l.stop()
	l.upstream.CloseIdleConnections()
	return l.TCPConn.Close()
}

// links is a listener whose connections are links.
type links struct {
	net.Listener
	proxy    *Proxy
	ctx      context.Context // when it ends, links that were not used are closed: net/http would wait for them
	reported sync.Once
}

// Accept reports the first error after which net/http retries, such as too many open files.
func (l *links) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if passing, ok := errors.AsType[net.Error](err); ok && passing.Temporary() { //nolint:staticcheck // net/http uses the same
		l.reported.Do(func() { l.proxy.fail("accept a connection, which is retried: %w", err) })
	}
	if err != nil {
		return nil, err
	}
	made := &link{TCPConn: conn.(*net.TCPConn), upstream: l.proxy.transport()}
	made.stop = context.AfterFunc(l.ctx, func() {
		if !made.used.Load() {
			_ = made.TCPConn.Close()
		}
	})
	return made, nil
}
