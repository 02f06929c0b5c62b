package emulator

import (
	"errors"

	"golang.org/x/sys/windows"
)

// isDiskFull reports whether a disk had no space left.
func isDiskFull(err error) bool {
	return errors.Is(err, windows.ERROR_DISK_FULL) || errors.Is(err, windows.ERROR_HANDLE_DISK_FULL)
}

// isNameTooLong reports whether a name or a path is longer than a disk can hold.
func isNameTooLong(err error) bool {
	return errors.Is(err, windows.ERROR_FILENAME_EXCED_RANGE)
}
