package imagestore

import (
	"net/http"
	"strconv"
	"time"
)

const (
	// firstPause is the pause before the first retry of a request that only reads; each further one
	// is twice as long.
	firstPause = 250 * time.Millisecond
	// longestPause is how long a server may ask to wait before a retry.
	longestPause = 10 * time.Second
)

// WithReadRetries sets how often a request that only reads is retried after a 429, 502, 503 or 504, with
// growing pauses or as long as the server asks to wait, up to 10 seconds: from 0, which is the default,
// to 10. Requests that change something are never retried.
func WithReadRetries(n int) Option {
	return func(c *config) error {
		if n < 0 || n > 10 {
			return &ArgumentError{Argument: "number of retries", Value: strconv.Itoa(n), Reason: "must be from 0 to 10"}
		}
		c.readRetries = n
		return nil
	}
}

// read sends a request and retries it while the gateway reports a temporary failure.
func (d doer) read(r *http.Request) (rsp *http.Response, last *http.Request, err error) {
	for pause, retries := firstPause, d.readRetries; ; pause, retries = pause*2, retries-1 {
		rsp, last, err = d.gateways.Do(r, d.send)
		if err != nil || retries == 0 || r.Method != http.MethodGet || !isPassing(rsp.StatusCode) {
			return rsp, last, err
		}
		wait := max(pause, retryAfter(rsp, time.Now()))
		if wait > longestPause {
			return rsp, last, err
		}
		discard(rsp.Body)
		timer := time.NewTimer(wait)
		select {
		case <-timer.C:
		case <-r.Context().Done():
			timer.Stop()
			return nil, last, r.Context().Err()
		}
	}
}

func isPassing(status int) bool {
	switch status {
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return false
}
