package emulator

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"
)

const (
	contentFolder = "content"
	stagingFolder = "staging"
)

// staged is a file in the staging folder: received, and not yet anywhere.
type staged struct {
	name string // relative to the store's folder
	size int64
}

// stagingName is a name in the staging folder that was never used before.
func (s *Store) stagingName() string {
	return fmt.Sprintf("%s/%d", stagingFolder, s.stagedNames.Add(1))
}

// createStaged opens a new, empty file in the staging folder.
func (s *Store) createStaged() (*os.File, staged, error) {
	name := s.stagingName()
	f, err := s.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	return f, staged{name: name}, err
}

// stage writes what r gives to a staging file. On an error the file holds
// what came before it and still has to be discarded.
func (s *Store) stage(r io.Reader) (staged, error) {
	f, st, err := s.createStaged()
	if err != nil {
		return staged{}, err
	}
	st.size, err = copyBuffered(f, r)
	if closing := f.Close(); err == nil {
		err = closing
	}
	return st, err
}

// seal makes a staging file last: it gets the version as its modification
// time, so that a restart finds the version again, and goes to the disk.
func (s *Store) seal(st staged, version uint64) error {
	at := timeOf(version)
	if err := s.root.Chtimes(st.name, at, at); err != nil {
		return err
	}
	f, err := s.root.OpenFile(st.name, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	err = f.Sync()
	if closing := f.Close(); err == nil {
		err = closing
	}
	return err
}

// discard removes staging files. One that is gone already is no loss, and one
// that cannot be removed now goes when the store is next opened.
func (s *Store) discard(files ...staged) {
	for _, st := range files {
		_ = s.root.Remove(st.name)
	}
}

// emptyStaging removes whatever a former run left in the staging folder.
func (s *Store) emptyStaging() error {
	if err := s.root.RemoveAll(stagingFolder); err != nil {
		return err
	}
	return s.root.Mkdir(stagingFolder, 0o755)
}

var buffers = sync.Pool{New: func() any { return new([128 << 10]byte) }}

// copyBuffered copies through a buffer that is used again. It hides the
// file's ReadFrom, which would allocate a buffer for each request.
func copyBuffered(f *os.File, r io.Reader) (int64, error) {
	buffer := buffers.Get().(*[128 << 10]byte)
	defer buffers.Put(buffer)
	return io.CopyBuffer(struct{ io.Writer }{f}, r, buffer[:])
}

// epoch is how many units of 100 ns lie between 1601 and 1970.
const epoch = 116444736000000000

// ticksOf is a time in units of 100 ns since 1601, the unit of a file
// version.
func ticksOf(t time.Time) uint64 {
	return uint64(max(epoch+t.Unix()*1e7+int64(t.Nanosecond())/100, 1))
}

func timeOf(ticks uint64) time.Time {
	n := int64(ticks) - epoch
	return time.Unix(n/1e7, n%1e7*100).UTC()
}

// nextVersion is the present time, or the first instant after the last
// version: versions grow over the whole store whatever the clock does.
func (s *Store) nextVersion() uint64 {
	for {
		last := s.lastVersion.Load()
		next := max(last+1, ticksOf(s.now()))
		if s.lastVersion.CompareAndSwap(last, next) {
			return next
		}
	}
}
