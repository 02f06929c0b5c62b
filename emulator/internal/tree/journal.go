package tree

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// journalFile has, beside the content, the version of each file and the session
// that wrote it.
const journalFile = "versions"

// journal assigns versions and keeps them across restarts. Each write appends a
// line; a line applies to the file whose path and modification time it names.
//
// A line is not synced, because a sync would halve the speed of small files. A
// power cut may lose the last lines, and a killed process those of the last
// moment: their files get new versions when the tree is opened, in an epoch
// that was never used. The beginning of an epoch is synced.
type journal struct {
	root *os.Root
	now  func() time.Time

	mu       sync.Mutex
	file     *os.File
	unsaved  []byte // lines that are not in the file yet
	flushing bool
	epoch    Epoch
	last     uint64 // version number handed out last
	ticks    uint64 // time handed out last
	lines    int    // in the file
}

// next returns the version and the time of a new write. Times grow over the
// whole tree whatever the clock does, so each belongs to one write.
func (j *journal) next() (Version, uint64) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.last++
	j.ticks = max(j.ticks+1, Ticks(j.now()))
	return Version{j.epoch, j.last}, j.ticks
}

// appendLine appends a file's line. It begins with a line end, so that a line that a
// full disk cut short spoils no other.
func appendLine(b []byte, f *File) []byte {
	b = append(b, "\nfile "...)
	for _, n := range []uint64{f.Version.DataLoss, f.Version.Configuration, f.Version.Number, f.Modified} {
		b = append(strconv.AppendUint(b, n, 10), ' ')
	}
	b = append(strconv.AppendQuote(b, f.Session), ' ')
	return strconv.AppendQuote(b, f.Path)
}

func lineOfEpoch(e Epoch) string { return fmt.Sprintf("\nepoch %d %d", e.DataLoss, e.Configuration) }

// add remembers a file, once flush was called.
func (j *journal) add(f *File) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.lines++
	j.unsaved = appendLine(j.unsaved, f)
}

// flush writes the added lines. If another caller is writing, that one writes
// them too, so that many writers share the cost of one. If writing fails, the
// next opening gives the files new versions.
func (j *journal) flush() {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.flushing {
		return
	}
	j.flushing = true
	for len(j.unsaved) > 0 && j.file != nil {
		lines, file := j.unsaved, j.file
		j.unsaved = nil
		j.mu.Unlock()
		_, _ = file.Write(lines)
		j.mu.Lock()
	}
	j.flushing = false
}

// begin begins a new epoch.
func (j *journal) begin() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	next := j.epoch.next()
	if _, err := j.file.WriteString(lineOfEpoch(next)); err != nil {
		return err
	}
	if err := j.file.Sync(); err != nil {
		return err
	}
	j.epoch, j.last = next, 0
	return nil
}

// isLong reports whether most of the lines are of files that are gone.
func (j *journal) isLong(files int) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.lines > 2*files+100_000
}

// remembered is a line about a file.
type remembered struct {
	version  Version
	modified uint64
	session  string
}

// read returns the journal's entry of each path, and continues its last epoch.
// Invalid and unknown lines are skipped.
func (j *journal) read() (map[string]remembered, error) {
	found := map[string]remembered{}
	// Something that was planted in its place is not followed.
	if info, err := j.root.Lstat(journalFile); errors.Is(err, fs.ErrNotExist) || err == nil && !info.Mode().IsRegular() {
		return found, nil
	}
	f, err := j.root.Open(journalFile)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	lines := bufio.NewReader(f)
	for {
		line, err := lines.ReadString('\n')
		j.readLine(strings.TrimSuffix(line, "\n"), found)
		if errors.Is(err, io.EOF) {
			return found, nil
		}
		if err != nil {
			return nil, err
		}
	}
}

func (j *journal) readLine(line string, found map[string]remembered) {
	if strings.HasPrefix(line, "epoch ") {
		var e Epoch
		if _, err := fmt.Sscanf(line, "epoch %d %d", &e.DataLoss, &e.Configuration); err == nil {
			j.epoch = later(j.epoch, e)
		}
		return
	}
	fields := strings.SplitN(line, " ", 6)
	if len(fields) != 6 || fields[0] != "file" {
		return
	}
	var numbers [4]uint64
	for i := range numbers {
		var err error
		if numbers[i], err = strconv.ParseUint(fields[i+1], 10, 64); err != nil {
			return
		}
	}
	quoted, err := strconv.QuotedPrefix(fields[5])
	if err != nil {
		return
	}
	session, err1 := strconv.Unquote(quoted)
	path, err2 := strconv.Unquote(strings.TrimPrefix(fields[5][len(quoted):], " "))
	if err1 != nil || err2 != nil {
		return
	}
	v := Version{Epoch{numbers[0], numbers[1]}, numbers[2]}
	j.epoch = later(j.epoch, v.Epoch)
	found[path] = remembered{v, numbers[3], session}
}

func later(a, b Epoch) Epoch {
	if cmp.Or(cmp.Compare(a.DataLoss, b.DataLoss), cmp.Compare(a.Configuration, b.Configuration)) >= 0 {
		return a
	}
	return b
}

// write replaces the journal by one with a line for each file, and continues
// with that.
func (j *journal) write(files []*File) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	const fresh = stagingFolder + "/" + journalFile
	f, err := j.root.OpenFile(fresh, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(f)
	_, _ = w.WriteString(lineOfEpoch(j.epoch))
	for _, file := range files {
		_, _ = w.Write(appendLine(w.AvailableBuffer(), file)) // Flush has the error
	}
	if err := errors.Join(w.Flush(), f.Sync(), f.Close(), j.closeLocked()); err != nil {
		_ = j.root.Remove(fresh)
		return err
	}
	// Windows does not rename open files.
	if err := j.root.Rename(fresh, journalFile); err != nil {
		return err
	}
	j.lines, j.unsaved = len(files), nil
	j.file, err = j.root.OpenFile(journalFile, os.O_WRONLY|os.O_APPEND, 0)
	return err
}

func (j *journal) close() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.closeLocked()
}

func (j *journal) closeLocked() error {
	if j.file == nil {
		return nil
	}
	f := j.file
	j.file = nil
	_, err := f.Write(j.unsaved)
	return errors.Join(err, f.Sync(), f.Close())
}

// byTime orders files by the time of their writing.
func byTime(a, b *File) int { return cmp.Compare(a.Modified, b.Modified) }

// renew gives files the first versions of the current epoch, in the order of
// their writing.
func (j *journal) renew(files []*File) {
	slices.SortFunc(files, byTime)
	for _, f := range files {
		j.last++
		f.Version = Version{j.epoch, j.last}
	}
}
