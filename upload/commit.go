package upload

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/sfstore/sfstore/wrapper/imagestore"
)

const (
	// The server joins the chunks and replicates the file while it commits, which takes longer
	// the larger the file is. commitRate is slow on purpose, in bytes a second.
	commitRate = 5 << 20
	// commitBase is what a commit gets however small the file is.
	commitBase = 5 * time.Minute
	// cleanUpTime is what removing a session may take after the upload is done or cancelled.
	cleanUpTime = 10 * time.Second
)

// commit makes the file out of a session that has everything. It returns errAgain when the
// session turns out not to be what it was. A commit that fails otherwise is in doubt: it may
// be repeated while the session lives, and only the session tells whether it does.
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
		if !helps(err) && !refused || !f.inSpiteOf(ctx, budget, err) {
			return err
		}
		session, found, askErr := f.askOwn(ctx)
		if askErr != nil {
			return fmt.Errorf("%w, after %w", askErr, err)
		}
		if !found || !session.Complete() {
			return fmt.Errorf("%w: %w", errAgain, err)
		}
		if refused {
			// It has everything and cannot be committed: a chunk was stored with other than
			// its length. No second try mends that, but a first one may have been bad luck.
			if refusals++; refusals > 2 {
				return f.startOver(ctx, err)
			}
		}
	}
}

// deleteSession frees the space that the server stages a committed file in. It is no matter
// for the upload when it cannot: the session ends by itself.
func (f *file) deleteSession(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, cleanUpTime)
	defer cancel()
	for budget := f.retry.begin(); ; {
		if err := f.client.DeleteUploadSession(ctx, f.plan.session); err == nil || !f.again(ctx, budget, err) {
			return
		}
	}
}

// ErrNotStored is a file that the server confirmed and then did not list with its size.
var ErrNotStored = errors.New("the store does not list the file as it was uploaded")

// checkStored compares the size in the listing with that of the source. A file can be missing
// from the listing for a moment after it was written.
func (c *call) checkStored(ctx context.Context, size int64) error {
	for budget := c.retry.begin(); ; {
		content, err := c.client.Content(ctx, c.path)
		switch {
		case err == nil && len(content.Files) == 1 && content.Files[0].Size == size:
			c.event(Event{Kind: Stored, Path: c.path, Size: size})
			return nil
		case err == nil && len(content.Files) == 1:
			err = fmt.Errorf("%w: it has %d bytes there, not %d; did somebody else upload to %q?", ErrNotStored, content.Files[0].Size, size, c.path)
		case err == nil, errors.Is(err, imagestore.ErrNotFound):
			err = fmt.Errorf("%w: it is not there", ErrNotStored)
		case !helps(err):
			return err
		}
		if !c.inSpiteOf(ctx, budget, err) {
			return err
		}
	}
}
