//go:build !windows

package private

import "os"

// Create makes a file for writing, with mode 0600. The error is [fs.ErrExist] if there is one
// already.
func Create(name string) (*os.File, error) {
	return os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
}
