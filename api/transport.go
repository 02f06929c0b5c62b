package api

import (
	"io"
	"net/http"
	"sync"
)

// Transport returns a round tripper that does on the client's side what [Contract.Middleware] does
// on the server's. It reports when the body of the response has been read or closed, or
// at once if there is no response.
func (c *Contract) Transport(next http.RoundTripper, report func(error)) http.RoundTripper {
	return transport{c, next, report}
}

type transport struct {
	contract *Contract
	next     http.RoundTripper
	report   func(error)
}

func (t transport) RoundTrip(r *http.Request) (*http.Response, error) {
	x := t.contract.begin(r, t.report)
	if x == nil {
		return t.next.RoundTrip(r)
	}
	rsp, err := t.next.RoundTrip(x.watch(r))
	if err != nil {
		x.endRequest()
		return rsp, err
	}
	status, header, length := rsp.StatusCode, rsp.Header.Clone(), rsp.ContentLength
	body := &tap{ReadCloser: rsp.Body}
	rsp.Body = &watchedBody{tap: body, end: sync.OnceFunc(func() {
		x.endRequest()
		x.endResponse(status, header, body.content(length))
	})}
	return rsp, nil
}

// watchedBody calls end when its body ends or is closed.
type watchedBody struct {
	*tap
	end func()
}

func (w *watchedBody) Read(p []byte) (int, error) {
	n, err := w.tap.Read(p)
	if err == io.EOF {
		w.end()
	}
	return n, err
}

func (w *watchedBody) Close() error {
	defer w.end()
	return w.tap.Close()
}
