package transport

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"sync/atomic"
	"time"
)

// ProxyError is a proxy that refuses to connect to a gateway.
type ProxyError struct {
	Proxy      string // its host and port
	StatusCode int    // of its response
}

func (e *ProxyError) Error() string {
	return fmt.Sprintf("the proxy %s refuses to connect: %d %s", e.Proxy, e.StatusCode, http.StatusText(e.StatusCode))
}

// isRefusal reports whether the proxy would refuse again; otherwise it could not reach the
// gateway, which may be temporary.
func (e *ProxyError) isRefusal() bool { return e.StatusCode < 500 }

// proxy returns the proxy of the environment. A proxy that uses TLS itself would be compared with
// the pins of the cluster, and could request the certificate that is meant for the cluster.
func (s Security) proxy(r *http.Request) (*url.URL, error) {
	u, err := http.ProxyFromEnvironment(r)
	if err == nil && u != nil && u.Scheme == "https" && (s.Certificate != nil || s.pinned()) {
		return nil, fmt.Errorf("the proxy %s is reached by https, which cannot be combined with a client certificate, thumbprints or common names", u.Host)
	}
	return u, err
}

// connectTimeout is how long a proxy may take to respond to CONNECT. It is less than the 30
// seconds after which package upload abandons a request that makes no progress.
const connectTimeout = 20 * time.Second

var errProxySilent = fmt.Errorf("the proxy did not respond to CONNECT within %s: %w", connectTimeout, os.ErrDeadlineExceeded)

// proxyDialer bounds how long a proxy may be silent after CONNECT, which net/http has no setting
// for.
type proxyDialer struct {
	dial dial
	// connects reports whether the requests of this transport go through a proxy by CONNECT: either
	// all of them or none, because the endpoints of a cluster have one scheme.
	connects atomic.Bool
}

func (d *proxyDialer) proxyOf(choose func(*http.Request) (*url.URL, error)) func(*http.Request) (*url.URL, error) {
	return func(r *http.Request) (*url.URL, error) {
		u, err := choose(r)
		if u != nil && r.URL.Scheme == "https" {
			d.connects.Store(true)
		}
		return u, err
	}
}

func (d *proxyDialer) dialContext(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := d.dial(ctx, network, address)
	if err != nil || !d.connects.Load() {
		return conn, err
	}
	if err := conn.SetReadDeadline(time.Now().Add(connectTimeout)); err != nil {
		_ = conn.Close()
		return nil, err
	}
	return &proxiedConn{Conn: conn}, nil
}

// proxiedConn is a connection to a proxy, whose first response must arrive in time.
type proxiedConn struct {
	net.Conn
	heard atomic.Bool
}

func (c *proxiedConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if c.heard.Load() {
		return n, err
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return n, errProxySilent
	}
	if c.heard.CompareAndSwap(false, true) {
		_ = c.SetReadDeadline(time.Time{})
	}
	return n, err
}

// refusedByProxy distinguishes a proxy's refusal from a gateway's.
func refusedByProxy(_ context.Context, proxy *url.URL, _ *http.Request, rsp *http.Response) error {
	if rsp.StatusCode == http.StatusOK {
		return nil
	}
	return &ProxyError{proxy.Host, rsp.StatusCode}
}
