//go:build !windows

package imagestore_test

import "syscall"

// errRefused is the system's error if nobody listens.
const errRefused = syscall.ECONNREFUSED
