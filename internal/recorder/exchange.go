package recorder

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/http/httputil"
	"net/textproto"
	"sync"
	"time"
)

// exchange is a request and its response.
type exchange struct {
	proxy     *Proxy
	upstream  *http.Transport
	operation string // empty if the request is not the image store's

	client  http.ResponseWriter
	request *http.Request
	sent    *message

	response *http.Response // nil if there was none; its header is unchanged, and its body was read
	received *message

	unconnected bool // the upstream got nothing
}

// ServeHTTP forwards a request and its response.
func (p *Proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.underWay.Add(1)
	defer p.underWay.Done()
	l := r.Context().Value(linkKey{}).(*link)
	l.used.Store(true)
	if reason := p.Guard.Refuse(r); reason != "" {
		p.fail("refused a request: %s", reason)
		http.Error(w, reason, http.StatusForbidden)
		return
	}
	x := &exchange{proxy: p, upstream: l.upstream, client: w, request: r}
	x.operation, _ = p.Contract.Operation(r)
	x.sent = x.message(r.Header, p.Contract.NeedsBody(r))
	defer x.end() // when the reverse proxy panics, too
	// A response may come before the request has ended.
	_ = http.NewResponseController(w).EnableFullDuplex()
	wanted, over := always, make(chan struct{})
	defer close(over)
	passed := r.WithContext(r.Context())
	if r.Header.Get("Expect") != "" {
		wanted = make(chan struct{})
		passed = r.WithContext(httptrace.WithClientTrace(r.Context(), continued(sync.OnceFunc(func() { close(wanted) }))))
	}
	passed.Body = &watched{r.Body, x.sent, wanted, over}
	(&httputil.ReverseProxy{
		Rewrite: x.rewrite, Transport: x, ErrorHandler: x.fail, FlushInterval: -1, ErrorLog: silent,
	}).ServeHTTP(w, passed)
}

// continued calls f when the upstream's 100 Continue has been passed on, which the reverse proxy does
// first. If the body were read before that, net/http would send the client a 100 of its own besides.
func continued(f func()) *httptrace.ClientTrace {
	return &httptrace.ClientTrace{Got1xxResponse: func(code int, _ textproto.MIMEHeader) error {
		if code == http.StatusContinue {
			f()
		}
		return nil
	}}
}

// message begins the request or the response. Bodies of other services and compressed bodies are
// not kept.
func (x *exchange) message(header http.Header, wanted bool) *message {
	m := &message{began: time.Now(), ended: time.Now()}
	if x.operation == "" {
		return m
	}
	m.digest = sha256.New()
	if wanted && header.Get("Content-Encoding") == "" {
		m.limit = max(maxBody, x.proxy.MaxBody)
	}
	return m
}

// rewrite forwards the request unchanged, with all the headers that a reverse proxy usually removes.
func (x *exchange) rewrite(r *httputil.ProxyRequest) {
	upstream := x.proxy.Upstream
	r.Out.URL, r.Out.Host = urlAt(upstream, r.In), upstream.Host
	r.Out.Header, r.Out.Trailer = spelled(r.In.Header), r.In.Trailer
}

// RoundTrip gets the response.
func (x *exchange) RoundTrip(out *http.Request) (*http.Response, error) {
	rsp, err := x.upstream.RoundTrip(out)
	if err != nil {
		return nil, err
	}
	x.received = x.message(rsp.Header, true)
	seen := *rsp
	seen.Header = rsp.Header.Clone()
	x.response = &seen
	if rsp.StatusCode == http.StatusSwitchingProtocols {
		x.received.whole = true // what follows is not a body
	} else {
		rsp.Body = &watched{rsp.Body, x.received, always, nil}
	}
	// net/http adds these itself unless the handler sets them.
	x.client.Header()["Date"], x.client.Header()["Content-Type"] = nil, nil
	return rsp, nil
}

// fail closes the client's connection, because only the upstream may respond.
func (x *exchange) fail(_ http.ResponseWriter, out *http.Request, err error) {
	if _, ok := errors.AsType[connectError](err); ok {
		x.unconnected = true
		x.proxy.fail("%w", err)
	} else if out.Context().Err() == nil { // the client is still there
		method, path := x.place()
		x.proxy.fail("no response to %s %s: %w", method, path, withoutQuotes(err))
	}
	panic(http.ErrAbortHandler)
}

// errMalformed reports a response that is not HTTP.
var errMalformed = errors.New("the upstream did not send an HTTP response")

// withoutQuotes keeps errors of the connection. All others of net/http quote what the upstream
// sent, which may be the client's token.
func withoutQuotes(err error) error {
	_, lost := errors.AsType[net.Error](err)
	for _, known := range []error{io.EOF, io.ErrUnexpectedEOF, context.Canceled, context.DeadlineExceeded} {
		lost = lost || errors.Is(err, known)
	}
	if lost {
		return err
	}
	return errMalformed
}

func (x *exchange) end() {
	x.sent.end(x.request.ContentLength)
	if x.response != nil {
		x.received.end(x.response.ContentLength)
	}
	if !x.unconnected {
		x.proxy.record(x)
	}
}

// place identifies the exchange, without the query, which may contain a secret.
func (x *exchange) place() (method, path string) {
	return fmt.Sprintf("%.20s", x.request.Method), fmt.Sprintf("%.200s", x.request.URL.EscapedPath())
}
