package recorder

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"sync"

	"github.com/sfstore/sfstore/internal/private"
)

// File is a recording that grows, in HAR 1.2. It is safe for concurrent use.
//
// It is a complete HAR with all entries, except while an entry is being written. A
// process that is killed at that moment may leave the last entry, or the closing brackets,
// unfinished, which package recording accepts. A power cut before [File.Close] may lose more.
type File struct {
	mu     sync.Mutex
	file   *os.File
	end    int64 // where the closing brackets begin
	count  int
	failed error // of the first entry that could not be written, which is the last one
}

const (
	closing = "\n]}}\n"
	// page divides the size of a memory page on every platform. A write that is killed ends
	// between two.
	page = 4096
)

// Create makes a recording that only its owner can read. It returns [fs.ErrExist] if the file
// exists. The folder must exist. The version is that of the program that records, and is written
// to the file.
func Create(name, version string) (*File, error) {
	// By this name, package recording knows that a killed process may have truncated the file.
	creator, err := marshal(object{"name": "sfstore", "version": version})
	if err != nil {
		return nil, err
	}
	file, err := private.Create(name)
	if err != nil {
		return nil, err
	}
	head := `{"log":{"version":"1.2","creator":` + string(creator) + `,"entries":[`
	f := &File{file: file, end: int64(len(head))}
	if _, err := file.WriteString(head + closing); err != nil {
		return nil, errors.Join(err, file.Close(), os.Remove(name))
	}
	return f, nil
}

// add appends an entry, and returns its number, from 1.
func (f *File) add(entry object) (number int, err error) {
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

// append writes an entry and new closing brackets over the old ones, in one write. The brackets are
// in one memory page, so that a killed write leaves all of them or none.
func (f *File) append(entry []byte) error {
	if err := f.inPlace(); err != nil {
		return err
	}
	text := []byte(",\n")
	if f.count == 0 {
		text = []byte("\n")
	}
	text = append(text, entry...)
	if room := page - int(f.end+int64(len(text)))%page; room < len(closing) {
		text = append(text, bytes.Repeat([]byte(" "), room)...)
	}
	if _, err := f.file.WriteAt(append(text, closing...), f.end); err != nil {
		// The disk may be full. The brackets go where they were.
		_, e := f.file.WriteAt([]byte(closing), f.end)
		return errors.Join(err, e, f.file.Truncate(f.end+int64(len(closing))))
	}
	f.end += int64(len(text))
	f.count++
	return nil
}

// inPlace returns an error if another file has the recording's name, because it would be lost.
func (f *File) inPlace() error {
	found, err := os.Stat(f.file.Name())
	if named, ok := errors.AsType[*fs.PathError](err); ok {
		return &fs.PathError{Op: "write", Path: f.file.Name(), Err: named.Err}
	}
	if err != nil {
		return err
	}
	if info, err := f.file.Stat(); err != nil || !os.SameFile(info, found) {
		return errors.Join(err, &fs.PathError{Op: "write", Path: f.file.Name(), Err: errors.New("another file has this name now")})
	}
	return nil
}

// Close syncs the recording to the disk. Nothing can be added after it.
func (f *File) Close() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	var err error
	if f.failed == nil {
		err = f.inPlace()
	}
	return errors.Join(err, f.file.Sync(), f.file.Close())
}

// marshal leaves <, > and & alone, as the image store does.
func marshal(value any) ([]byte, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(value)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}
