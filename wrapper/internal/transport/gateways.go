package transport

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
)

// Gateways are the endpoints of one cluster. The one that responded last is tried first.
type Gateways struct {
	urls  []*url.URL
	first atomic.Int64
}

// NewGateways returns gateways for URLs that differ only in their hosts.
func NewGateways(urls ...*url.URL) *Gateways { return &Gateways{urls: urls} }

// Send is one attempt at a request.
type Send func(*http.Request) (*http.Response, error)

// Do sends a request to one endpoint after another until one responds, and returns the
// request in the form in which it was sent to the last one. It tries the next one if there was no
// connection, and, for a request that may be repeated, if the connection broke or the response is
// 502 or 503. A GET may be repeated, and so may a PUT whose body was not read yet. Any other
// request, such as a commit, may have been carried out already.
//
// An endpoint that is not trusted, or refuses the client, gets no request and is skipped, like
// one that cannot be reached. If no endpoint responds, the error and the request are those of a
// refusal if there was one, because other errors may be temporary.
func (g *Gateways) Do(r *http.Request, send Send) (*http.Response, *http.Request, error) {
	if len(g.urls) == 1 {
		rsp, err := send(r)
		return rsp, r, err
	}
	var body *handoffBody
	if r.Body != nil && r.Body != http.NoBody {
		body = newHandoffBody(r.Body)
		defer body.end()
	}
	var tried []attemptError
	for {
		at := g.first.Load()
		attempt, connected := g.aim(r, body, at)
		rsp, err := send(attempt)
		if err == nil && !isAway(rsp) {
			return rsp, attempt, nil
		}
		if err != nil && !isToBlame(r.Context(), body) {
			return conclude(rsp, attempt, err, tried)
		}
		// The next request starts at another endpoint, whether or not this one may be repeated. Of
		// several that fail at once, only one changes it.
		g.first.CompareAndSwap(at, (at+1)%int64(len(g.urls)))
		repeat := !connected.Load() || isSafe(r, body)
		if len(tried)+1 == len(g.urls) || !repeat || r.Context().Err() != nil || err != nil && isFinal(err, connected.Load()) {
			return conclude(rsp, attempt, err, tried)
		}
		if err == nil {
			// Not rsp.Status, which may be any text of the server.
			err = fmt.Errorf("%d %s", rsp.StatusCode, http.StatusText(rsp.StatusCode))
			_ = rsp.Body.Close()
		}
		tried = append(tried, attemptError{attempt, err})
	}
}

// aim copies a request for an endpoint, and reports whether it gets a connection.
func (g *Gateways) aim(r *http.Request, body *handoffBody, at int64) (*http.Request, *atomic.Bool) {
	connected := new(atomic.Bool)
	attempt := r.Clone(httptrace.WithClientTrace(r.Context(), &httptrace.ClientTrace{
		// A request that finds its connection closed is retried on a new one.
		GetConn: func(string) { connected.Store(false) },
		GotConn: func(httptrace.GotConnInfo) { connected.Store(true) },
	}))
	attempt.URL.Scheme, attempt.URL.Host, attempt.Host = g.urls[at].Scheme, g.urls[at].Host, ""
	if body != nil {
		attempt.Body, attempt.GetBody = body.lease(), nil
	}
	return attempt, connected
}

// isToBlame reports whether the gateway, or the network, made a request fail. The caller may
// cancel a request, and its body may fail, without any fault of the gateway; but if the cause is a
// timeout of the caller, the gateway did not respond.
func isToBlame(ctx context.Context, body *handoffBody) bool {
	if body != nil && body.hasFailed() {
		return false
	}
	cause := context.Cause(ctx)
	return cause == nil || isTimeout(cause) && !errors.Is(cause, context.DeadlineExceeded)
}

func isTimeout(err error) bool {
	late, ok := errors.AsType[interface {
		error
		Timeout() bool
	}](err)
	return ok && late.Timeout()
}

// isAway reports whether the gateway, or a proxy before it, cannot do its work.
func isAway(rsp *http.Response) bool {
	return rsp.StatusCode == http.StatusBadGateway || rsp.StatusCode == http.StatusServiceUnavailable
}

// isSafe reports whether a request may be repeated after the server has seen it.
func isSafe(r *http.Request, body *handoffBody) bool {
	return r.Method == http.MethodGet || r.Method == http.MethodPut && body != nil && !body.begun()
}

// isFinal reports whether an error does not depend on the endpoint.
func isFinal(err error, connected bool) bool { return connected && isTimeout(err) }

// attemptError is why an attempt failed.
type attemptError struct {
	request *http.Request
	err     error
}

// conclude returns the response, if there is one, or the most specific error.
func conclude(rsp *http.Response, last *http.Request, err error, tried []attemptError) (*http.Response, *http.Request, error) {
	if err == nil || len(tried) == 0 {
		return rsp, last, err
	}
	most := attemptError{last, err}
	refused := slices.IndexFunc(tried, func(e attemptError) bool { return IsRefusal(e.err) })
	if refused >= 0 && !IsRefusal(err) && last.Context().Err() == nil {
		most, tried[refused] = tried[refused], most
	}
	return nil, most.request, &triedError{most.err, tried}
}

// triedError is the error of an endpoint, with those of the others.
type triedError struct {
	error
	others []attemptError
}

func (e *triedError) Error() string {
	var b strings.Builder
	b.WriteString(e.error.Error())
	for _, other := range e.others {
		fmt.Fprintf(&b, "; at %s: %v", other.request.URL.Host, other.err)
	}
	return b.String()
}

func (e *triedError) Unwrap() error { return e.error }
