//go:build !windows

package emulator

import (
	"errors"
	"syscall"
)

// isDiskFull reports whether a disk had no space left.
func isDiskFull(err error) bool { return errors.Is(err, syscall.ENOSPC) }

// isNameTooLong reports whether a name is longer than a disk can hold.
func isNameTooLong(err error) bool { return errors.Is(err, syscall.ENAMETOOLONG) }
