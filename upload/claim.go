package upload

import (
	"bytes"
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/sfstore/sfstore/wrapper/imagestore"
)

// A claim keeps two uploads from writing to one folder at the same time. It is an upload session of
// the folder's mark that is never complete: other uploaders find it by its path, listings do not
// show it, and it expires by itself. Another byte renews it.
const (
	// claimSize distinguishes claims from other sessions of the path: a current PUT is listed as one
	// too, with the size of its body.
	claimSize int64 = 1_000_000_000_039
	// claimRenewal is how often a claim is renewed.
	claimRenewal = 15 * time.Second
	// claimLife is how long a claim is valid without a renewal, by the server's clock.
	claimLife = time.Minute
	// claimFresh is how long after a renewal its holder still writes. It is shorter than claimLife,
	// because the holder has another clock.
	claimFresh = 45 * time.Second
	// claimNotice is how long an upload that takes over a claim waits, so that the holder notices.
	claimNotice = claimRenewal + 5*time.Second
)

// ConflictError reports that another upload to the same folder is running. Only one of the two can
// be complete; this one is not.
type ConflictError struct {
	Path    string        // the folder in the store
	Idle    time.Duration // how long ago the other one was active, by the server's clock
	Written bool          // this upload may have written files before it ended

	late bool // it did not write for so long that the other one may be complete
}

func (e *ConflictError) Error() string {
	text := fmt.Sprintf("there is another upload to %q", e.Path)
	if e.Idle > 0 {
		text += fmt.Sprintf(", last active %s ago", e.Idle.Round(time.Second))
	}
	if e.Written {
		return text + "; the folder may contain files of both"
	}
	return text + "; nothing was sent"
}

// claim is the claim of one upload. Its methods do nothing on a nil one.
type claim struct {
	*run
	mark    string // the path of the session
	id      uuid.UUID
	cancel  context.CancelCauseFunc // ends the upload when the claim is lost
	stop    context.CancelFunc      // ends the renewal
	stopped chan struct{}

	renewing chan struct{} // has a token while the claim is checked and renewed
	since    time.Time     // by the server's clock: from then on only this upload may write

	mu      sync.Mutex
	renewed time.Time // by the local clock, without its monotonic part: the computer may have slept
	lost    error
	tell    bool // the current holder of the claim must learn that we wrote
}

// takeClaim makes a claim on the folder, or returns a [*ConflictError] if another upload has one.
// The sessions are those of the mark's path.
func (f *folder) takeClaim(ctx context.Context, sessions []imagestore.UploadSession, cancel context.CancelCauseFunc) (*claim, error) {
	c := &claim{run: f.part(f.path), mark: markIn(f.path), id: f.claimID(), cancel: cancel, renewing: make(chan struct{}, 1)}
	if as := f.stored.spelling; as != "" && as != f.path { // sessions are found by their exact path
		c.mark = markIn(as)
		var err error
		if sessions, err = f.querySessions(ctx, c.mark); err != nil {
			return nil, err
		}
	}
	earlier, own := c.sort(sessions)
	if err := c.sign(ctx, own); err != nil {
		return nil, err
	}
	marked := make(chan error, 1)
	go func() { marked <- f.checkNewMark(ctx) }() // of an upload that ended before it could see our claim
	took, err := c.compete(ctx)
	switch newMark := <-marked; {
	case err != nil:
	case took || len(earlier) > 0:
		err = f.lookAgain(ctx)
	default:
		err = newMark
	}
	if err != nil {
		c.give(ctx)
		return nil, err
	}
	var renewing context.Context
	renewing, c.stop = context.WithCancel(ctx)
	c.stopped = make(chan struct{})
	go c.keep(renewing)
	return c, nil
}

// compete decides between our claim and those of others. If the gateway has lost our claim, it makes
// it again, because others did not see it. It reports whether a claim was taken over.
func (c *claim) compete(ctx context.Context) (took bool, err error) {
	for budget := c.retry.begin(); ; {
		others, own, err := c.look(ctx)
		if err != nil {
			return false, err
		}
		if own.ID == c.id {
			return c.settle(ctx, others, own)
		}
		if !budget.pause(ctx, 0) {
			return false, fmt.Errorf("the gateway keeps losing the upload sessions of %q", c.mark)
		}
		if err := c.sign(ctx, own); err != nil {
			return false, err
		}
	}
}

// look returns the claims of others on the folder and ours, which is zero if it is gone.
func (c *claim) look(ctx context.Context) (others []imagestore.UploadSession, own imagestore.UploadSession, err error) {
	sessions, err := c.querySessions(ctx, c.mark)
	if err != nil {
		return nil, own, err
	}
	others, own = c.sort(sessions)
	return others, own, nil
}

// sort separates our claim and those of others from other sessions of the path.
func (c *claim) sort(sessions []imagestore.UploadSession) (others []imagestore.UploadSession, own imagestore.UploadSession) {
	for _, s := range sessions {
		switch {
		case s.Size != claimSize || s.Complete():
		case s.ID == c.id:
			own = s
		default:
			others = append(others, s)
		}
	}
	return others, own
}

// sign sends the next byte of the claim, which makes it or renews it. Another upload of the same
// content has the same claim, and may have sent the byte before.
func (c *claim) sign(ctx context.Context, own imagestore.UploadSession) error {
	for budget := c.retry.begin(); ; {
		next := int64(0)
		if own.ID == c.id {
			next = own.Expected[0].First
		}
		err := c.put(ctx, next)
		if err == nil {
			c.mu.Lock()
			defer c.mu.Unlock()
			c.renewed = wallTime()
			return nil
		}
		known := imagestore.HasCode(err, imagestore.CodeUploadSessionRangeNotSatisfiable, imagestore.CodeNotFound)
		if !known && !isRetryable(err) || !c.waitToRetry(ctx, budget, err) {
			return err
		}
		var lookErr error
		if _, own, lookErr = c.look(ctx); lookErr != nil {
			return afterwards(lookErr, err)
		}
	}
}

// wallTime is the time without its monotonic part, which stands still while a computer sleeps.
func wallTime() time.Time { return time.Now().Round(0) }

func (c *claim) put(ctx context.Context, at int64) error {
	return c.putAs(ctx, c.id, at)
}

func (c *claim) putAs(ctx context.Context, id uuid.UUID, at int64) error {
	return c.client.UploadFileChunk(ctx, c.mark, id, imagestore.Range{First: at, Last: at}, claimSize, bytes.NewReader([]byte{0}))
}

// claimID derives the id of a claim from the content, so that the same upload, run again, has the
// claim of one that was killed.
func (f *folder) claimID() uuid.UUID {
	if f.noResume { // what is uploaded is not known yet
		return uuid.New()
	}
	name := make([]byte, 0, 64*(1+len(f.tree.files)))
	name = append(append(name, "claim\x00"...), f.path...)
	for i, file := range f.tree.files {
		name = append(append(name, 0), file...)
		name = append(name, f.locals[i].plan.fingerprint()...)
	}
	for _, folder := range f.tree.folders {
		name = append(append(name, 0, 0), folder...)
	}
	return uuid.NewSHA1(sessionNamespace, name)
}
