package upload

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"time"

	"github.com/google/uuid"
	"golang.org/x/sync/errgroup"

	"github.com/sfstore/sfstore/wrapper/imagestore"
)

// maxRounds bounds how often one call begins again with what the session still expects: after
// a failover or an end of the session, and after chunks that the server took and lost.
const maxRounds = 20

// probeSession is an id that no session has; see [call.hasSessions].
var probeSession = uuid.NewSHA1(sessionNamespace, []byte("does this gateway have upload sessions?"))

// file is the upload of one file.
type file struct {
	*call
	source  *source
	plan    *plan
	chunked bool // it goes up under a session
}

// verified uploads a file and checks its size in the listing.
func (u *Uploader) verified(ctx context.Context, path string, s *source) (FileReport, error) {
	f := &file{call: u.begin(path), source: s}
	began := time.Now()
	f.event(Event{Kind: Planned, Files: 1, Size: s.size})
	err := f.upload(ctx)
	if err == nil && !f.chunked {
		err = f.checkStored(ctx, s.size)
	}
	return f.finish(ctx, began, err)
}

// upload sends the file. What goes up in one piece is not yet checked afterwards, so that a
// folder can be checked by one listing.
func (f *file) upload(ctx context.Context) error {
	var err error
	if f.plan, err = makePlan(ctx, f.source, f.chunkSize); err != nil {
		return err
	}
	f.event(Event{Kind: Begun, Path: f.path, Size: f.plan.size})
	if len(f.plan.chunks) > 1 {
		if f.chunked, err = f.hasSessions(ctx); err != nil {
			return err
		}
	}
	if !f.chunked {
		return f.uploadWhole(ctx)
	}
	f.plan.session = f.plan.sessionID(f.path)
	return f.uploadInChunks(ctx)
}

// uploadInChunks is the protocol of a session: ask what is expected, send that, ask again,
// commit only when nothing is, and check what the store lists. What is lost on the way is seen
// in the next round.
func (f *file) uploadInChunks(ctx context.Context) error {
	rounds := f.retry
	rounds.Attempts, rounds.Elapsed = maxRounds, math.MaxInt64
	budget := rounds.begin()
	var lost error // why a round was in vain, where that is known
	for round := 0; ; round++ {
		// Sending and then committing are two rounds; more mean that something was lost.
		if round > 1 && !budget.pause(ctx) {
			return gaveUp(round, lost)
		}
		session, found, err := f.askOwn(ctx)
		if err != nil {
			return err
		}
		if !found {
			session.Expected = []imagestore.Range{{First: 0, Last: f.plan.size - 1}}
		} else if round == 0 {
			f.resumed(session.Received())
		}
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
		return fmt.Errorf("gave up after %d rounds: the server keeps losing what it was sent", rounds)
	}
	return fmt.Errorf("gave up after %d rounds: %w", rounds, lost)
}

// errAgain is a session that is not what it was; the next round sees how.
var errAgain = errors.New("the upload session is not what it was")

// publish commits the session, once more checks the source before and the store after, and
// frees what the session holds.
func (f *file) publish(ctx context.Context) error {
	if err := f.source.checkUnchanged(); err != nil {
		return err
	}
	if err := f.commit(ctx); err != nil {
		return err
	}
	if err := f.checkStored(ctx, f.plan.size); err != nil {
		return err
	}
	f.deleteSession(ctx)
	return nil
}

// ask asks for a session, as often as it takes.
func (c *call) ask(ctx context.Context, id uuid.UUID) (session imagestore.UploadSession, found bool, err error) {
	for budget := c.retry.begin(); ; {
		session, found, err = c.client.UploadSessionByID(ctx, id)
		if err == nil || !c.again(ctx, budget, err) {
			return session, found, err
		}
	}
}

// askOwn asks for the session of the file, and makes sure that it is: another path or size
// under an id that was derived from both is nothing that an uploader leaves behind.
func (f *file) askOwn(ctx context.Context) (imagestore.UploadSession, bool, error) {
	session, found, err := f.ask(ctx, f.plan.session)
	if err == nil && found && (session.Path != f.path || session.Size != f.plan.size) {
		err = fmt.Errorf("upload session %s belongs to %q with %d bytes, not to %q with %d",
			session.ID, session.Path, session.Size, f.path, f.plan.size)
	}
	return session, found, err
}

// sendMissing sends the chunks of the expected ranges by several workers. The first that
// cannot be sent ends them all.
func (f *file) sendMissing(ctx context.Context, expected []imagestore.Range) error {
	chunks, err := f.plan.missing(expected)
	if err != nil {
		return f.startOver(ctx, err)
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(f.workers)
	for _, i := range chunks {
		if ctx.Err() != nil {
			break
		}
		group.Go(func() error { return f.sendChunk(ctx, i) })
	}
	return group.Wait()
}

// sendChunk sends a chunk until it has arrived. Whenever that is in doubt it asks before it
// sends again: the server refuses what it has, and stores refused bytes on its disk for nothing.
func (f *file) sendChunk(ctx context.Context, i int) error {
	for budget := f.retry.begin(); ; {
		err := f.putChunk(ctx, i)
		if err == nil {
			return nil
		}
		if !f.inDoubt(err) || !f.inSpiteOf(ctx, budget, err) {
			return err
		}
		session, found, askErr := f.askOwn(ctx)
		if askErr != nil {
			return fmt.Errorf("%w, after %w", askErr, err)
		}
		if found && !expects(session, f.plan.chunk(i)) {
			f.arrived(f.plan.chunk(i).Len())
			return nil
		}
	}
}

// inDoubt says whether the chunk may or may not have arrived, or the session be gone.
func (f *file) inDoubt(err error) bool {
	return helps(err) || imagestore.HasCode(err, imagestore.CodeUploadSessionRangeNotSatisfiable, imagestore.CodeNotFound)
}

func expects(session imagestore.UploadSession, chunk imagestore.Range) bool {
	for _, r := range session.Expected {
		if r.First <= chunk.Last && chunk.First <= r.Last {
			return true
		}
	}
	return false
}

func (f *file) putChunk(ctx context.Context, i int) error {
	r := f.plan.chunk(i)
	taken, err := f.send(ctx, f.source, r, f.plan.chunks[i], func(ctx context.Context, body io.Reader) error {
		return f.client.UploadFileChunk(ctx, f.path, f.plan.session, r, f.plan.size, body)
	})
	f.sent(taken)
	if err == nil {
		f.arrived(r.Len())
	}
	return err
}

// startOver deletes a session that cannot be continued, so that the next round begins anew.
func (f *file) startOver(ctx context.Context, cause error) error {
	f.retried(cause)
	if err := f.client.DeleteUploadSession(ctx, f.plan.session); err != nil && !errors.Is(err, imagestore.ErrNotFound) && !helps(err) {
		return fmt.Errorf("%w, after %w", err, cause)
	}
	return fmt.Errorf("%w: %w", errAgain, cause)
}
