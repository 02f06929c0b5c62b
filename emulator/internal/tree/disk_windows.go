package tree

import "golang.org/x/sys/windows"

// diskSpace is the capacity and the available space, in bytes, of the disk
// that holds folder.
func diskSpace(folder string) (capacity, available uint64) {
	name, err := windows.UTF16PtrFromString(folder)
	if err != nil || windows.GetDiskFreeSpaceEx(name, &available, &capacity, nil) != nil {
		return 0, 0
	}
	return capacity, available
}
