package upload

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
)

// FileReport is the outcome of one file.
type FileReport struct {
	Path     string        // in the store
	Size     int64         // in bytes
	Resumed  int64         // bytes of an earlier attempt in the store
	Sent     int64         // bytes that were sent, retries included
	Retries  int           // requests that failed and were retried
	Duration time.Duration // from the first byte read to the end
	Session  uuid.UUID     // the upload session, all zero if the file was sent in a single PUT
	Err      error         // why it is not stored; nil if it is
}

func (f *file) report(ctx context.Context, began time.Time, err error) (FileReport, error) {
	report := FileReport{
		Path: f.path, Size: f.source.size, Duration: time.Since(began),
		Resumed: f.resumedBytes.Load(), Sent: f.sentBytes.Load(), Retries: int(f.retries.Load()),
	}
	if f.chunked && (err == nil || !f.noResume) { // otherwise it was deleted
		report.Session = f.plan.session
	}
	if err != nil {
		if ctx.Err() != nil && !isFinal(err) {
			err = &interruption{ctx}
		}
		report.Err = &Error{Path: f.path, Session: report.Session, Err: err, restarts: f.noResume}
		f.event(Event{Kind: Failed, Path: f.path, Err: report.Err})
	}
	return report, report.Err
}

// openFailed reports a file that could not be opened.
func (c *run) openFailed(err error) (FileReport, error) {
	report := FileReport{Path: c.path, Err: &Error{Path: c.path, Err: err}}
	c.event(Event{Kind: Failed, Path: c.path, Err: report.Err})
	return report, report.Err
}

// interruption is an upload that its context ended. It replaces the errors of the current requests,
// which have the same cause.
type interruption struct{ ctx context.Context }

func (i *interruption) Error() string {
	if errors.Is(i.ctx.Err(), context.DeadlineExceeded) {
		return "deadline exceeded"
	}
	return "interrupted"
}

func (i *interruption) Unwrap() []error { return []error{i.ctx.Err(), context.Cause(i.ctx)} }

// Error is a file or folder that was not stored. If it is [Error.Resumable], the same upload of
// the same bytes, on any machine, resumes where this one ended.
type Error struct {
	Path    string    // in the store
	Session uuid.UUID // all zero if the file was not sent in chunks
	Err     error     // the cause

	restarts bool // see WithoutResume
}

func (e *Error) Error() string {
	text := fmt.Sprintf("upload to %q: %v", e.Path, e.Err)
	switch {
	case e.Resumable() && e.restarts:
		text += "; run the same upload again to start from the beginning"
	case e.Resumable():
		text += "; run the same upload again to resume"
	}
	if e.Session != uuid.Nil {
		text += fmt.Sprintf(" (session %s)", e.Session)
	}
	return text
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Resumable reports whether running the same upload again can complete it.
func (e *Error) Resumable() bool {
	return errors.Is(e.Err, context.Canceled) || errors.Is(e.Err, context.DeadlineExceeded) || isRetryable(e.Err) && !isWrongResponse(e.Err)
}
