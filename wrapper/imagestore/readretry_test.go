package imagestore_test

import (
	"errors"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sfstore/sfstore/wrapper/imagestore"
)

// refusing responds to the first requests with a status, and to the next like an empty store.
type refusing struct {
	status     int
	retryAfter string
	times      int64
	seen       atomic.Int64
}

func (r *refusing) RoundTrip(q *http.Request) (*http.Response, error) {
	rsp := &http.Response{StatusCode: http.StatusNoContent, Header: http.Header{}, Body: http.NoBody, Request: q}
	if q.Body != nil {
		_ = q.Body.Close()
	}
	if r.seen.Add(1) <= r.times {
		rsp.StatusCode = r.status
		rsp.Header.Set("Retry-After", r.retryAfter)
	}
	return rsp, nil
}

func TestReadsAreRetried(t *testing.T) {
	for name, row := range map[string]struct {
		gateway  *refusing
		requests int64
		took     time.Duration
		fails    bool
	}{
		"503 twice":                     {&refusing{status: 503, times: 2}, 3, 750 * time.Millisecond, false},
		"504 once":                      {&refusing{status: 504, times: 1}, 2, 250 * time.Millisecond, false},
		"503 permanently":               {&refusing{status: 503, times: 99}, 4, 1750 * time.Millisecond, true},
		"503 with a time to wait":       {&refusing{status: 503, times: 1, retryAfter: "7"}, 2, 7 * time.Second, false},
		"429 with a time to wait":       {&refusing{status: 429, times: 1, retryAfter: "2"}, 2, 2 * time.Second, false},
		"503 with a long time to wait":  {&refusing{status: 503, times: 1, retryAfter: "70"}, 1, 0, true},
		"500, which may not be passing": {&refusing{status: 500, times: 1}, 1, 0, true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, err := imagestore.New("http://store.example", imagestore.WithReadRetries(3),
					imagestore.WithHTTPClient(&http.Client{Transport: row.gateway}))
				if err != nil {
					t.Fatal(err)
				}
				began := time.Now()
				_, err = c.List(t.Context(), "App")
				if (err != nil) != row.fails || row.gateway.seen.Load() != row.requests || time.Since(began) != row.took {
					t.Errorf("%v, after %d requests and %s", err, row.gateway.seen.Load(), time.Since(began))
				}
			})
		})
	}
}

func TestWritesAreNotRetried(t *testing.T) {
	gateway := &refusing{status: 503, times: 99}
	c, err := imagestore.New("http://store.example", imagestore.WithReadRetries(3), imagestore.WithHTTPClient(&http.Client{Transport: gateway}))
	if err != nil {
		t.Fatal(err)
	}
	err = c.UploadFile(t.Context(), "App/a", strings.NewReader("x"), 1)
	if fabric, ok := errors.AsType[*imagestore.FabricError](err); !ok || fabric.StatusCode != 503 || gateway.seen.Load() != 1 {
		t.Errorf("%v after %d requests", err, gateway.seen.Load())
	}
	for _, n := range []int{-1, 11} {
		if _, err := imagestore.New("http://store.example", imagestore.WithReadRetries(n)); err == nil {
			t.Errorf("%d retries are taken", n)
		}
	}
}

func TestRetryAfterIsInTheError(t *testing.T) {
	date := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for header, want := range map[string]time.Duration{
		"": 0, "7": 7 * time.Second, "-1": 0, "soon": 0, "99999999999999": 0,
		date.Add(time.Minute).Format(http.TimeFormat):  time.Minute,
		date.Add(-time.Minute).Format(http.TimeFormat): 0,
	} {
		for _, status := range []int{429, 503, 504} {
			c := newClient(t, serve(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Date", date.Format(http.TimeFormat))
				w.Header().Set("Retry-After", header)
				w.WriteHeader(status)
			}))
			expected := want
			if status == 504 {
				expected = 0
			}
			_, err := c.List(t.Context(), "App")
			if fabric, ok := errors.AsType[*imagestore.FabricError](err); !ok || fabric.RetryAfter != expected {
				t.Errorf("status %d, Retry-After %q: %+v", status, header, err)
			}
		}
	}
}
