package upload

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/sfstore/sfstore/wrapper/imagestore"
)

// keep renews the claim until the upload ends.
func (c *claim) keep(ctx context.Context) {
	defer close(c.stopped)
	ticker := time.NewTicker(claimRenewal)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			_ = c.renew(ctx) // a failure is retried at the next tick, or before a write
		}
	}
}

// state returns how long ago the claim was renewed, and why it is lost.
func (c *claim) state() (age time.Duration, lost error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return wallTime().Sub(c.renewed), c.lost
}

// ensure renews a claim that was not renewed for too long, as after a sleep of the computer, before
// its holder writes.
func (c *claim) ensure(ctx context.Context) error {
	if c == nil {
		return nil
	}
	if age, lost := c.state(); lost != nil || age < claimFresh {
		return lost
	}
	return c.renew(ctx)
}

// renew renews the claim, unless it was lost to somebody else.
func (c *claim) renew(ctx context.Context) error {
	return c.alone(ctx, func() error {
		own, err := c.examine(ctx)
		if err != nil {
			return err
		}
		return c.sign(ctx, own)
	})
}

// check returns an error if somebody else wrote to the folder, or may have.
func (c *claim) check(ctx context.Context) error {
	if c == nil {
		return nil
	}
	return c.alone(ctx, func() error {
		_, err := c.examine(ctx)
		return err
	})
}

// alone calls do while nothing else looks at the claim or renews it.
func (c *claim) alone(ctx context.Context, do func() error) error {
	select {
	case c.renewing <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-c.renewing }()
	return do()
}

// examine looks for claims of others, and ends the upload if ours is not valid any more.
func (c *claim) examine(ctx context.Context) (own imagestore.UploadSession, err error) {
	age, lost := c.state()
	if lost != nil {
		return own, lost
	}
	others, own, err := c.look(ctx)
	if err != nil {
		return own, err
	}
	gone := own.ID == uuid.Nil
	for _, other := range others {
		switch idle := own.Modified.Sub(other.Modified); {
		case other.Modified.Before(c.since) && (gone || isFarewell(other)): // from before ours
		case isFarewell(other): // its files may be among ours
			return own, c.lose(true)
		case gone, precedes(other, own) && idle < claimLife:
			return own, c.lose(true)
		}
	}
	if gone && age >= claimLife {
		return own, c.lose(false) // somebody may have come and gone: nothing was written since
	}
	return own, nil
}

// lose ends the upload. The other one must learn of it if it is still running.
func (c *claim) lose(farewell bool) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.lost, c.tell = &ConflictError{Path: c.path, Written: true, late: !farewell}, farewell
	c.cancel(c.lost)
	return c.lost
}

// release ends the renewal and removes the claim. It must be called once.
func (c *claim) release(ctx context.Context) {
	if c == nil {
		return
	}
	c.stop()
	<-c.stopped // a late byte would create the session again
	if c.tell {
		c.farewell(ctx)
		return
	}
	c.give(ctx)
}

// give deletes the claim, even after a cancellation.
func (c *claim) give(ctx context.Context) {
	if ctx.Err() == nil && c.removeSession(ctx, c.id) == nil {
		return
	}
	ctx, cancel := cleanUp(ctx)
	defer cancel()
	_ = c.removeSession(ctx, c.id) // it expires by itself
}

// farewell reports to the current holder of the claim that files were written until this moment. It has
// a new id: with ours, the same upload, run again, would have no claim.
func (c *claim) farewell(ctx context.Context) {
	ctx, cancel := cleanUp(ctx)
	defer cancel()
	_ = c.putAs(ctx, uuid.New(), claimSize-1)
}
