package upload

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"math/rand/v2"
	"net"
	"net/http"
	"time"

	"github.com/sfstore/sfstore/wrapper/imagestore"
)

func (r Retry) or(defaults Retry) Retry {
	return Retry{
		Attempts: cmp.Or(r.Attempts, defaults.Attempts),
		Elapsed:  cmp.Or(r.Elapsed, defaults.Elapsed),
		First:    cmp.Or(r.First, defaults.First),
		Longest:  cmp.Or(r.Longest, defaults.Longest),
	}
}

// attempts counts the failures of one step against its budget.
type attempts struct {
	Retry
	began    time.Time
	failures int
	wrong    bool // a response could not be right
}

func (r Retry) begin() *attempts { return &attempts{Retry: r, began: time.Now()} }

// pause waits before the next attempt, at least as long as the gateway asks. It returns false if
// the budget is used up or the context ended.
func (a *attempts) pause(ctx context.Context, atLeast time.Duration) bool {
	a.failures++
	wait := atLeast + rand.N(a.bound())
	if ctx.Err() != nil || a.failures >= a.Attempts || wait > a.Elapsed-time.Since(a.began) {
		return false
	}
	return sleep(ctx, wait) == nil
}

// sleep waits for a time, and returns the error of the context if that ends before.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// bound is the upper bound of the pause after the last failure.
func (a *attempts) bound() time.Duration {
	bound := min(a.First, a.Longest)
	for range a.failures - 1 {
		if bound > a.Longest/2 {
			return a.Longest
		}
		bound *= 2
	}
	return bound
}

// isRetryable reports whether a retry can help after err. It cannot after an invalid argument, a
// source that cannot be read, a refusal, or a certificate that is not trusted.
func isRetryable(err error) bool {
	fabric, ok := errors.AsType[*imagestore.FabricError](err)
	if !ok || isSourceError(err) {
		return false
	}
	switch {
	case fabric.StatusCode == 0:
		return !isPermanent(err)
	case fabric.Err != nil && fabric.StatusCode < 300:
		return !errors.Is(err, imagestore.ErrUnpageable)
	}
	switch fabric.StatusCode {
	case http.StatusRequestTimeout, http.StatusTooManyRequests:
		return true
	case http.StatusNotImplemented:
		return false
	}
	return fabric.StatusCode >= 500
}

// isWrongResponse reports whether err is a success with a body that cannot be right, such as an
// HTML page. A truncated response is different: the next one may be complete.
func isWrongResponse(err error) bool {
	fabric, ok := errors.AsType[*imagestore.FabricError](err)
	return ok && fabric.Err != nil && fabric.StatusCode >= 200 && fabric.StatusCode < 300 && !errors.Is(err, imagestore.ErrTruncated)
}

// isFinal reports whether err is the cause even if the context has ended: the source changed or
// cannot be read, or the server refused. What is missing at the moment is looked for again: a session
// that is gone, or a file that is being replaced.
func isFinal(err error) bool {
	fabric, ok := errors.AsType[*imagestore.FabricError](err)
	missing := imagestore.HasCode(err, imagestore.CodeNotFound, imagestore.CodeFileNotFound, imagestore.CodeUploadSessionRangeNotSatisfiable)
	return isSourceError(err) || ok && fabric.StatusCode >= 400 && !isRetryable(err) && !missing
}

// isPermanent reports whether retrying to connect cannot help.
func isPermanent(err error) bool {
	if errors.Is(err, imagestore.ErrRefused) {
		return true
	}
	if _, noTLS := errors.AsType[tls.RecordHeaderError](err); noTLS {
		return true
	}
	name, ok := errors.AsType[*net.DNSError](err)
	return ok && name.IsNotFound
}
