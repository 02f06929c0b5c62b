package api

import (
	"bufio"
	"net"
	"net/http"
)

// Fence returns a handler that passes everything on to next, unchanged, and reports what
// differs from the contract: once for a request, once for its response, each with method and
// path in front. Reports are made after next has returned, and at the same time for requests
// that are served at the same time.
//
// Bodies pass as they come. One that is JSON is kept besides, up to 64 MiB, to be looked at;
// the bytes of an upload are not. A body that next did not read, and a response that it broke
// off, are held to the contract as far as they got: not at all, if next panics.
func (c *Contract) Fence(next http.Handler, report func(error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		x := c.begin(r, report)
		if x == nil {
			next.ServeHTTP(w, r)
			return
		}
		answered := &answer{ResponseWriter: w}
		panicking := true
		defer func() {
			x.endRequest()
			if !panicking && !answered.hijacked {
				answered.end(x)
			}
		}()
		next.ServeHTTP(answered, x.watch(r))
		panicking = false
	})
}

// answer passes a response on and keeps it.
type answer struct {
	http.ResponseWriter
	status   int
	header   http.Header // as it was when the response began
	body     kept
	broken   bool
	hijacked bool
}

// Unwrap lets [http.ResponseController] reach the writer below, to flush or to set deadlines.
func (a *answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }

func (a *answer) WriteHeader(status int) {
	if status >= 200 || status == http.StatusSwitchingProtocols {
		a.begin(status)
	} // else it is interim, and the response is still to come
	a.ResponseWriter.WriteHeader(status)
}

func (a *answer) Write(p []byte) (int, error) {
	a.begin(http.StatusOK)
	n, err := a.ResponseWriter.Write(p)
	a.body.add(p[:n])
	a.broken = a.broken || err != nil
	return n, err
}

// Hijack notes that the response is out of sight from here on.
func (a *answer) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, buffer, err := http.NewResponseController(a.ResponseWriter).Hijack()
	a.hijacked = a.hijacked || err == nil
	return conn, buffer, err
}

func (a *answer) begin(status int) {
	if a.status == 0 {
		a.status, a.header = status, a.Header().Clone()
	}
}

func (a *answer) end(x *exchange) {
	a.begin(http.StatusOK)
	if !a.broken {
		a.body.end()
	}
	x.endResponse(a.status, a.header, a.body.content(-1))
}
