package upload

import (
	"context"
	"io"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/sfstore/sfstore/wrapper/imagestore"
)

// file is the upload of one file.
type file struct {
	*run
	source  *source
	plan    *plan
	before  *imagestore.File       // the file at the path before; nil if there was none
	version imagestore.FileVersion // of the written file, once it was checked
	chunked bool                   // it is uploaded under a session
	starts  int                    // how often a session was given up for a new one
}

// uploadAndVerify uploads a file and checks the store's listing.
func (u *Uploader) uploadAndVerify(ctx context.Context, path string, s *source) (FileReport, error) {
	f := &file{run: u.begin(path), source: s}
	began := time.Now()
	f.event(Event{Kind: Planned, Files: 1, Size: s.size})
	return f.report(ctx, began, f.uploadAlone(ctx))
}

func (f *file) uploadAlone(ctx context.Context) (err error) {
	if f.plan, err = f.makePlan(ctx, f.source); err != nil {
		return err
	}
	f.doneReading()
	if err := f.lookBefore(ctx); err != nil || f.dryRun {
		return err
	}
	if err := f.upload(ctx); err != nil || f.chunked {
		return err
	}
	if f.cut.Load() {
		if err := f.awaitRemainder(ctx); err != nil {
			return err
		}
	}
	return f.checkStored(ctx)
}

// lookBefore looks up the destination before anything is sent.
func (f *file) lookBefore(ctx context.Context) error {
	l, err := f.list(ctx, f.path)
	f.before = l.file
	switch {
	case l.folder:
		return &DestinationError{f.path, "is a folder in the store, and a file in the source"}
	case isUnlistable(err): // a file without bytes, which is to be replaced
		return nil
	case err != nil || l.file != nil:
		return err
	}
	return f.checkAbove(ctx, f.path)
}

// upload sends the file. A single PUT is not checked afterwards, so that one listing can check the
// files of a folder.
func (f *file) upload(ctx context.Context) error {
	f.event(Event{Kind: Begun, Path: f.path, Size: f.plan.size})
	if len(f.plan.chunks) > 1 && !f.lacksSessions() {
		f.plan.session = f.newSession()
		session, found, err := f.queryOwnSession(ctx)
		if f.knowsSessions(err) {
			f.chunked = true
			if err != nil {
				return err
			}
			closer, err := f.source.spool(ctx)
			if err != nil {
				return err
			}
			defer closer.Close()
			err = f.uploadInChunks(ctx, session, found)
			if err != nil && f.noResume { // nobody resumes it
				clean, cancel := cleanUp(ctx)
				defer cancel()
				f.deleteSession(clean)
			}
			return err
		}
	}
	return f.uploadWhole(ctx)
}

// newSession returns the id of the session for the next start.
func (f *file) newSession() uuid.UUID {
	if f.noResume {
		return uuid.New()
	}
	return f.plan.sessionID(f.path, f.before, f.starts)
}

// sendMissing sends the chunks of the expected ranges concurrently. The first failure ends all.
func (f *file) sendMissing(ctx context.Context, expected []imagestore.Range) error {
	chunks, err := f.plan.missing(expected)
	if err != nil {
		return f.startOver(ctx, err)
	}
	return each(ctx, len(chunks), f.chunksAtOnce(), func(ctx context.Context, i int) error {
		return f.sendChunk(ctx, chunks[i])
	})
}

// sendChunk sends a chunk until it has arrived. If that is not certain, it queries the session
// before it retries: the server refuses a chunk that it has, after storing its bytes on the disk.
func (f *file) sendChunk(ctx context.Context, i int) error {
	for budget := f.retry.begin(); ; {
		err := f.putChunk(ctx, i)
		if err == nil {
			return nil
		}
		if !f.inDoubt(err) || !f.waitToRetry(ctx, budget, err) {
			return err
		}
		session, found, queryErr := f.queryOwnSession(ctx)
		if queryErr != nil {
			return afterwards(queryErr, err)
		}
		if found && !expects(session, f.plan.chunk(i)) {
			f.arrived(f.plan.chunk(i).Len())
			return nil
		}
	}
}

// inDoubt reports whether the chunk may have arrived, or the session may be gone.
func (f *file) inDoubt(err error) bool {
	return isRetryable(err) || imagestore.HasCode(err, imagestore.CodeUploadSessionRangeNotSatisfiable, imagestore.CodeNotFound)
}

func expects(session imagestore.UploadSession, chunk imagestore.Range) bool {
	return slices.ContainsFunc(session.Expected, func(r imagestore.Range) bool {
		return r.First <= chunk.Last && chunk.First <= r.Last
	})
}

func (f *file) putChunk(ctx context.Context, i int) error {
	r := f.plan.chunk(i)
	check := func(context.Context) error { // times are checked before the commit
		_, err := f.source.checkSize()
		return err
	}
	taken, err := f.send(ctx, f.source, r, &f.plan.chunks[i], check, func(ctx context.Context, body io.Reader) error {
		return f.client.UploadFileChunk(ctx, f.path, f.plan.session, r, f.plan.size, body)
	})
	f.sent(taken)
	if err == nil {
		f.arrived(r.Len())
	}
	return err
}
