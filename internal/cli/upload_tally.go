package cli

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/sfstore/sfstore/upload"
)

// tally is the progress of an upload. It is safe for concurrent use.
type tally struct {
	mutex          sync.Mutex
	files          int // in all
	stored, failed int
	size           int64 // of all files
	resumed        int64 // bytes that had arrived before
	arrived        int64 // bytes that arrived now
	meter          meter // of those
	large          []*largeFile

	read    int64 // bytes that were read before sending
	sending bool  // a file of the current source was begun
	reader  meter

	packed, toPack int64 // bytes
	packing        meter
}

// largeFile is a file of more than one chunk in progress.
type largeFile struct {
	path             string
	size             int64
	resumed, arrived int64
	committing       time.Time // since when; zero before
}

func (t *tally) event(e upload.Event) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	file := t.file(e.Path)
	switch e.Kind {
	case upload.Planned:
		t.files, t.size = t.files+e.Files, t.size+e.Size // of each source
		t.meter.note(time.Now(), t.arrived)
		t.reader.note(time.Now(), t.read)
		t.sending = false
	case upload.Reading:
		t.read += e.Bytes
		t.reader.note(time.Now(), t.read)
	case upload.Begun:
		t.sending = true
		if e.Size > upload.DefaultChunkSize {
			t.large = append(t.large, &largeFile{path: e.Path, size: e.Size})
		}
	case upload.Resumed:
		t.resumed += e.Bytes
		file.resumed += e.Bytes
	case upload.Arrived:
		t.arrived += e.Bytes
		file.arrived += e.Bytes
		t.meter.note(time.Now(), t.arrived)
	case upload.Committing:
		file.committing = time.Now()
	case upload.Stored:
		t.stored++
		t.end(file)
	case upload.Failed:
		t.failed++
		t.end(file)
	}
}

// pack records how much is packed.
func (t *tally) pack(done, total int64) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	t.packed, t.toPack = done, total
	t.packing.note(time.Now(), done)
}

// file returns the large file of that path, or an unused one.
func (t *tally) file(path string) *largeFile {
	for _, f := range t.large {
		if f.path == path {
			return f
		}
	}
	return new(largeFile)
}

func (t *tally) end(file *largeFile) {
	t.large = slices.DeleteFunc(t.large, func(f *largeFile) bool { return f == file })
}

// there is how many bytes the store has. Chunks that it lost are counted twice.
func (t *tally) there() int64 { return min(t.resumed+t.arrived, t.size) }

// line describes the upload, such as "uploading: 1.0 GiB of 2.0 GiB, 3 of 8 files stored, 25.0
// MiB/s, 41s left". It is empty before anything is known.
func (t *tally) line() string {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	switch {
	case t.isReading():
		return "reading: " + t.readText()
	case t.files > 0:
		return "uploading: " + t.text(t.counts())
	case t.toPack > 0:
		return "packing: " + t.packText()
	}
	return ""
}

// isReading reports whether nothing is sent yet because the source is read first.
func (t *tally) isReading() bool { return t.read > 0 && !t.sending }

func (t *tally) readText() string { return amount(&t.reader, min(t.read, t.size), t.size) }

func (t *tally) packText() string { return amount(&t.packing, t.packed, t.toPack) }

func (t *tally) text(more ...string) string { return amount(&t.meter, t.there(), t.size, more...) }

// amount puts the bytes before, and the pace after, the other parts.
func amount(m *meter, done, total int64, more ...string) string {
	parts := append([]string{fmt.Sprintf("%s of %s", inBytes(done), inBytes(total))}, more...)
	if text := pace(m.rate(time.Now()), total-done); text != "" {
		parts = append(parts, text)
	}
	return strings.Join(parts, ", ")
}

// counts says how many files are stored.
func (t *tally) counts() string {
	text := fmt.Sprintf("%d of %s stored", t.stored, count(t.files, "file"))
	if t.failed > 0 {
		text += fmt.Sprintf(", %d failed", t.failed)
	}
	return text
}
