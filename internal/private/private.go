// Package private makes files that only their owner can read, on every system.
//
//	file, err := private.Create("traffic.har")
//
// Mode 0600 is enough on Unix. On Windows it has no effect: a new file has the rights of its
// folder.
package private
