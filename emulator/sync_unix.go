//go:build !windows && !plan9 && !js && !wasip1

package emulator

import (
	"errors"
	"io/fs"
)

// syncFolder brings a folder's names to the disk. A folder that has gone
// meanwhile took the names with it.
func (s *Store) syncFolder(name string) error {
	f, err := s.root.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	return f.Sync()
}
