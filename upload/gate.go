package upload

import (
	"context"
	"sync"
	"time"
)

// gate delays the requests of an uploader while the gateway asks to wait.
type gate struct {
	mu    sync.Mutex
	until time.Time
}

// closeFor closes the gate for a time, unless it is closed for longer.
func (g *gate) closeFor(d time.Duration) {
	if d <= 0 {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if until := time.Now().Add(d); until.After(g.until) {
		g.until = until
	}
}

// left is how long the gate stays closed, and 0 when it is open.
func (g *gate) left() time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()
	return max(0, time.Until(g.until))
}

// pass waits until the gate is open.
func (g *gate) pass(ctx context.Context) error {
	for {
		left := g.left()
		if left == 0 {
			return nil
		}
		if err := sleep(ctx, left); err != nil {
			return err
		}
	}
}
