package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/sfstore/sfstore/upload"
)

// uploaded is the last line of an upload.
type uploaded struct {
	Event   string  `json:"event"` // "done", "failed" or "interrupted"
	Path    string  `json:"path"`
	Files   int     `json:"files"`
	Folders int     `json:"folders"` // that got their mark
	Size    int64   `json:"size"`    // bytes of all files
	Resumed int64   `json:"resumed"` // bytes that had arrived before
	Sent    int64   `json:"sent"`    // bytes that were sent, retries included
	Retries int     `json:"retries"`
	Seconds float64 `json:"seconds"`

	DryRun    bool     `json:"dryRun,omitempty"`    // nothing was sent
	Unmatched []string `json:"unmatched,omitempty"` // the patterns of --exclude that matched nothing
	Extras    []string `json:"extras,omitempty"`    // files of the destination that the source lacks

	Error    string        `json:"error,omitempty"`
	Resume   []string      `json:"resume,omitempty"`   // the command that resumes it, by its arguments
	Sessions []openSession `json:"sessions,omitempty"` // in which a part has arrived
}

// openSession is the upload session of a file that is not stored yet.
type openSession struct {
	Path    string `json:"path"`
	Session string `json:"session"`
}

// printUpload prints the result of an upload, and returns its error.
func (a *app) printUpload(ctx context.Context, dst string, r upload.Report, failure error) error {
	u := uploaded{
		Event: "done", Path: dst, Files: len(r.Files), Folders: r.Folders, Size: r.Size,
		Resumed: r.Resumed, Sent: r.Sent, Retries: r.Retries, Seconds: r.Duration.Seconds(),
		Unmatched: r.Unmatched, Extras: r.Extras,
	}
	if failure == nil {
		return a.print(u, func(w io.Writer) { tablef(w, "%s\n", u.sentence(r.Duration)) })
	}
	u.Sessions = openSessions(r)
	if a.flags.output == outputJSON {
		u.Event, u.Error = "failed", failure.Error()
		if ctx.Err() != nil {
			u.Event = "interrupted"
		}
		if exitCode(ctx, failure) == exitInterrupted {
			u.Resume = append([]string{"sfstore"}, a.args...)
		}
		return errors.Join(failure, writeJSON(a.stdout, u))
	}
	if len(r.Files) > 1 { // the error of a single file names its session
		for _, s := range u.Sessions {
			a.notice("%s: a part has arrived in session %s", s.Path, s.Session)
		}
	}
	return failure
}

// openSessions are those of the files that are not stored.
func openSessions(r upload.Report) []openSession {
	var open []openSession
	for _, file := range r.Files {
		if file.Err != nil && file.Session != uuid.Nil {
			open = append(open, openSession{file.Path, file.Session.String()})
		}
	}
	return open
}

func (u uploaded) sentence(took time.Duration) string {
	parts := []string{fmt.Sprintf("uploaded %s to %s", inBytes(u.Size), u.Path)}
	if u.Files != 1 || u.Folders > 0 {
		parts = append(parts, count(u.Files, "file"))
	}
	parts = append(parts, fmt.Sprintf("%s sent", inBytes(u.Sent)))
	if u.Resumed > 0 {
		parts = append(parts, fmt.Sprintf("%s had already arrived", inBytes(u.Resumed)))
	}
	if u.Retries > 0 {
		parts = append(parts, count(u.Retries, "request")+" retried")
	}
	return fmt.Sprintf("%s, in %s", strings.Join(parts, ", "), took.Round(time.Millisecond))
}
