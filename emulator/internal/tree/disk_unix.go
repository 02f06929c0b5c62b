//go:build linux || darwin

package tree

import "syscall"

// diskSpace is the capacity and the available space, in bytes, of the disk
// that holds folder.
func diskSpace(folder string) (capacity, available uint64) {
	var st syscall.Statfs_t
	if err := syscall.Statfs(folder, &st); err != nil {
		return 0, 0
	}
	return st.Blocks * uint64(st.Bsize), st.Bavail * uint64(st.Bsize)
}
