//go:build !windows

package transport

import (
	"errors"
	"syscall"
)

// isReset reports whether the other side reset the connection.
func isReset(err error) bool {
	return errors.Is(err, syscall.EPIPE) || errors.Is(err, syscall.ECONNRESET)
}
