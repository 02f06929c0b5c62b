//go:build !linux

package main

// Only Linux reports both.
func peakMemory() float64 { return 0 }

func processorTime() float64 { return 0 }
