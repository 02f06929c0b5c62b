package upload

import (
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
	if r.Attempts == 0 {
		r.Attempts = defaults.Attempts
	}
	if r.Elapsed == 0 {
		r.Elapsed = defaults.Elapsed
	}
	if r.First == 0 {
		r.First = defaults.First
	}
	if r.Longest == 0 {
		r.Longest = defaults.Longest
	}
	return r
}

// attempts counts the failures of one step against its budget.
type attempts struct {
	Retry
	began    time.Time
	failures int
}

func (r Retry) begin() *attempts { return &attempts{Retry: r, began: time.Now()} }

// pause waits before the next attempt. It returns false when there is none: the budget is
// used up or the context ended.
func (a *attempts) pause(ctx context.Context) bool {
	a.failures++
	wait := rand.N(a.bound())
	if ctx.Err() != nil || a.failures >= a.Attempts || wait > a.Elapsed-time.Since(a.began) {
		return false
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

// bound is what the pause after the last failure stays below.
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

// helps says whether trying again can help after err. What the caller got wrong, a source that
// cannot be read, a refusal and a certificate that is not trusted stay as they are.
func helps(err error) bool {
	fabric, ok := errors.AsType[*imagestore.FabricError](err)
	if !ok || isSourceError(err) {
		return false
	}
	switch {
	case fabric.StatusCode == 0:
		return !isHopeless(err)
	case fabric.Err != nil && fabric.StatusCode < 300:
		return true // a success whose answer broke off
	}
	switch fabric.StatusCode {
	case http.StatusRequestTimeout, http.StatusTooManyRequests:
		return true
	case http.StatusNotImplemented:
		return false
	}
	return fabric.StatusCode >= 500
}

// isFinal says whether err stands whatever else happens: the source changed or cannot be read,
// or the server refused.
func isFinal(err error) bool {
	fabric, ok := errors.AsType[*imagestore.FabricError](err)
	return isSourceError(err) || ok && fabric.StatusCode >= 400 && !helps(err)
}

// isHopeless says whether no connection will come about however often it is tried.
func isHopeless(err error) bool {
	if errors.Is(err, imagestore.ErrRefused) {
		return true
	}
	if _, noTLS := errors.AsType[tls.RecordHeaderError](err); noTLS {
		return true
	}
	name, ok := errors.AsType[*net.DNSError](err)
	return ok && name.IsNotFound
}
