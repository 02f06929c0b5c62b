package conformance

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"os"
	"strconv"
	"sync/atomic"
	"testing"

	"github.com/sfstore/sfstore/emulator"
)

// TestInterruptedItLeavesNothing ends the context at a random request, before or after it is handled:
// once on each platform, or SFSTORE_INTERRUPTS times.
func TestInterruptedItLeavesNothing(t *testing.T) {
	t.Parallel()
	rounds := 1
	if text := os.Getenv("SFSTORE_INTERRUPTS"); text != "" {
		var err error
		if rounds, err = strconv.Atoi(text); err != nil {
			t.Fatalf("SFSTORE_INTERRUPTS: %v", err)
		}
	}
	for _, p := range []emulator.Platform{emulator.Windows, emulator.Linux} {
		t.Run(p.String(), func(t *testing.T) {
			t.Parallel()
			store := newStore(t, emulator.WithPlatform(p))
			for range rounds {
				ctx, interrupt := context.WithCancel(t.Context())
				at, before := 2+rand.Int64N(1200), rand.IntN(2) == 0
				var requests atomic.Int64
				suite, _ := suiteOf(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					now := requests.Add(1) == at
					if now && before {
						interrupt()
					}
					store.ServeHTTP(w, r)
					if now {
						interrupt()
					}
				}))
				report, err := suite.Run(ctx)
				interrupted := ctx.Err() != nil
				interrupt()
				// An interrupt during the removal at the end changes nothing.
				if interrupted && !report.Complete && !errors.Is(err, context.Canceled) {
					t.Errorf("interrupted at request %d: %v, complete %t", at, err, report.Complete)
				}
				if s := store.Stats(); s.Files != 0 || s.Sessions != 0 {
					t.Errorf("interrupted at request %d: %d files and %d sessions are left", at, s.Files, s.Sessions)
				}
			}
		})
	}
}
