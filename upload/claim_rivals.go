package upload

import (
	"bytes"
	"context"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/sfstore/sfstore/wrapper/imagestore"
)

// settle decides between claims that were found after ours was made. It removes claims that were not
// renewed for too long. It reports whether a claim was taken over, after its holder noticed.
func (c *claim) settle(ctx context.Context, others []imagestore.UploadSession, own imagestore.UploadSession) (took bool, err error) {
	c.since = own.Modified
	for _, other := range others {
		idle := own.Modified.Sub(other.Modified)
		switch {
		case isFarewell(other):
			continue
		case idle >= claimLife:
		case c.takeOver:
			took = true
		case precedes(other, own) || !precedes(own, other) && !c.outlasts(ctx, other.ID):
			return false, &ConflictError{Path: c.path, Idle: idle}
		default:
			continue // it finds ours, and stops
		}
		if err := c.removeSession(ctx, other.ID); err != nil {
			return false, err
		}
	}
	if !took {
		return false, nil
	}
	if err := sleep(ctx, claimNotice); err != nil {
		return false, err
	}
	if err := c.sign(ctx, own); err != nil {
		return false, err
	}
	_, own, err = c.look(ctx)
	c.since = own.Modified
	return true, err
}

// findRival returns a [*ConflictError] if another upload has a claim on the folder. It makes none, so
// it does not know the time of the server, and takes that of this computer.
func (f *folder) findRival() error {
	if f.lacksSessions() || f.takeOver {
		return nil
	}
	others, _ := (&claim{id: f.claimID()}).sort(f.sessions)
	for _, other := range others {
		if idle := max(time.Since(other.Modified), 0); idle < claimLife && !isFarewell(other) {
			return &ConflictError{Path: f.path, Idle: idle}
		}
	}
	return nil
}

// precedes decides between two claims, in the same way for both: the one that was renewed more often,
// then the older one. Neither precedes the other if they were made in the same millisecond.
func precedes(a, b imagestore.UploadSession) bool {
	if a.Received() != b.Received() {
		return a.Received() > b.Received()
	}
	return a.Modified.Before(b.Modified)
}

// outlasts decides between claims of the same millisecond: the one with the smaller id continues
// after the other is removed. The other stays if its holder looked before ours was made.
func (c *claim) outlasts(ctx context.Context, other uuid.UUID) bool {
	if bytes.Compare(other[:], c.id[:]) < 0 {
		return false
	}
	for budget := c.retry.begin(); budget.pause(ctx, 0); {
		others, _, err := c.look(ctx)
		if err == nil && !slices.ContainsFunc(others, func(s imagestore.UploadSession) bool { return s.ID == other }) {
			return true
		}
	}
	return false
}

// isFarewell reports whether a claim is a farewell: its holder wrote until then and lost it. It has
// the last byte.
func isFarewell(s imagestore.UploadSession) bool {
	return !expects(s, imagestore.Range{First: claimSize - 1, Last: claimSize - 1})
}
