package api

import (
	"fmt"
	"io"
	"net/http"
	"sync/atomic"
)

// exchange is a request that passes through a middleware or a transport, and its response.
type exchange struct {
	contract   *Contract
	report     func(error)
	seen       *http.Request // as it came, whatever is done to it later
	op         *operation
	parameters map[string]string
	sent       atomic.Pointer[tap] // nil where the request's body is not watched
}

// begin routes a request. It returns nil, after a report, if the request is not an operation.
func (c *Contract) begin(r *http.Request, report func(error)) *exchange {
	op, parameters, err := c.route(r)
	if err != nil {
		report(err)
		return nil
	}
	seen := r.Clone(r.Context())
	seen.Body = nil
	if r.ContentLength == 0 && r.Body != nil && r.Body != http.NoBody {
		seen.ContentLength = -1 // how a client's request says that the length is unknown
	}
	return &exchange{contract: c, report: report, seen: seen, op: op, parameters: parameters}
}

// watch returns the request with its body watched, unless it has no body or a binary one, which
// passes as fast as without the middleware.
func (x *exchange) watch(r *http.Request) *http.Request {
	if r.Body == nil || r.Body == http.NoBody || !x.op.readsBody(r) {
		return r
	}
	watched := *r
	watched.Body = x.tapped(r.Body)
	if r.GetBody != nil { // the client may have to send it again
		watched.GetBody = func() (io.ReadCloser, error) {
			body, err := r.GetBody()
			if err != nil {
				return nil, err
			}
			return x.tapped(body), nil
		}
	}
	return &watched
}

// tapped starts to watch a body, in place of any that was watched before.
func (x *exchange) tapped(body io.ReadCloser) io.ReadCloser {
	t := &tap{ReadCloser: body}
	x.sent.Store(t)
	return t
}

// endRequest validates the request against the contract.
func (x *exchange) endRequest() {
	body := content{whole: x.seen.ContentLength == 0}
	if t := x.sent.Load(); t != nil {
		body = t.content(x.seen.ContentLength)
	}
	x.reportError(x.contract.request(x.op, x.parameters, x.seen, body))
}

func (x *exchange) endResponse(status int, header http.Header, body content) {
	x.reportError(x.contract.response(x.op, x.seen.Method, status, header, body))
}

func (x *exchange) reportError(err error) {
	if err != nil {
		x.report(fmt.Errorf("%s %s: %w", x.seen.Method, x.seen.URL.EscapedPath(), err))
	}
}
