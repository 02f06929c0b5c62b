package cli

import (
	"fmt"
	"sync"
	"time"

	"github.com/sfstore/sfstore/upload"
)

// uploadProgress shows the progress of an upload: events on standard output with -o json, bars on
// standard error at a terminal, and otherwise a line from time to time.
type uploadProgress interface {
	event(e upload.Event)
	pack(done, total int64) // bytes that were packed, of how many
	close()                 // may be called again
}

func (a *app) uploadProgress() uploadProgress {
	if a.flags.output == outputJSON {
		return newEventLines(a.stdout)
	}
	return a.packProgress()
}

// packProgress shows the progress of pack, whose standard output is one object with -o json.
func (a *app) packProgress() uploadProgress {
	if !a.flags.quiet && a.paints(a.stderr) {
		return newBars(a)
	}
	return newProgressLines(a)
}

// A log has a line of progress after firstLine, and then after every nextLine.
const (
	firstLine = 10 * time.Second
	nextLine  = 30 * time.Second
)

// progressLines are for logs: a line for each unusual event, and a line of progress from time to time.
type progressLines struct {
	*app
	tally tally
	stop  func()
}

func newProgressLines(a *app) *progressLines {
	p := &progressLines{app: a}
	p.stop = every(firstLine, nextLine, func() {
		if line := p.tally.line(); line != "" {
			a.notice("%s", line)
		}
	})
	return p
}

func (p *progressLines) event(e upload.Event) {
	p.tally.event(e)
	if text := inWords(e); text != "" {
		p.notice("%s", text)
	}
}

func (p *progressLines) pack(done, total int64) { p.tally.pack(done, total) }

func (p *progressLines) close() { p.stop() }

// every runs a function after the first interval and then after each next one, until the
// returned function is called, which waits for a current run.
func every(first, next time.Duration, run func()) (stop func()) {
	stopped, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		timer := time.NewTimer(first)
		defer timer.Stop()
		for {
			select {
			case <-stopped:
				return
			case <-timer.C:
				run()
				timer.Reset(next)
			}
		}
	}()
	return sync.OnceFunc(func() {
		close(stopped)
		<-ended
	})
}

// inWords describes an unusual event, and is empty for all others.
func inWords(e upload.Event) string {
	switch {
	case e.Kind == upload.Resumed && e.Bytes > 0:
		return fmt.Sprintf("%s: %s had already arrived", e.Path, inBytes(e.Bytes))
	case e.Kind == upload.Retried:
		return fmt.Sprintf("retrying: %v", e.Err)
	case e.Kind == upload.Unmatched:
		return unmatched(e.Path)
	case e.Kind == upload.Noticed:
		return e.Text
	case e.Kind == upload.Deleted:
		return fmt.Sprintf("%s: deleted", e.Path)
	}
	return ""
}
