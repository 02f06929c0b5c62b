//go:build windows || plan9 || js || wasip1

package emulator

// syncFolder does nothing: a folder cannot be synced here. NTFS journals its
// names by itself.
func (s *Store) syncFolder(string) error { return nil }
