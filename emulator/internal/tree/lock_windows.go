package tree

import (
	"errors"
	"io"
	"os"
	"path/filepath"

	"golang.org/x/sys/windows"
)

// canLock reports whether this platform has folder locks.
const canLock = true

// lock gives this tree exclusive use of the folder, by a file in it that no
// other process can open. The system removes the file when the process ends, in
// any way.
func lock(root *os.Root) (io.Closer, error) {
	name, err := windows.UTF16PtrFromString(filepath.Join(root.Name(), "lock"))
	if err != nil {
		return nil, err
	}
	const nobodyElse = 0
	file, err := windows.CreateFile(name, windows.GENERIC_WRITE|windows.DELETE, nobodyElse, nil, windows.OPEN_ALWAYS,
		windows.FILE_ATTRIBUTE_HIDDEN|windows.FILE_FLAG_DELETE_ON_CLOSE, 0)
	if errors.Is(err, windows.ERROR_SHARING_VIOLATION) || errors.Is(err, windows.ERROR_DELETE_PENDING) {
		return nil, ErrInUse
	}
	if err != nil {
		return nil, &os.PathError{Op: "lock", Path: root.Name(), Err: err}
	}
	return os.NewFile(uintptr(file), "lock"), nil
}
