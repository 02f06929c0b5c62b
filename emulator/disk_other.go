//go:build !linux && !darwin

package emulator

// diskSpace is unknown here, and zero.
func diskSpace(string) (capacity, available uint64) { return 0, 0 }
