package recording

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"sync"
)

// File is a recording that grows, in HAR 1.2. It is safe for concurrent use.
//
// It is whole, with all entries but the one that is being written, at whatever moment the
// process is killed. Who reads it while it grows may find the last entry half way there, for
// what is read may be the copy already when the reading ends. A power cut before [File.Close]
// may cost it.
type File struct {
	mu     sync.Mutex
	front  fileCopy // has the recording's name
	behind fileCopy // the second copy, one entry behind for a moment
	free   string   // the name that the second copy gets next
	end    int64    // where the closing brackets begin
	count  int
	failed error // of the first entry that could not be written; none is after it
}

// beginning is what no file but a recording of this package begins with.
const beginning = `{"log":{"version":"1.2","creator":`

const closing = "\n]}}\n"

// Create makes a recording, with mode 0600. An existing file is not overwritten: the error is
// [fs.ErrExist] then. The folder must exist, and its file system must have hard links. While
// the recording grows there is a copy beside it, name.new1 or name.new2, which Close removes and
// a killed process leaves. What such a one left is replaced; any other file there is an error. The version is that of the program that records, for the
// file to tell.
func Create(name, version string) (*File, error) {
	f := &File{front: fileCopy{name: name}, behind: fileCopy{name: name + ".new1"}, free: name + ".new2"}
	creator, err := marshal(struct {
		Name    string `json:"name"`
		Version string `json:"version"`
	}{"sfstore", version})
	if err != nil {
		return nil, err
	}
	head := beginning + string(creator) + `,"entries":[`
	f.end = int64(len(head))
	if _, err := os.Lstat(name); err == nil {
		return nil, &fs.PathError{Op: "create", Path: name, Err: fs.ErrExist}
	}
	if err := errors.Join(leftOver(f.behind.name), leftOver(f.free)); err != nil {
		return nil, err
	}
	if err := f.removeCopies(); err != nil {
		return nil, err
	}
	if err := f.begin(head + closing); err != nil {
		return nil, errors.Join(err, f.removeCopies())
	}
	if err := errors.Join(f.front.keepOpen(), f.behind.keepOpen()); err != nil {
		return nil, errors.Join(err, f.Close(), os.Remove(name))
	}
	return f, nil
}

// begin makes the copies first, so that the file is whole from the moment at which it has its
// name. A link is not made over a file that has come there meanwhile.
func (f *File) begin(text string) error {
	for _, name := range []string{f.behind.name, f.free} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			return err
		}
	}
	if err := os.Link(f.free, f.front.name); err != nil {
		return fmt.Errorf("a recording needs a folder whose file system has hard links: %w", err)
	}
	return os.Remove(f.free)
}

// add appends an entry, and returns its number, from 1. A process may be killed in the middle
// of any write, so the file that has the recording's name is never written to: its copy is, and
// then they change names.
func (f *File) add(entry harEntry) (number int, err error) {
	text, err := marshal(entry)
	if err != nil {
		return 0, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.failed == nil {
		f.failed = f.append(text)
	}
	return f.count, f.failed
}

func (f *File) append(text []byte) error {
	separator := ",\n"
	if f.count == 0 {
		separator = "\n"
	}
	text = append(append([]byte(separator), text...), closing...)
	if err := f.behind.writeAt(text, f.end); err != nil {
		return err
	}
	if err := f.exchange(); err != nil {
		return err
	}
	at := f.end
	f.end += int64(len(text) - len(closing))
	f.count++
	return f.behind.writeAt(text, at)
}

// exchange gives the recording's name to the copy, and the copy's second name to what was the
// recording. A rename is one step for whoever looks.
func (f *File) exchange() error {
	if err := os.Link(f.front.name, f.free); err != nil {
		return err
	}
	if err := os.Rename(f.behind.name, f.front.name); err != nil {
		return errors.Join(err, os.Remove(f.free))
	}
	f.front.name, f.behind.name, f.free = f.free, f.front.name, f.behind.name
	f.front, f.behind = f.behind, f.front
	return nil
}

// Close syncs the recording to the disk and removes its copy. Nothing can be added after it.
func (f *File) Close() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return errors.Join(f.front.with((*os.File).Sync), f.front.close(), f.behind.close(), f.removeCopies())
}

// leftOver wants that a file of a name, if there is one, is what a killed process left: a
// recording, or the start of one.
func leftOver(name string) error {
	file, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	start := make([]byte, len(beginning))
	n, err := io.ReadFull(file, start)
	if e := file.Close(); e != nil {
		return e
	}
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return err
	}
	if !strings.HasPrefix(beginning, string(start[:n])) {
		return fmt.Errorf("%s is in the way and no recording; remove it, or choose another name", name)
	}
	return nil
}

func (f *File) removeCopies() error {
	var failed error
	for _, name := range []string{f.behind.name, f.free} {
		if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			failed = errors.Join(failed, err)
		}
	}
	return failed
}

// marshal leaves <, > and & alone, as the image store does.
func marshal(value any) ([]byte, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(value)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}
