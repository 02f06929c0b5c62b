package imagestore_test

import "syscall"

// errRefused is what the system says when nobody listens: WSAECONNREFUSED.
const errRefused = syscall.Errno(10061)
