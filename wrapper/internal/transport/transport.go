package transport

import (
	"crypto/tls"
	"net"
	"net/http"
	"sync/atomic"
	"time"
)

const (
	// dialTimeout and handshakeTimeout together are less than the 30 seconds after which package
	// upload abandons a request that makes no progress.
	dialTimeout      = 10 * time.Second
	handshakeTimeout = 10 * time.Second
	// continueTimeout is how long a body waits for 100 Continue. A gateway may have a handshake to
	// do first; one that does not support Expect gets the body after this time.
	continueTimeout = 10 * time.Second
	// maxHeader bounds the headers of a response and of the interim ones before it, in bytes.
	// Those of a gateway have a few hundred.
	maxHeader = 64 << 10
	// idlePerHost keeps a connection for each of many workers: with fewer, most requests of an
	// upload would begin with a new connection and its handshakes.
	idlePerHost = 96
	// writeBuffer has room for the head of a request and most small bodies in memory, in bytes: both
	// are then sent in one write. The rest of a larger body is sent in a second write. Each connection
	// has such a buffer, and a folder of small files has up to 80 connections at work.
	writeBuffer = 16 << 10
)

// Transport sends requests to gateways. It is safe for concurrent use.
type Transport struct {
	http            *http.Transport
	certificate     *tls.Certificate
	continueIgnored continueIgnored
	asked           atomic.Bool // for a certificate, in TLS 1.3
	responded       atomic.Bool // there was a response
}

// New returns a transport. An error is a [*SettingError].
//
// It uses only HTTP/1.1: over HTTP/2 all workers would share one connection and one
// flow-control window, header names would lose their case, and renegotiation is forbidden.
// It does not request compression, and does not follow redirects.
func New(s Security) (*Transport, error) {
	config, err := ClientConfig(s, "")
	if err != nil {
		return nil, err
	}
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	t := &Transport{certificate: s.Certificate}
	t.noteAsking(config)
	dialer := &proxyDialer{dial: limitWrites((&net.Dialer{Timeout: dialTimeout}).DialContext)}
	t.http = &http.Transport{
		Proxy:                  dialer.proxyOf(s.proxy),
		OnProxyConnectResponse: refusedByProxy,
		DialContext:            dialer.dialContext,
		TLSClientConfig:        config,
		TLSHandshakeTimeout:    handshakeTimeout,
		ExpectContinueTimeout:  continueTimeout,
		MaxResponseHeaderBytes: maxHeader,
		WriteBufferSize:        writeBuffer,
		MaxIdleConnsPerHost:    idlePerHost,
		IdleConnTimeout:        90 * time.Second,
		DisableCompression:     true,
		Protocols:              protocols,
	}
	return t, nil
}

// CloseIdleConnections closes connections without a current request.
func (t *Transport) CloseIdleConnections() { t.http.CloseIdleConnections() }
