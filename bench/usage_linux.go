package main

import (
	"fmt"
	"os"
	"strings"
	"syscall"
)

// peakMemory returns the most memory that this process had resident, in MiB. The value of rusage would
// include what the parent had.
func peakMemory() float64 {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	_, line, _ := strings.Cut(string(text), "VmHWM:")
	var kib float64
	_, _ = fmt.Sscan(line, &kib)
	return kib / 1024
}

// processorTime returns what this process has used, in seconds.
func processorTime() float64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	return float64(usage.Utime.Nano()+usage.Stime.Nano()) / 1e9
}
