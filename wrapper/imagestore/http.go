package imagestore

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
	"time"
)

// answerGrace is how much longer than the server's own timeout an answer may take, for the
// way there and back and for the probe that the gateway adds to some operations.
const answerGrace = 30 * time.Second

// requestIDHeader is spelled as gateways on Windows compare it, which is not as Go's
// canonical form has it.
const requestIDHeader = "X-ServiceFabricRequestId"

// defaultHTTPClient speaks HTTP/1.1 alone: over HTTP/2 all workers would share one connection
// and one flow-control window, and header names would lose their case. It keeps a connection
// for each of many workers, and follows no redirect, since gateways send none.
func defaultHTTPClient() *http.Client {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.Protocols = new(http.Protocols)
	transport.Protocols.SetHTTP1(true)
	transport.MaxIdleConnsPerHost = 64
	transport.DisableCompression = true
	return &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

var errAnswerLate error = lateError{}

type lateError struct{}

func (lateError) Error() string { return "the request was sent, and its answer did not come in time" }

// Timeout makes it an [ErrTimeout], as it makes a time-out of package net.
func (lateError) Timeout() bool { return true }

// doer sends the generated client's requests: it adds what every request carries, limits how
// long an answer may take, and logs.
type doer struct{ *config }

func (d doer) Do(r *http.Request) (*http.Response, error) {
	id := d.requestID()
	r.Header[requestIDHeader] = []string{id}
	r.Header.Set("User-Agent", d.userAgent)

	ctx, cancel := context.WithCancelCause(r.Context())
	limit := &answerLimit{cancel: cancel, after: d.serverTimeout + answerGrace}
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		WroteRequest: func(httptrace.WroteRequestInfo) { limit.start() },
	})

	begin := time.Now()
	rsp, err := d.http.Do(r.WithContext(ctx))
	if err != nil {
		if errors.Is(context.Cause(ctx), errAnswerLate) {
			err = errAnswerLate
		}
		limit.stop()
		err = &sendError{request: r, err: err}
	} else {
		if rsp.Request == nil { // as a RoundTripper of the caller's may leave it
			rsp.Request = r
		}
		rsp.Body = &limitedBody{ReadCloser: rsp.Body, limit: limit}
	}
	d.log(r, id, rsp, err, time.Since(begin))
	return rsp, err
}

func (d doer) log(r *http.Request, id string, rsp *http.Response, err error, took time.Duration) {
	outcome := slog.Any("error", err)
	if err == nil {
		outcome = slog.Int("status", rsp.StatusCode)
	}
	d.logger.LogAttrs(r.Context(), slog.LevelDebug, "image store request",
		slog.String("method", r.Method), slog.String("url", r.URL.Redacted()), outcome,
		slog.Duration("took", took), slog.String("request", id))
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
