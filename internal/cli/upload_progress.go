package cli

import (
	"encoding/json"
	"fmt"
	"sync"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"

	"github.com/sfstore/sfstore/upload"
)

// uploadProgress shows what an upload does: events on standard output with -o json, bars on
// standard error at a terminal, and otherwise a line for what is out of the ordinary.
type uploadProgress interface {
	event(e upload.Event)
	close() // may be called again
}

func (a *app) uploadProgress() uploadProgress {
	switch {
	case a.flags.output == outputJSON:
		return eventLines{json.NewEncoder(a.stdout)}
	case !a.flags.quiet && isTerminal(a.stderr):
		return newBars(a)
	}
	return plainNotices{a}
}

// eventLine is one event of an upload, one object a line.
type eventLine struct {
	Event string `json:"event"` // "resumed", "retried", "stored", "marked" or "failed"
	Path  string `json:"path"`
	Size  int64  `json:"size,omitempty"`  // bytes of the file, with "stored"
	Bytes int64  `json:"bytes,omitempty"` // with "resumed": how many were there already
	Error string `json:"error,omitempty"` // with "retried" and "failed"
}

var eventNames = map[upload.Kind]string{
	upload.Resumed: "resumed", upload.Retried: "retried", upload.Stored: "stored",
	upload.Marked: "marked", upload.Failed: "failed",
}

type eventLines struct{ out *json.Encoder }

func (l eventLines) event(e upload.Event) {
	name := eventNames[e.Kind]
	if name == "" || e.Kind == upload.Resumed && e.Bytes == 0 {
		return
	}
	line := eventLine{Event: name, Path: e.Path, Size: e.Size, Bytes: e.Bytes}
	if e.Err != nil {
		line.Error = e.Err.Error()
	}
	_ = l.out.Encode(line)
}

func (eventLines) close() {}

type plainNotices struct{ *app }

func (n plainNotices) event(e upload.Event) {
	if text := inWords(e); text != "" {
		n.notice("%s", text)
	}
}

func (plainNotices) close() {}

// inWords says what a person wants to know beyond the bars; nothing of what goes as it should.
func inWords(e upload.Event) string {
	switch {
	case e.Kind == upload.Resumed && e.Bytes > 0:
		return fmt.Sprintf("%s: %s are there already", e.Path, inBytes(e.Bytes))
	case e.Kind == upload.Retried:
		return fmt.Sprintf("trying again: %v", e.Err)
	}
	return ""
}

// maxFileBars keeps the bars, with the one for all, below ten lines.
const maxFileBars = 8

// bars are one for all files and one for each large file under way.
type bars struct {
	container *mpb.Progress
	total     *mpb.Bar
	files     map[string]*mpb.Bar
	done      int
	count     int
	closed    sync.Once
}

func newBars(a *app) *bars {
	return &bars{container: mpb.New(mpb.WithOutput(a.stderr), mpb.WithWidth(30)), files: map[string]*mpb.Bar{}}
}

func (b *bars) event(e upload.Event) {
	if text := inWords(e); text != "" {
		_, _ = fmt.Fprintln(b.container, text)
	}
	switch e.Kind {
	case upload.Planned:
		b.count = e.Files
		b.total = b.add(e.Size, func(decor.Statistics) string { return fmt.Sprintf("%d of %s", b.done, count(int64(b.count), "file")) }, mpb.BarPriority(1<<30))
	case upload.Begun:
		if e.Size > upload.DefaultChunkSize && len(b.files) < maxFileBars {
			b.files[e.Path] = b.add(e.Size, func(decor.Statistics) string { return tail(e.Path, 30) }, mpb.BarRemoveOnComplete())
		}
	case upload.Resumed:
		b.advance(e, func(bar *mpb.Bar) { bar.SetRefill(e.Bytes); bar.IncrInt64(e.Bytes) })
	case upload.Arrived:
		b.advance(e, func(bar *mpb.Bar) { bar.IncrInt64(e.Bytes) })
	case upload.Stored, upload.Failed:
		b.done++
		if bar := b.files[e.Path]; bar != nil {
			bar.Abort(true)
			delete(b.files, e.Path)
		}
	}
}

func (b *bars) advance(e upload.Event, by func(*mpb.Bar)) {
	for _, bar := range []*mpb.Bar{b.total, b.files[e.Path]} {
		if bar != nil {
			by(bar)
		}
	}
}

func (b *bars) add(size int64, name decor.DecorFunc, options ...mpb.BarOption) *mpb.Bar {
	return b.container.New(size, mpb.BarStyle().Lbound("[").Filler("#").Tip("#").Padding(".").Rbound("]").Refiller("="),
		append(options,
			mpb.PrependDecorators(decor.Any(name, decor.WCSyncSpaceR)),
			mpb.AppendDecorators(decor.CountersKibiByte("% .1f of % .1f"), decor.AverageSpeed(decor.SizeB1024(0), " % .1f"), decor.AverageETA(decor.ET_STYLE_GO, decor.WC{W: 6})),
		)...)
}

func (b *bars) close() {
	b.closed.Do(func() {
		for _, bar := range b.files {
			bar.Abort(true)
		}
		if b.total != nil {
			b.total.Abort(false)
		}
		b.container.Wait()
	})
}

// tail is the end of a path, which tells more than its beginning.
func tail(path string, length int) string {
	if runes := []rune(path); len(runes) > length {
		return "..." + string(runes[len(runes)-length+3:])
	}
	return path
}
