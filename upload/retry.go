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
	bound := a.First
	for range a.failures - 1 {
		bound = min(2*bound, a.Longest)
	}
	wait := rand.N(bound + 1)
	if a.failures >= a.Attempts || time.Since(a.began)+wait > a.Elapsed {
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
	case fabric.Err != nil && fabric.StatusCode < 500:
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

// isHopeless says whether no connection will come about however often it is tried.
func isHopeless(err error) bool {
	if _, untrusted := errors.AsType[*tls.CertificateVerificationError](err); untrusted {
		return true
	}
	if alert := tls.AlertError(0); errors.As(err, &alert) {
		return true
	}
	name, ok := errors.AsType[*net.DNSError](err)
	return ok && name.IsNotFound
}
