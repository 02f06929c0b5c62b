package interop

import (
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sfstore/sfstore/api"
	"github.com/sfstore/sfstore/emulator"
)

// store is a local image store behind a real HTTP server. The contract's middleware validates every
// exchange.
type store struct {
	url      string
	folder   string // contains the stored files, as a plain tree
	platform emulator.Platform
}

// newStore serves a store over HTTP until the test ends. The differences of its clients from the
// contract must be exactly the known ones.
func newStore(t *testing.T, platform emulator.Platform, known []deviation, options ...emulator.Option) *store {
	t.Helper()
	s, handler := validatedStore(t, platform, known, options...)
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	s.url = server.URL
	return s
}

// validatedStore makes a store for a server that the caller starts, and stops before the clean-up of the
// test.
func validatedStore(t *testing.T, platform emulator.Platform, known []deviation, options ...emulator.Option) (*store, http.Handler) {
	t.Helper()
	contract, err := api.Load()
	if err != nil {
		t.Fatal(err)
	}
	data := t.TempDir()
	local, err := emulator.New(append([]emulator.Option{emulator.WithFolder(data), emulator.WithPlatform(platform)}, options...)...)
	if err != nil {
		t.Fatal(err)
	}
	seen := &reports{}
	t.Cleanup(func() {
		if err := local.Close(); err != nil {
			t.Error(err)
		}
		seen.check(t, known)
	})
	return &store{folder: filepath.Join(data, "content"), platform: platform}, contract.Middleware(local, seen.add)
}

// onBothPlatforms runs a test with a gateway of each platform.
func onBothPlatforms(t *testing.T, test func(*testing.T, emulator.Platform)) {
	for _, platform := range []emulator.Platform{emulator.Windows, emulator.Linux} {
		t.Run(platform.String(), func(t *testing.T) {
			t.Parallel()
			test(t, platform)
		})
	}
}

// spelled writes a path with the platform's separator in listings.
func (s *store) spelled(path string) string {
	if s.platform == emulator.Windows {
		return strings.ReplaceAll(path, "/", `\`)
	}
	return path
}
