package upload_test

import (
	"errors"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sfstore/sfstore/upload"
)

// retryAfter responds to the third PUT of a file with a status and the time to wait, and fails the test
// if another PUT arrives before that time.
func retryAfter(t *testing.T, until *atomic.Pointer[time.Time], status int, header string) lie {
	var puts atomic.Int64
	return func(_ int, w http.ResponseWriter, r *http.Request) bool {
		if operationOf(r) != opPut {
			return false
		}
		if open := until.Load(); open != nil && time.Now().Before(*open) {
			t.Errorf("a request %s too early", time.Until(*open))
		}
		if puts.Add(1) != 3 {
			return false
		}
		pass(time.Second) // until the current requests have their responses
		open := time.Now().Add(time.Minute)
		until.Store(&open)
		w.Header().Set("Retry-After", header)
		fail(w, r, status, "E_ABORT")
		return true
	}
}

func TestRetryAfterADateIsHonoured(t *testing.T) {
	withFakeTime(t, func(t *testing.T, s *store) {
		var until atomic.Pointer[time.Time]
		s.before = retryAfter(t, &until, http.StatusServiceUnavailable, time.Now().Add(62*time.Second).UTC().Format(http.TimeFormat))
		_, err := s.uploader(upload.WithWorkers(1)).Folder(t.Context(), "App", filled('A'))
		must(t, err)
		s.holdsFilled('A')
	})
}

// If the wait is longer than the budget, the upload fails at once.
func TestRetryAfterBeyondTheBudget(t *testing.T) {
	withFakeTime(t, func(t *testing.T, s *store) {
		s.before = func(_ int, w http.ResponseWriter, r *http.Request) bool {
			w.Header().Set("Retry-After", "3600")
			fail(w, r, http.StatusServiceUnavailable, "E_ABORT")
			return true
		}
		began := time.Now()
		_, err := readerAt(t, s.uploader(), noise(10, 1))
		failed, ok := errors.AsType[*upload.Error](err)
		if !ok || !failed.Resumable() {
			t.Errorf("got %v", err)
		}
		if took := time.Since(began); took > time.Second {
			t.Errorf("it took %s", took)
		}
	})
}

// TestRetryAfterIsHonoured uses a gateway that asks all workers to wait.
func TestRetryAfterIsHonoured(t *testing.T) {
	withFakeTime(t, func(t *testing.T, s *store) {
		var until atomic.Pointer[time.Time]
		s.before = retryAfter(t, &until, http.StatusTooManyRequests, "60")
		began := time.Now()
		_, err := s.uploader(upload.WithWorkers(4)).Folder(t.Context(), "App", filled('A'))
		must(t, err)
		s.holdsFilled('A')
		if took := time.Since(began); took < time.Minute || took > 2*time.Minute {
			t.Errorf("it took %s", took)
		}
	})
}
