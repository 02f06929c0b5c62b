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

// Gateways are the endpoints of one cluster. The one that answered last is asked first.
type Gateways struct {
	urls  []*url.URL
	first atomic.Int64
}

// NewGateways takes URLs that differ in their hosts alone.
func NewGateways(urls ...*url.URL) *Gateways { return &Gateways{urls: urls} }

// Send is one attempt at a request.
type Send func(*http.Request) (*http.Response, error)

// Do sends a request to one endpoint after the other until one answers, and returns the
// request as it went to the last one. It goes on to the next when no connection came about,
// and, when the request may be repeated, when the connection broke or the answer is 502 or
// 503. A GET may be repeated, and a PUT whose body nobody has begun to read. All else, such as
// a commit, may have been carried out already.
//
// An endpoint that is not trusted, or refuses the client, gets no request and is passed over
// like one that is not there. If there is no answer in the end, the error, and the request that
// comes with it, is that of a refusal if there was one, because all else may be a matter of time.
func (g *Gateways) Do(r *http.Request, send Send) (*http.Response, *http.Request, error) {
	if len(g.urls) == 1 {
		rsp, err := send(r)
		return rsp, r, err
	}
	var body *offer
	if r.Body != nil && r.Body != http.NoBody {
		body = newOffer(r.Body)
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
		// The next request begins elsewhere, whether or not this one may be repeated. Of
		// several that fail at once, one moves on.
		g.first.CompareAndSwap(at, (at+1)%int64(len(g.urls)))
		repeat := !connected.Load() || isSafe(r, body)
		if len(tried)+1 == len(g.urls) || !repeat || r.Context().Err() != nil || err != nil && isFinal(err, connected.Load()) {
			return conclude(rsp, attempt, err, tried)
		}
		if err == nil {
			// Not rsp.Status, in which a server may say anything.
			err = fmt.Errorf("%d %s", rsp.StatusCode, http.StatusText(rsp.StatusCode))
			_ = rsp.Body.Close()
		}
		tried = append(tried, attemptError{attempt, err})
	}
}

// aim copies a request for an endpoint, and says whether it gets a connection.
func (g *Gateways) aim(r *http.Request, body *offer, at int64) (*http.Request, *atomic.Bool) {
	connected := new(atomic.Bool)
	attempt := r.Clone(httptrace.WithClientTrace(r.Context(), &httptrace.ClientTrace{
		// A request that finds its connection closed goes out once more on a new one.
		GetConn: func(string) { connected.Store(false) },
		GotConn: func(httptrace.GotConnInfo) { connected.Store(true) },
	}))
	attempt.URL.Scheme, attempt.URL.Host, attempt.Host = g.urls[at].Scheme, g.urls[at].Host, ""
	if body != nil {
		attempt.Body, attempt.GetBody = body.turn(), nil
	}
	return attempt, connected
}

// isToBlame says whether a request failed by the gateway, or what is on the way there. The
// caller may end a request, and its body may fail, with the best of gateways; but a cause that
// is a time-out of the caller's own tells of one that does not move.
func isToBlame(ctx context.Context, body *offer) bool {
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

// isAway says that the gateway, or what stands before it, cannot do its work.
func isAway(rsp *http.Response) bool {
	return rsp.StatusCode == http.StatusBadGateway || rsp.StatusCode == http.StatusServiceUnavailable
}

// isSafe says whether a request may be repeated after the server has seen it.
func isSafe(r *http.Request, body *offer) bool {
	return r.Method == http.MethodGet || r.Method == http.MethodPut && body != nil && !body.begun()
}

// isFinal says whether an error stands whichever endpoint is asked.
func isFinal(err error, connected bool) bool { return connected && isTimeout(err) }

// attemptError is why an attempt failed.
type attemptError struct {
	request *http.Request
	err     error
}

// conclude returns the answer, if there is one, or the error that says most.
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

// triedError is the error of an endpoint, with what came of the others.
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
