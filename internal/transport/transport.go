package transport

import (
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"sync/atomic"
	"time"
)

const (
	// dialTimeout and handshakeTimeout together are less than the 30 seconds after which package
	// upload gives a request up that does not move at an endpoint.
	dialTimeout      = 10 * time.Second
	handshakeTimeout = 10 * time.Second
	// continueTimeout is how long a body waits to be wanted. A gateway may have a handshake to
	// do first; one that knows nothing of Expect gets the body after this time.
	continueTimeout = 10 * time.Second
	// maxHeader bounds the headers of an answer and of all that comes before it, in bytes.
	// Those of a gateway have some hundred.
	maxHeader = 64 << 10
	// idlePerHost keeps a connection for each of many workers: with fewer, most requests of an
	// upload would begin with a new connection and its handshakes.
	idlePerHost = 64
)

// Transport sends requests to gateways. It is safe for concurrent use.
type Transport struct {
	http        *http.Transport
	certificate *tls.Certificate
	deaf        deaf
	asked       atomic.Bool // for a certificate, in TLS 1.3
	answered    atomic.Bool // there was an answer
}

// New returns a transport. An error is a [*SettingError].
//
// It speaks HTTP/1.1 alone: over HTTP/2 all workers would share one connection and one
// flow-control window, header names would lose their case, and renegotiation is forbidden.
// It asks for no compression, and follows no redirect.
func New(s Security) (*Transport, error) {
	config, err := ClientConfig(s, "")
	if err != nil {
		return nil, err
	}
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	t := &Transport{certificate: s.Certificate}
	t.noteAsking(config)
	t.http = &http.Transport{
		Proxy:                  s.proxy,
		DialContext:            limitWrites((&net.Dialer{Timeout: dialTimeout}).DialContext),
		TLSClientConfig:        config,
		TLSHandshakeTimeout:    handshakeTimeout,
		ExpectContinueTimeout:  continueTimeout,
		MaxResponseHeaderBytes: maxHeader,
		MaxIdleConnsPerHost:    idlePerHost,
		IdleConnTimeout:        90 * time.Second,
		DisableCompression:     true,
		Protocols:              protocols,
	}
	return t, nil
}

// CloseIdleConnections closes connections that carry no request.
func (t *Transport) CloseIdleConnections() { t.http.CloseIdleConnections() }

// proxy is that of the environment. One that speaks TLS itself would be held to the pins of the
// cluster, and could ask for the certificate that is meant for it.
func (s Security) proxy(r *http.Request) (*url.URL, error) {
	u, err := http.ProxyFromEnvironment(r)
	if err == nil && u != nil && u.Scheme == "https" && (s.Certificate != nil || s.pinned()) {
		return nil, fmt.Errorf("the proxy %s is reached by https, which does not go together with a client certificate, thumbprints or common names", u.Host)
	}
	return u, err
}
