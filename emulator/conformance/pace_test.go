package conformance

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// slow is a gateway that takes this time for a response, or until the request ends.
type slow time.Duration

func (s slow) Do(r *http.Request) (*http.Response, error) {
	select {
	case <-time.After(time.Duration(s)):
		return &http.Response{StatusCode: http.StatusNotFound, Status: "404 Not Found", Body: io.NopCloser(strings.NewReader(""))}, nil
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
}

func slowRun(t *testing.T, s slow) *run {
	t.Helper()
	suite, err := New("http://localhost:19080", s)
	if err != nil {
		t.Fatal(err)
	}
	return &run{Suite: suite, open: map[string]bool{}}
}

func TestThePauseIsAsLongAsTheResponseTook(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ response, expected time.Duration }{
		{time.Millisecond, 2 * time.Millisecond},
		{300 * time.Millisecond, 600 * time.Millisecond},
		{5 * time.Second, 6 * time.Second},
	} {
		synctest.Test(t, func(t *testing.T) {
			r, began := slowRun(t, slow(row.response)), time.Now()
			if _, err := r.send(t.Context(), list("a")); err != nil {
				t.Fatal(err)
			}
			if took := time.Since(began); took != row.expected {
				t.Errorf("after a response of %s the next request may go out after %s, expected %s", row.response, took, row.expected)
			}
		})
	}
}

func TestAnInterruptLetsTheRequestFinish(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		response, expected time.Duration
		finishes           bool
	}{
		{9 * time.Second, 9 * time.Second, true},
		{time.Hour, time.Second + interruptGrace, false},
	} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			r, began := slowRun(t, slow(row.response)), time.Now()
			_, err := r.send(ctx, list("a"))
			if took := time.Since(began); took != row.expected || (err == nil) != row.finishes {
				t.Errorf("a request of %s ended after %s: %v", row.response, took, err)
			}
			if _, err := r.send(ctx, list("a")); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("a request goes out after the interrupt: %v", err)
			}
		})
	}
}

func TestAGatewayThatNeverResponds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r, began := slowRun(t, slow(time.Hour)), time.Now()
		if _, err := r.send(t.Context(), list("a")); !errors.Is(err, context.DeadlineExceeded) || time.Since(began) < requestLimit {
			t.Errorf("ended after %s: %v", time.Since(began), err)
		}
	})
}
