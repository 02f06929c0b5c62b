package recorder

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

const (
	// connectTimeout covers the handshake, too.
	connectTimeout = 30 * time.Second
	// continueTimeout is how long a body waits for the upstream's 100 Continue, if its client
	// announced it with Expect.
	continueTimeout = 10 * time.Second
)

// transport returns the connections to the upstream for one client's connection.
func (p *Proxy) transport() *http.Transport {
	return &http.Transport{
		DialContext:           p.connect,
		DialTLSContext:        p.connect,
		DisableCompression:    true, // the client decides
		ExpectContinueTimeout: continueTimeout,
	}
}

// connectError is the reason why there is no connection to the upstream.
type connectError struct{ error }

func (e connectError) Error() string { return "connect to the upstream: " + e.error.Error() }
func (e connectError) Unwrap() error { return e.error }

// connect opens a connection to the upstream, with a handshake if it is https.
func (p *Proxy) connect(ctx context.Context, network, address string) (conn net.Conn, err error) {
	ctx, cancel := context.WithTimeout(ctx, connectTimeout)
	defer cancel()
	if p.Upstream.Scheme == "https" {
		config := p.TLS.Clone()
		if config == nil {
			config = new(tls.Config)
		}
		config.NextProtos = []string{"http/1.1"}
		conn, err = (&tls.Dialer{Config: config}).DialContext(ctx, network, address)
	} else {
		conn, err = new(net.Dialer).DialContext(ctx, network, address)
	}
	if err != nil {
		failed := connectError{err}
		p.unconnected.Store(&failed)
		return nil, failed
	}
	p.connected.Store(true)
	return conn, nil
}

// targetOf returns the path and the query of a request, as they are spelled.
func targetOf(r *http.Request) string {
	if r.URL.IsAbs() {
		return r.URL.RequestURI() // the request line has a whole URL, perhaps with a password
	}
	return r.RequestURI
}

// urlAt makes net/http send a target as it is spelled.
func urlAt(upstream *url.URL, r *http.Request) *url.URL {
	u := &url.URL{Scheme: upstream.Scheme, Host: upstream.Host, Opaque: targetOf(r)}
	if strings.HasPrefix(u.Opaque, "//") { // net/http would take it for a host
		u.Opaque, u.Path, u.RawPath, u.RawQuery = "", r.URL.Path, r.URL.RawPath, r.URL.RawQuery
	}
	return u
}

// exactNames are the names of headers whose case gateways on Windows compare, by their canonical
// form in net/http.
var exactNames = map[string]string{
	"Clusterid":                "ClusterId",
	"X-Servicefabricrequestid": "X-ServiceFabricRequestId",
}

// spelled returns a copy of a header with the names that gateways know.
func spelled(header http.Header) http.Header {
	header = header.Clone()
	for name, exact := range exactNames {
		if values, ok := header[name]; ok {
			delete(header, name)
			header[exact] = values
		}
	}
	return header
}
