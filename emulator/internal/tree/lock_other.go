//go:build !windows && (!unix || aix || solaris)

package tree

import (
	"io"
	"os"
)

// canLock reports whether this platform has folder locks.
const canLock = false

// lock is a no-op: this platform has no folder lock.
func lock(*os.Root) (io.Closer, error) { return io.NopCloser(nil), nil }
