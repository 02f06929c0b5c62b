package api

import (
	"bufio"
	"net"
	"net/http"
)

// Middleware returns a handler that passes every request to next unchanged and calls report
// with each difference from the contract: at most once for a request and once for its
// response, with the method and the path before the difference. It calls report after next
// has returned, and concurrently for requests that are served concurrently.
//
// Bodies are streamed. JSON bodies of up to 64 MiB are also kept for validation; the bytes of
// an upload are not. If next did not read the whole request body, or a write failed, only what
// passed through is validated. If next panics, the response is not validated.
func (c *Contract) Middleware(next http.Handler, report func(error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		x := c.begin(r, report)
		if x == nil {
			next.ServeHTTP(w, r)
			return
		}
		recorded := &recordingWriter{ResponseWriter: w}
		recorded.body.bytes = takeBuffer()
		panicking := true
		defer func() {
			x.endRequest()
			if !panicking && !recorded.hijacked {
				recorded.end(x)
			}
			giveBuffer(recorded.body.bytes)
			recorded.body.bytes = nil
		}()
		next.ServeHTTP(recorded, x.watch(r))
		panicking = false
	})
}

// recordingWriter forwards a response and keeps it.
type recordingWriter struct {
	http.ResponseWriter
	status   int
	header   http.Header // at the beginning of the response
	body     kept
	broken   bool
	hijacked bool
}

// Unwrap lets [http.ResponseController] reach the writer below, to flush or to set deadlines.
func (w *recordingWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (w *recordingWriter) WriteHeader(status int) {
	if status >= 200 || status == http.StatusSwitchingProtocols {
		w.begin(status)
	} // else it is interim, and the response follows
	w.ResponseWriter.WriteHeader(status)
}

func (w *recordingWriter) Write(p []byte) (int, error) {
	w.begin(http.StatusOK)
	n, err := w.ResponseWriter.Write(p)
	w.body.add(p[:n])
	w.broken = w.broken || err != nil
	return n, err
}

// Hijack records that the response cannot be watched any more.
func (w *recordingWriter) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, buffer, err := http.NewResponseController(w.ResponseWriter).Hijack()
	w.hijacked = w.hijacked || err == nil
	return conn, buffer, err
}

func (w *recordingWriter) begin(status int) {
	if w.status == 0 {
		w.status, w.header = status, w.Header().Clone()
	}
}

func (w *recordingWriter) end(x *exchange) {
	w.begin(http.StatusOK)
	if !w.broken {
		w.body.end()
	}
	x.endResponse(w.status, w.header, w.body.content(-1))
}
