package upload_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sfstore/sfstore/emulator"
	"github.com/sfstore/sfstore/upload"
	"github.com/sfstore/sfstore/wrapper/imagestore"
)

// TestATokenMayTakeLongerThanAStall lets a person sign in while the first body waits: nothing stalls,
// because there is no connection yet.
func TestATokenMayTakeLongerThanAStall(t *testing.T) {
	folder := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		store, err := emulator.New(emulator.WithFolder(folder))
		must(t, err)
		defer store.Close()
		signIn := func(ctx context.Context) (string, error) {
			select {
			case <-time.After(time.Hour):
				return "token", nil
			case <-ctx.Done():
				return "", ctx.Err()
			}
		}
		client, err := imagestore.New("https://store.example", imagestore.WithToken(signIn),
			imagestore.WithHTTPClient(&http.Client{Transport: direct{store}}))
		must(t, err)
		u, err := upload.New(client, upload.WithStallTimeout(time.Second), upload.WithRetry(upload.Retry{Attempts: 1}))
		must(t, err)
		report, err := u.ReaderAt(t.Context(), at, newReader(noise(100, 1)), 100)
		if err != nil || report.Retries != 0 {
			t.Errorf("%d retries, %v", report.Retries, err)
		}
	})
}

// direct passes requests to a handler without a connection.
type direct struct{ http.Handler }

func (d direct) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	d.ServeHTTP(w, r)
	rsp := w.Result()
	rsp.Request = r
	return rsp, nil
}
