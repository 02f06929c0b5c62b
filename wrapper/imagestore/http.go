package imagestore

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync/atomic"
	"time"
)

// responseGrace is how much longer than the server's own timeout a response may take, for the
// round trip and for the probe that the gateway adds to some operations.
const responseGrace = 30 * time.Second

// requestIDHeader is spelled as gateways on Windows compare it, which is not Go's canonical form.
const requestIDHeader = "X-ServiceFabricRequestId"

var errResponseLate error = lateError{}

type lateError struct{}

func (lateError) Error() string {
	return "the request was sent, and its response was not received in time"
}

// Timeout makes it an [ErrTimeout], and a timeout as in package net.
func (lateError) Timeout() bool { return true }

// doer sends the generated client's requests: it adds the headers of every request, tries one
// gateway after another, limits how long a response may take, and logs.
type doer struct{ *Client }

func (d doer) Do(r *http.Request) (*http.Response, error) {
	values := [2]string{d.requestID(), d.userAgent}
	r.Header[requestIDHeader], r.Header["User-Agent"] = values[:1:1], values[1:]
	if err := d.authorize(r); err != nil {
		closeBody(r)
		return nil, &sendError{request: r, err: err}
	}
	rsp, last, err := d.read(r)
	if err != nil {
		return nil, &sendError{request: last, err: publicError(redactToken(last, err))}
	}
	return rsp, nil
}

// send is one attempt at a request.
func (d doer) send(r *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithCancelCause(r.Context())
	limit := &responseLimit{cancel: cancel, after: d.serverTimeout + responseGrace}
	r = r.WithContext(limit.traced(ctx))

	begin := time.Now()
	rsp, err := d.roundTrip(r)
	err = redactToken(r, err)
	if err != nil {
		if errors.Is(context.Cause(ctx), errResponseLate) {
			err = errResponseLate
		}
		limit.stop()
	} else {
		if rsp.Request == nil { // a RoundTripper of the caller may not set it
			rsp.Request = r
		}
		limit.startLate()
		limit.ReadCloser, rsp.Body = rsp.Body, limit
	}
	d.log(r, rsp, err, time.Since(begin))
	return rsp, err
}

// roundTrip sends with the client's own transport, or with the caller's HTTP client.
func (d doer) roundTrip(r *http.Request) (*http.Response, error) {
	if d.http == nil {
		return d.transport.RoundTrip(r)
	}
	rsp, err := d.http.Do(r)
	return rsp, cause(err)
}

// cause removes what net/http adds before a cause: the method and the URL. The error of an
// operation has them already, and the URL may be that of a redirect with its query.
func cause(err error) error {
	sent, ok := errors.AsType[*url.Error](err)
	switch {
	case !ok:
		return err
	case strings.HasPrefix(sent.Err.Error(), "failed to parse Location header"):
		return errNoLocation // the text repeats the header
	}
	return sent.Err
}

var errNoLocation = errors.New("the Location of the redirect is not a valid URL")

func closeBody(r *http.Request) {
	if r.Body != nil {
		_ = r.Body.Close()
	}
}

func (d doer) log(r *http.Request, rsp *http.Response, err error, took time.Duration) {
	if !d.logger.Enabled(r.Context(), slog.LevelDebug) {
		return
	}
	outcome := slog.Any("error", err)
	if err == nil {
		outcome = slog.Int("status", rsp.StatusCode)
	}
	d.logger.LogAttrs(r.Context(), slog.LevelDebug, "image store request",
		slog.String("method", r.Method), slog.String("url", r.URL.Redacted()), outcome,
		slog.Duration("took", took), slog.String("request", r.Header[requestIDHeader][0])) //nolint:staticcheck // not canonical, as gateways compare it
}

// sendError is a request without a response. It keeps the request, because there is no response
// to take it from.
type sendError struct {
	request *http.Request
	err     error
}

func (e *sendError) Error() string { return e.err.Error() }
func (e *sendError) Unwrap() error { return e.err }

// Is makes [errors.Is] find the classes in errors of the generated client too.
func (e *sendError) Is(target error) bool { return (&FabricError{Err: e.err}).Is(target) }

// responseLimit cancels a request if its response is not complete in time. The clock starts
// when the whole request is sent, so that a large body may take as long as it needs. It is the
// body of the response, and stops when that is closed.
type responseLimit struct {
	io.ReadCloser // of the response, once there is one
	trace         httptrace.ClientTrace
	cancel        context.CancelCauseFunc
	after         time.Duration
	timer         atomic.Pointer[time.Timer]
	ended         atomic.Bool
}

// traced returns the context with a trace that starts the clock, beside what the caller traces.
// net/http would join two traces by reflection, for each request.
func (l *responseLimit) traced(ctx context.Context) context.Context {
	callers := httptrace.ContextClientTrace(ctx)
	if callers == nil || callers.WroteRequest == nil {
		l.trace.WroteRequest = func(httptrace.WroteRequestInfo) { l.start() }
		return httptrace.WithClientTrace(ctx, &l.trace)
	}
	l.trace = *callers
	l.trace.WroteRequest = func(info httptrace.WroteRequestInfo) {
		l.start()
		callers.WroteRequest(info)
	}
	return httptrace.WithClientTrace(untraced{ctx}, &l.trace)
}

// untraced hides the trace of a context.
type untraced struct{ context.Context }

func (u untraced) Value(key any) any {
	value := u.Context.Value(key)
	if _, ok := value.(*httptrace.ClientTrace); ok {
		return nil
	}
	return value
}

// start may be called again when the transport sends a request a second time, and after stop if
// the server responds before it has the whole body.
func (l *responseLimit) start() {
	timer := time.AfterFunc(l.after, l.expire)
	if old := l.timer.Swap(timer); old != nil {
		old.Stop()
	}
	if l.ended.Load() {
		timer.Stop()
	}
}

func (l *responseLimit) expire() { l.cancel(errResponseLate) }

// startLate starts the clock of a response that arrived before the whole request was sent.
func (l *responseLimit) startLate() {
	if l.timer.Load() == nil {
		l.start()
	}
}

func (l *responseLimit) stop() {
	l.ended.Store(true)
	if timer := l.timer.Load(); timer != nil {
		timer.Stop()
	}
	l.cancel(nil)
}

func (l *responseLimit) Close() error {
	err := l.ReadCloser.Close()
	l.stop()
	return err
}
