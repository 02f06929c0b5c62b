package conformance

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"time"
)

// cleanUpLimit is how long the removal at the end of a run may take.
const cleanUpLimit = 2 * time.Minute

// cleanUp removes the remaining sessions and the suite's folder, and checks that they are gone. It
// retries both, because a gateway that has just failed may work a moment later.
func (r *run) cleanUp(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, cleanUpLimit)
	defer cancel()
	gone := false
	for attempt := range 6 {
		if attempt > 0 && !r.hurry {
			pause(ctx, 100*time.Millisecond<<attempt)
		}
		r.removeSessions(ctx)
		_, _ = r.send(ctx, remove(r.folder))
		got, err := r.send(ctx, list(r.folder))
		gone = err == nil && got.status == http.StatusNotFound
		if gone && len(r.open) == 0 {
			return nil
		}
	}
	left := &LeftoverError{Folder: r.folder, Sessions: slices.Sorted(maps.Keys(r.open))}
	if gone {
		left.Folder = ""
	}
	return left
}

// removeSessions deletes every session that may exist, and forgets those that are gone.
func (r *run) removeSessions(ctx context.Context) {
	for id := range r.open {
		got, err := r.send(ctx, deletionOf(id))
		// 400 is the response to an invalid id, and that of a gateway without sessions.
		if err == nil && (got.status == http.StatusOK || got.status == http.StatusNotFound || got.status == http.StatusBadRequest) {
			delete(r.open, id)
		}
	}
}
