package upload

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/sfstore/sfstore/wrapper/imagestore"
)

const (
	// maxRounds bounds how often one call sends the ranges that the session still expects: after a
	// failover or the end of the session, and after chunks that the server accepted and lost.
	maxRounds = 20
	// maxStarts bounds how often one call replaces a session by a new one, which sends the whole
	// file again.
	maxStarts = 1
)

// errAgain reports a session whose state changed; the next round queries it.
var errAgain = errors.New("the state of the upload session changed")

// uploadInChunks is the protocol of a session: query what is expected, send that, query again,
// commit only if nothing is expected, and check the store's listing. Chunks that were lost show
// up as expected ranges in the next round.
func (f *file) uploadInChunks(ctx context.Context, session imagestore.UploadSession, found bool) error {
	rounds := f.retry
	rounds.Attempts, rounds.Elapsed = maxRounds, math.MaxInt64
	budget := rounds.begin()
	if found {
		f.resumed(session.Received())
	}
	var lost error // why a round failed, if that is known
	for round := 0; ; round++ {
		if round > 0 {
			// Sending and then committing are two rounds; more mean that something was lost.
			if round > 1 && !budget.pause(ctx, 0) {
				return cmp.Or(ctx.Err(), gaveUp(round, lost))
			}
			var err error
			if session, found, err = f.queryOwnSession(ctx); err != nil {
				return err
			}
		}
		if !found {
			session.Expected = []imagestore.Range{{First: 0, Last: f.plan.size - 1}}
		}
		var err error
		if session.Complete() {
			err = f.publish(ctx)
		} else {
			err = f.sendMissing(ctx, session.Expected)
		}
		switch {
		case err == nil && session.Complete():
			return nil
		case err != nil && !errors.Is(err, errAgain):
			return err
		}
		if err != nil {
			lost = err
		}
	}
}

func gaveUp(rounds int, lost error) error {
	if lost == nil {
		return fmt.Errorf("gave up after %d rounds: the server keeps losing chunks", rounds)
	}
	return fmt.Errorf("gave up after %d rounds: %w", rounds, lost)
}

// afterwards joins an error with an earlier one that led to it.
func afterwards(err, earlier error) error { return fmt.Errorf("%w, after %w", err, earlier) }

// publish commits the session, checks the source before and the store after, and deletes the
// session.
func (f *file) publish(ctx context.Context) error {
	if err := f.source.checkUnchanged(ctx, f.plan); err != nil {
		return err
	}
	f.event(Event{Kind: Committing, Path: f.path, Size: f.plan.size})
	if err := f.commit(ctx); err != nil {
		return err
	}
	err := f.checkStored(ctx)
	if errors.Is(err, errSameVersion) {
		return f.startOver(ctx, err) // the file has the id already, from a failed commit
	}
	if err == nil {
		f.deleteSession(ctx)
	}
	return err
}

// startOver abandons a session that cannot be resumed, and lets the next round begin under another
// id. It returns the cause if that was done before: sending everything again did not help.
func (f *file) startOver(ctx context.Context, cause error) error {
	f.deleteSession(ctx)
	if f.starts == maxStarts {
		return cause
	}
	f.retried(cause)
	f.starts++
	f.plan.session = f.newSession()
	return fmt.Errorf("%w: %w", errAgain, cause)
}
