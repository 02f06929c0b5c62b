package upload

import (
	"context"
	"errors"
	"io"

	"github.com/google/uuid"

	"github.com/sfstore/sfstore/wrapper/imagestore"
)

// probeSession is an id that no session has: the response to a query of it shows whether the gateway
// has sessions.
var probeSession = uuid.NewSHA1(sessionNamespace, []byte("does this gateway have upload sessions?"))

// uploadWhole sends the file in a single PUT: a small or empty one, and any file to a gateway without
// sessions. A retry replaces the file that the last attempt may have left.
func (f *file) uploadWhole(ctx context.Context) error {
	attempt, err := f.wholeAttempt(ctx)
	if err != nil {
		return err
	}
	for budget := f.retry.begin(); ; {
		taken, err := attempt(ctx)
		f.sent(taken)
		if err == nil {
			f.arrived(f.plan.size)
			return nil
		}
		if taken > 0 && errors.Is(err, imagestore.ErrNoResponse) {
			f.cut.Store(true)
		}
		if !f.shouldRetry(ctx, budget, err) {
			return err
		}
	}
}

// wholeAttempt returns a function that sends the file once, and the number of bytes that the
// connection accepted.
func (f *file) wholeAttempt(ctx context.Context) (attempt func(context.Context) (taken int64, err error), err error) {
	if f.plan.isSmall() {
		return f.sendSmall, nil
	}
	whole := imagestore.Range{First: 0, Last: f.plan.size - 1}
	want, err := f.wholeDigest(ctx)
	check := func(ctx context.Context) error { return f.source.checkUnchanged(ctx, f.plan) }
	return func(ctx context.Context) (int64, error) {
		if f.plan.size == 0 { // otherwise the body checks, before its last piece is sent
			if err := check(ctx); err != nil {
				return 0, err
			}
		}
		return f.send(ctx, f.source, whole, want, check, func(ctx context.Context, body io.Reader) error {
			return f.client.UploadFile(ctx, f.path, body, f.plan.size)
		})
	}, err
}

// awaitRemainder waits until an abandoned request has most likely arrived or failed. A gateway
// without sessions stores the part that arrived when such a request ends, which would truncate
// the file that a retry has stored meanwhile.
func (c *run) awaitRemainder(ctx context.Context) error {
	if c.sessions.Load() == nil {
		if _, _, err := c.querySession(ctx, probeSession); c.knowsSessions(err) && err != nil {
			return err
		}
	}
	if !c.lacksSessions() {
		return nil
	}
	return sleep(ctx, c.retry.Longest)
}

// wholeDigest returns the digest of all bytes. Only a large file for a gateway without sessions must
// be read again for it.
func (f *file) wholeDigest(ctx context.Context) (*digest, error) {
	if len(f.plan.chunks) == 1 {
		return &f.plan.chunks[0], nil
	}
	whole := new(digest)
	if f.plan.size == 0 || f.noResume {
		return whole, nil
	}
	sum, err := f.source.digest(ctx, imagestore.Range{First: 0, Last: f.plan.size - 1}, make([]byte, readSize))
	*whole = sum
	return whole, err
}
