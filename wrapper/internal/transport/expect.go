package transport

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/textproto"
	"sync"
	"sync/atomic"
	"time"
)

// waitingSize is the size, in bytes, above which a body waits for 100 Continue although the client
// has no certificate. Waiting makes early responses visible, such as a refusal: they are lost while
// a large body is being sent, because the server closes the connection. Servers read smaller bodies
// to their end: Apache keeps 128 KiB while it requests a certificate, and Go's server reads 256 KiB
// of an unwanted body. The extra round trip would double the time of a small file.
const waitingSize = 64 << 10

// RoundTrip sends a request. A body that waits is not read before the server sends 100 Continue; if
// the server sends a final response instead, it is not read at all.
func (t *Transport) RoundTrip(r *http.Request) (*http.Response, error) {
	rsp, err := t.roundTrip(r)
	if err == nil {
		t.responded.Store(true)
	}
	return rsp, t.explain(err)
}

func (t *Transport) roundTrip(r *http.Request) (*http.Response, error) {
	if !t.waits(r) {
		return t.http.RoundTrip(r)
	}
	host := r.URL.Host
	if t.continueIgnored.skip(host) {
		rsp, err := t.http.RoundTrip(r)
		if err != nil && t.certificate != nil { // perhaps because the body did not wait
			t.continueIgnored.forget(host)
		}
		return rsp, err
	}
	body := newHandoffBody(r.Body)
	rsp, vain, err := t.roundTripWaiting(r, body)
	if err == nil && rsp.StatusCode == http.StatusExpectationFailed && !body.begun() {
		// A middlebox does not support Expect, and says so.
		_ = rsp.Body.Close()
		again := r.Clone(r.Context())
		again.Body = body.lease()
		vain = true
		rsp, err = t.http.RoundTrip(again) //nolint:bodyclose // it is the caller's
	}
	body.end()
	if err == nil && vain && rsp.StatusCode < 400 {
		after := ignoredAfter
		if t.certificate != nil {
			after = ignoredAfterCertificate
		}
		t.continueIgnored.record(host, after)
	}
	return rsp, err
}

func (t *Transport) waits(r *http.Request) bool {
	if r.Body == nil || r.Body == http.NoBody || r.ContentLength == 0 {
		return false
	}
	return t.certificate != nil || r.ContentLength < 0 || r.ContentLength > waitingSize
}

// roundTripWaiting also reports whether the body waited in vain, and was sent nevertheless.
func (t *Transport) roundTripWaiting(r *http.Request, body *handoffBody) (rsp *http.Response, vain bool, err error) {
	gate := &gate{ReadCloser: body.lease(), responded: make(chan struct{}), gone: r.Context().Done()}
	host := r.URL.Host
	gate.heard = func() { t.continueIgnored.forget(host) }
	small := r.ContentLength > 0 && r.ContentLength <= waitingSize
	r = r.Clone(httptrace.WithClientTrace(r.Context(), &httptrace.ClientTrace{
		GotConn: func(conn httptrace.GotConnInfo) {
			// On a connection that was used before, the gateway has the certificate. A small body then
			// has no other reason to wait, and a folder of small files would take twice as long.
			if r.Header.Del("Expect"); !small || !conn.Reused {
				r.Header.Set("Expect", "100-continue")
			}
		},
		Wait100Continue: gate.wait,
		Got100Continue:  gate.hear,
		Got1xxResponse:  gate.count,
	}))
	r.Body = gate
	r.GetBody = func() (io.ReadCloser, error) { // for a connection that closed before it was used
		if body.begun() {
			return nil, errConnectionLost
		}
		gate.ReadCloser = body.lease()
		return gate, nil
	}
	rsp, err = t.http.RoundTrip(r)
	if err != nil {
		gate.finish()
		if gate.interim.Load() > maxInterim { // net/http may say that the connection is closed
			err = errFlood
		}
		return nil, false, err
	}
	rsp.Body = &closingBody{rsp.Body, gate.finish}
	return rsp, gate.late.Load(), nil
}

// gate keeps net/http from sending an unwanted body. After a final response instead of 100 it would
// send the body to keep the connection, and lose the rest of the response when the server closes it.
type gate struct {
	io.ReadCloser
	wanted    atomic.Bool
	since     time.Time // when the body began to wait
	interim   atomic.Int64
	late      atomic.Bool // the body was sent without 100 Continue
	heard     func()
	once      sync.Once
	responded chan struct{} // closed when the response was read, or there will be none
	gone      <-chan struct{}
}

// maxInterim bounds the number of 1xx responses before the final one.
const maxInterim = 100

var (
	errFlood          = errors.New("the server sends interim responses without end")
	errUnwanted       = errors.New("the server did not want the body")
	errConnectionLost = errors.New("the connection was lost while the body was sent")
)

// wait and Read are called by one goroutine, hear by another, which may be ahead of wait.
func (g *gate) wait() { g.since = time.Now() }

func (g *gate) hear() {
	g.wanted.Store(true)
	g.late.Store(false)
	g.heard()
}

func (g *gate) count(int, textproto.MIMEHeader) error {
	if g.interim.Add(1) > maxInterim {
		return errFlood
	}
	return nil
}

func (g *gate) finish() { g.once.Do(func() { close(g.responded) }) }

func (g *gate) Read(p []byte) (int, error) {
	if !g.wanted.Load() && !g.since.IsZero() { // else it need not wait
		if time.Since(g.since) < continueTimeout {
			// There was no 100 Continue, and the time is not over, so there is a response.
			select {
			case <-g.responded:
			case <-g.gone:
			}
			return 0, errUnwanted
		}
		g.late.Store(true)
		g.wanted.Store(true)
	}
	return g.ReadCloser.Read(p)
}

// closingBody calls a function when the body of a response is closed.
type closingBody struct {
	io.ReadCloser
	closed func()
}

func (b *closingBody) Close() error {
	err := b.ReadCloser.Close()
	b.closed()
	return err
}
