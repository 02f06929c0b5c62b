package cli

import (
	"io"
	"sync"
	"time"

	"github.com/sfstore/sfstore/upload"
)

// eventLine is one event of an upload, one object per line.
type eventLine struct {
	Event string `json:"event"`           // "resumed", "retried", "stored", "marked", "failed", "unmatched", "noticed", "extra", "deleted", "would upload" or "would delete"
	Path  string `json:"path"`            // with "unmatched": the pattern of --exclude
	Size  int64  `json:"size,omitempty"`  // bytes of the file, with "stored" and "extra"
	Bytes int64  `json:"bytes,omitempty"` // with "resumed": how many had arrived before
	Error string `json:"error,omitempty"` // with "retried" and "failed"
	Text  string `json:"text,omitempty"`  // with "noticed"
}

// progressLine is the event "progress".
type progressLine struct {
	Event       string `json:"event"` // "progress"
	Files       int    `json:"files"` // in all
	Stored      int    `json:"stored"`
	Failed      int    `json:"failed"`
	Size        int64  `json:"size"`             // bytes of all files
	Arrived     int64  `json:"arrived"`          // bytes that the store has
	Read        int64  `json:"read,omitempty"`   // bytes that were read before sending
	Packed      int64  `json:"packed,omitempty"` // bytes that were packed
	ToPack      int64  `json:"toPack,omitempty"` // bytes to pack in all
	Rate        int64  `json:"rate"`             // bytes a second
	SecondsLeft int64  `json:"secondsLeft"`      // 0 if it is not known
}

// eventLines writes events, and at most once a second the progress of the upload.
type eventLines struct {
	mutex sync.Mutex
	out   io.Writer
	tally tally
	last  progressLine
	stop  func()
}

func newEventLines(out io.Writer) *eventLines {
	l := &eventLines{out: out}
	l.stop = every(time.Second, time.Second, l.progress)
	return l
}

func (l *eventLines) event(e upload.Event) {
	l.tally.event(e)
	switch {
	case e.Kind == upload.Planned, e.Kind == upload.Begun, e.Kind == upload.Arrived, e.Kind == upload.Committing, e.Kind == upload.Reading:
		return
	case e.Kind == upload.Resumed && e.Bytes == 0:
		return
	}
	line := eventLine{Event: e.Kind.String(), Path: e.Path, Size: e.Size, Bytes: e.Bytes, Text: e.Text}
	if e.Err != nil {
		line.Error = e.Err.Error()
	}
	l.write(line)
}

// progress writes the progress of the upload, if that changed.
func (l *eventLines) progress() {
	if line := l.tally.progress(); line != l.last && line.Files+int(line.ToPack) > 0 {
		l.last = line
		l.write(line)
	}
}

func (l *eventLines) write(line any) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	_ = writeJSON(l.out, line) // writing the last line of the upload reports the same error
}

func (l *eventLines) pack(done, total int64) { l.tally.pack(done, total) }

func (l *eventLines) close() { l.stop() }

func (t *tally) progress() progressLine {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	line := progressLine{
		Event: "progress", Files: t.files, Stored: t.stored, Failed: t.failed,
		Read: t.read, Packed: t.packed, ToPack: t.toPack, Size: t.size, Arrived: t.there(),
	}
	if rate := t.meter.rate(time.Now()); rate >= 1 {
		line.Rate = int64(rate)
		if left := t.size - t.there(); left > 0 {
			line.SecondsLeft = int64(timeLeft(rate, left).Seconds())
		}
	}
	return line
}
