package upload

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/sfstore/sfstore/wrapper/imagestore"
)

const (
	// The server joins the chunks and replicates the file while it commits, which takes longer
	// the larger the file is. commitRate is slow on purpose, in bytes a second.
	commitRate = 5 << 20
	// commitBase is the timeout of a commit of the smallest file.
	commitBase = 5 * time.Minute
	// cleanUpTime is how long removing a session may take after the upload.
	cleanUpTime = 10 * time.Second
	// cancelledTime is the same after a cancellation, when the user waits.
	cancelledTime = 2 * time.Second
	// maxRefusals bounds how often a commit of a complete session may be refused: then a chunk was
	// stored with another length, unless the first refusals were temporary.
	maxRefusals = 2
)

// commit makes the file of a complete session. It returns errAgain if the session is no longer
// complete. The outcome of any other failed commit is unknown: it may be retried while the session
// exists, so the session is queried first.
func (f *file) commit(ctx context.Context) error {
	wait := commitBase + time.Duration(f.plan.size/commitRate)*time.Second
	patient, err := f.client.With(imagestore.WithServerTimeout(wait))
	if err != nil {
		return err
	}
	refusals := 0
	for budget := f.retry.begin(); ; {
		err := patient.CommitUploadSession(ctx, f.plan.session)
		if err == nil {
			return nil
		}
		refused := imagestore.HasCode(err, imagestore.CodeInvalidArgument, imagestore.CodeNotFound)
		if !isRetryable(err) && !refused {
			if !errors.Is(err, imagestore.ErrRefused) && ctx.Err() == nil {
				f.deleteSession(ctx) // it can never be committed
			}
			return err
		}
		if !f.waitToRetry(ctx, budget, err) {
			return cmp.Or(ctx.Err(), err) // a refusal that was not looked into is not the end of the file
		}
		session, found, queryErr := f.queryOwnSession(ctx)
		if queryErr != nil {
			return afterwards(queryErr, err)
		}
		if !found || !session.Complete() {
			return fmt.Errorf("%w: %w", errAgain, err)
		}
		if refused {
			if refusals++; refusals > maxRefusals {
				return f.startOver(ctx, err)
			}
		}
	}
}

// cleanUp returns a context for removals that must happen even after a cancellation.
func cleanUp(ctx context.Context) (context.Context, context.CancelFunc) {
	wait := cleanUpTime
	if ctx.Err() != nil {
		wait = cancelledTime
	}
	return context.WithTimeout(context.WithoutCancel(ctx), wait)
}

// deleteSession frees the space that the server holds for a session. Failure is harmless: the
// session expires by itself.
func (f *file) deleteSession(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, cleanUpTime)
	defer cancel()
	_ = f.removeSession(ctx, f.plan.session)
}

// removeSession deletes an upload session, which may be gone already, and retries within the budget.
func (c *run) removeSession(ctx context.Context, id uuid.UUID) error {
	return c.retrying(ctx, func() error {
		err := c.client.DeleteUploadSession(ctx, id)
		if errors.Is(err, imagestore.ErrNotFound) {
			return nil
		}
		return err
	})
}
