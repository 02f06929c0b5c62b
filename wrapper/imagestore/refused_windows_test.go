package imagestore_test

import "syscall"

// errRefused is the system's error if nobody listens: WSAECONNREFUSED.
const errRefused = syscall.Errno(10061)
