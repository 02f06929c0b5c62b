//go:build windows || plan9 || js || wasip1

package tree

// syncFolder does nothing: a folder cannot be synced here. NTFS journals its
// names by itself.
func (t *Tree) syncFolder(string) error { return nil }
