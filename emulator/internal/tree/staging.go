package tree

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"sync"
)

// Staged is a file in the staging folder: received, and not yet stored. The
// zero value means no file.
type Staged struct {
	name string // relative to the tree's folder
	Size int64  // in bytes
}

// IsZero reports whether s is not a file.
func (s Staged) IsZero() bool { return s.name == "" }

// stagingName is a name in the staging folder that was never used before.
func (t *Tree) stagingName() string {
	return fmt.Sprintf("%s/%d", stagingFolder, t.stagedNames.Add(1))
}

// createStaged opens a new, empty file in the staging folder.
func (t *Tree) createStaged() (*os.File, Staged, error) {
	name := t.stagingName()
	f, err := t.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return nil, Staged{}, err
	}
	return f, Staged{name: name}, nil
}

// Stage writes everything from r to a staging file. On an error the file has the
// bytes before it, and the caller must still discard it.
func (t *Tree) Stage(r io.Reader) (Staged, error) {
	f, st, err := t.createStaged()
	if err != nil {
		return st, err
	}
	st.Size, err = copyBuffered(f, r)
	return st, cmp.Or(err, f.Close())
}

// Join copies staging files into one, in order. They stay. On an error the
// caller must still discard the result; the error is [ErrGone] if one of the
// parts was discarded meanwhile.
func (t *Tree) Join(parts []Staged) (Staged, error) {
	f, joined, err := t.createStaged()
	if err != nil {
		return joined, err
	}
	for _, part := range parts {
		if err = t.appendTo(f, part); err != nil {
			break
		}
		joined.Size += part.Size
	}
	return joined, errors.Join(err, f.Close())
}

// appendTo copies between two files, which the system can do without copying
// through memory.
func (t *Tree) appendTo(f *os.File, part Staged) error {
	from, err := t.root.Open(part.name)
	if errors.Is(err, fs.ErrNotExist) {
		return ErrGone
	}
	if err != nil {
		return err
	}
	defer from.Close()
	_, err = io.Copy(f, from)
	return err
}

// seal sets the version of a staging file as its modification time, so that a
// restart finds the version again, and syncs the file.
func (t *Tree) seal(st Staged, version uint64) error {
	at := Time(version)
	if err := t.root.Chtimes(st.name, at, at); err != nil {
		return err
	}
	f, err := t.root.OpenFile(st.name, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return cmp.Or(f.Sync(), f.Close())
}

// Discard removes staging files. A missing one is not an error, and one that
// cannot be removed now is removed when the tree is next opened.
func (t *Tree) Discard(files ...Staged) {
	for _, st := range files {
		if !st.IsZero() {
			_ = t.root.Remove(st.name)
		}
	}
}

// emptyStaging removes everything in the staging folder.
func (t *Tree) emptyStaging() error {
	if err := t.root.RemoveAll(stagingFolder); err != nil {
		return err
	}
	return t.root.Mkdir(stagingFolder, 0o755)
}

var buffers = sync.Pool{New: func() any { return new([128 << 10]byte) }}

// copyBuffered copies through a reused buffer. It hides the file's ReadFrom,
// which would allocate a buffer for each request.
func copyBuffered(f *os.File, r io.Reader) (int64, error) {
	buffer := buffers.Get().(*[128 << 10]byte)
	defer buffers.Put(buffer)
	return io.CopyBuffer(struct{ io.Writer }{f}, r, buffer[:])
}
