package tree

import (
	"errors"

	"golang.org/x/sys/windows"
)

// isHeld reports whether a file cannot be changed because another program has
// it open, such as a virus scanner. A file that is open without the right to
// delete it gives either error.
func isHeld(err error) bool {
	return errors.Is(err, windows.ERROR_SHARING_VIOLATION) || errors.Is(err, windows.ERROR_ACCESS_DENIED)
}
