package transport

import (
	"errors"
	"syscall"
)

// isReset reports whether the other side reset or aborted the connection. Windows has its own
// error numbers, and never returns those of Unix that package syscall names.
func isReset(err error) bool {
	return errors.Is(err, syscall.WSAECONNRESET) || errors.Is(err, syscall.WSAECONNABORTED)
}
