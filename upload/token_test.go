package upload_test

import (
	"context"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/sfstore/sfstore/emulator"
	"github.com/sfstore/sfstore/upload"
	"github.com/sfstore/sfstore/wrapper/imagestore"
)

// TestATokenMayTakeLongerThanAStall has a person sign in while the first body waits: nothing
// stalls, for there is no connection yet.
func TestATokenMayTakeLongerThanAStall(t *testing.T) {
	const stall = 50 * time.Millisecond
	store, err := emulator.New(emulator.WithFolder(t.TempDir()))
	must(t, err)
	server := httptest.NewTLSServer(store)
	t.Cleanup(func() {
		server.Close()
		_ = store.Close()
	})
	signIn := func(ctx context.Context) (string, error) {
		select {
		case <-time.After(4 * stall):
			return "token", nil
		case <-ctx.Done():
			return "", ctx.Err()
		}
	}
	client, err := imagestore.New(server.URL, imagestore.WithHTTPClient(server.Client()), imagestore.WithToken(signIn))
	must(t, err)
	u, err := upload.New(client, upload.WithStallTimeout(stall), upload.WithRetry(upload.Retry{Attempts: 1}))
	must(t, err)
	report, err := u.File(t.Context(), at, onDisk(t, noise(100, 1)))
	if err != nil || report.Retries != 0 {
		t.Errorf("%d retries, %v", report.Retries, err)
	}
}
