package emulator

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"
)

// Failover forgets all upload sessions and begins a new epoch of versions, as
// a failover of the image store's primary does. Committed files stay. If the
// new epoch cannot be written to the disk, the old epoch continues.
func (s *Store) Failover() {
	s.DeleteSessions()
	_ = s.tree.BeginEpoch()
}

// DeleteSessions ends all upload sessions. It returns how many there were.
func (s *Store) DeleteSessions() int {
	before := s.sessions.len()
	s.tree.Discard(s.sessions.forget()...)
	return before
}

// DeleteFiles removes every stored file; upload sessions stay. It waits for
// current writes, and returns the context's error if the context ends first.
func (s *Store) DeleteFiles(ctx context.Context) error {
	t := s.turns.queue("", true)
	defer s.turns.end(t)
	select {
	case <-t.began:
		return s.tree.Remove("")
	case <-ctx.Done():
		return ctx.Err()
	}
}

// storeClock is the store's time: that of [WithClock], plus all advances.
type storeClock struct {
	base     func() time.Time
	advanced atomic.Int64 // a time.Duration
}

func (c *storeClock) now() time.Time { return c.base().Add(time.Duration(c.advanced.Load())) }

// Now returns the store's time, by which sessions expire and files are dated.
func (s *Store) Now() time.Time { return s.now() }

// AdvanceClock advances the store's clock by d, and ends the upload sessions
// that have expired then. It returns an error if d is not positive, or if the
// clock would be a century ahead.
func (s *Store) AdvanceClock(d time.Duration) error {
	const century = 100 * 365 * 24 * time.Hour
	for {
		before := s.clock.advanced.Load()
		if d <= 0 || d > century-time.Duration(before) {
			return fmt.Errorf("the clock cannot be advanced by %v", d)
		}
		if s.clock.advanced.CompareAndSwap(before, before+int64(d)) {
			s.tree.Discard(s.sessions.sweep(s.now())...)
			return nil
		}
	}
}
