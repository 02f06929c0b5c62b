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

// answerGrace is how much longer than the server's own timeout an answer may take, for the
// way there and back and for the probe that the gateway adds to some operations.
const answerGrace = 30 * time.Second

// requestIDHeader is spelled as gateways on Windows compare it, which is not as Go's
// canonical form has it.
const requestIDHeader = "X-ServiceFabricRequestId"

var errAnswerLate error = lateError{}

type lateError struct{}

func (lateError) Error() string { return "the request was sent, and its answer did not come in time" }

// Timeout makes it an [ErrTimeout], as it makes a time-out of package net.
func (lateError) Timeout() bool { return true }

// doer sends the generated client's requests: it adds what every request carries, goes from
// one gateway to the next, limits how long an answer may take, and logs.
type doer struct{ *Client }

func (d doer) Do(r *http.Request) (*http.Response, error) {
	r.Header[requestIDHeader] = []string{d.requestID()}
	r.Header.Set("User-Agent", d.userAgent)
	if err := d.authorize(r); err != nil {
		closeBody(r)
		return nil, &sendError{request: r, err: err}
	}
	rsp, last, err := d.gateways.Do(r, d.send)
	if err != nil {
		return nil, &sendError{request: last, err: quiet(last, err)}
	}
	return rsp, nil
}

// send is one attempt at a request.
func (d doer) send(r *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithCancelCause(r.Context())
	limit := &answerLimit{cancel: cancel, after: d.serverTimeout + answerGrace}
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		WroteRequest: func(httptrace.WroteRequestInfo) { limit.start() },
	})

	begin := time.Now()
	rsp, err := d.roundTrip(r.WithContext(ctx))
	err = quiet(r, err)
	if err != nil {
		if errors.Is(context.Cause(ctx), errAnswerLate) {
			err = errAnswerLate
		}
		limit.stop()
	} else {
		if rsp.Request == nil { // as a RoundTripper of the caller's may leave it
			rsp.Request = r
		}
		limit.startLate()
		rsp.Body = &limitedBody{ReadCloser: rsp.Body, limit: limit}
	}
	d.log(r, rsp, err, time.Since(begin))
	return rsp, err
}

// roundTrip sends by the client's own transport, or by the HTTP client that was given.
func (d doer) roundTrip(r *http.Request) (*http.Response, error) {
	if d.http == nil {
		return d.transport.RoundTrip(r)
	}
	rsp, err := d.http.Do(r)
	return rsp, cause(err)
}

// cause leaves out what net/http puts in front of a cause: the method and the URL, which the
// error of an operation has already, and which may be that of a redirect with all its query.
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

var errNoLocation = errors.New("the answer points to what is no URL")

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

// sendError is a request without an answer. It keeps the request for the error made of it,
// because then there is no response to take it from.
type sendError struct {
	request *http.Request
	err     error
}

func (e *sendError) Error() string { return e.err.Error() }
func (e *sendError) Unwrap() error { return e.err }

// answerLimit cancels a request when its answer is not complete in time. The clock starts
// when the request is sent in whole, so that a large body may take as long as it needs.
type answerLimit struct {
	cancel context.CancelCauseFunc
	after  time.Duration
	timer  atomic.Pointer[time.Timer]
	ended  atomic.Bool
}

// start may come again when the transport sends a request a second time, and after stop when
// the server answers before it has the whole body.
func (l *answerLimit) start() {
	timer := time.AfterFunc(l.after, func() { l.cancel(errAnswerLate) })
	if old := l.timer.Swap(timer); old != nil {
		old.Stop()
	}
	if l.ended.Load() {
		timer.Stop()
	}
}

// startLate starts the clock of an answer that came before the request was sent in whole.
func (l *answerLimit) startLate() {
	if l.timer.Load() == nil {
		l.start()
	}
}

func (l *answerLimit) stop() {
	l.ended.Store(true)
	if timer := l.timer.Load(); timer != nil {
		timer.Stop()
	}
	l.cancel(nil)
}

type limitedBody struct {
	io.ReadCloser
	limit *answerLimit
}

func (b *limitedBody) Close() error {
	err := b.ReadCloser.Close()
	b.limit.stop()
	return err
}
