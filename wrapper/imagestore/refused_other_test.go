//go:build !windows

package imagestore_test

import "syscall"

// errRefused is what the system says when nobody listens.
const errRefused = syscall.ECONNREFUSED
