//go:build linux || darwin

package emulator

import (
	"errors"
	"io"
	"os"
	"syscall"
)

// lock makes the store's folder this store's alone. The system keeps the lock
// on the open folder and lets go of it when the process ends, however that
// comes about, so none is ever left behind. A disk that knows no locks goes
// without.
func lock(root *os.Root) (io.Closer, error) {
	folder, err := root.Open(".")
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(folder.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); errors.Is(err, syscall.EWOULDBLOCK) {
		folder.Close()
		return nil, errInUse
	}
	return folder, nil
}
