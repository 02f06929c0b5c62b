//go:build unix && !aix && !solaris

package tree

import (
	"errors"
	"io"
	"os"
	"syscall"
)

// canLock reports whether this platform has folder locks.
const canLock = true

// lock gives this tree exclusive use of the folder. The system releases the lock
// when the process ends, in any way, so none is left behind. A disk without
// locks is used without one.
func lock(root *os.Root) (io.Closer, error) {
	folder, err := root.Open(".")
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(folder.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); errors.Is(err, syscall.EWOULDBLOCK) {
		folder.Close()
		return nil, ErrInUse
	}
	return folder, nil
}
