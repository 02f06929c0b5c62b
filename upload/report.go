package upload

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
)

// FileReport is what became of one file.
type FileReport struct {
	Path     string        // in the store
	Size     int64         // in bytes
	Resumed  int64         // bytes that an earlier attempt had left in the store
	Sent     int64         // bytes that went out, those that were sent again included
	Retries  int           // requests that failed and were made up for
	Duration time.Duration // from the first byte read to the end
	Session  uuid.UUID     // the upload session, where the file went up in chunks
	Err      error         // why it is not stored; nil when it is
}

func (f *file) finish(ctx context.Context, began time.Time, err error) (FileReport, error) {
	report := FileReport{
		Path: f.path, Size: f.source.size, Duration: time.Since(began),
		Resumed: f.resumedBytes.Load(), Sent: f.sentBytes.Load(), Retries: int(f.retries.Load()),
	}
	if f.chunked {
		report.Session = f.plan.session
	}
	if err != nil {
		if ctx.Err() != nil && !isFinal(err) {
			err = &interruption{ctx}
		}
		report.Err = &Error{Path: f.path, Session: report.Session, Err: err}
		f.event(Event{Kind: Failed, Path: f.path, Err: report.Err})
	}
	return report, report.Err
}

// unread is a file that could not even be opened.
func (c *call) unread(err error) (FileReport, error) {
	report := FileReport{Path: c.path, Err: &Error{Path: c.path, Err: err}}
	c.event(Event{Kind: Failed, Path: c.path, Err: report.Err})
	return report, report.Err
}

// interruption is an upload that its context ended. What the requests under way said of it is
// of no interest.
type interruption struct{ ctx context.Context }

func (i *interruption) Error() string {
	if errors.Is(i.ctx.Err(), context.DeadlineExceeded) {
		return "out of time"
	}
	return "interrupted"
}

func (i *interruption) Unwrap() []error { return []error{i.ctx.Err(), context.Cause(i.ctx)} }

// Error is a file that is not in the store. With a session, the same upload run again, by
// whoever has the same bytes, goes on where this one ended.
type Error struct {
	Path    string    // in the store
	Session uuid.UUID // all zero when the file did not go up in chunks
	Err     error
}

func (e *Error) Error() string {
	text := fmt.Sprintf("upload to %q: %v", e.Path, e.Err)
	if e.Resumable() {
		text += "; the same upload goes on from here"
	}
	if e.Session != uuid.Nil {
		text += fmt.Sprintf(" (session %s)", e.Session)
	}
	return text
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Resumable says whether running the same upload again can bring it to its end.
func (e *Error) Resumable() bool {
	return errors.Is(e.Err, context.Canceled) || errors.Is(e.Err, context.DeadlineExceeded) || helps(e.Err)
}
