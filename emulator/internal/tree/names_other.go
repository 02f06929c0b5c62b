//go:build !windows

package tree

// CheckNames returns a [*NameError] for a path with names that files cannot have
// on this system. On this system it always returns nil: a disk reports its
// errors when the file is made.
func CheckNames(string) error { return nil }
