//go:build !windows

package tree

// isHeld reports whether a file cannot be changed because another program has
// it open. Here that is no obstacle.
func isHeld(error) bool { return false }
