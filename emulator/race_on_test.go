//go:build race

package emulator_test

// raceDetector multiplies the memory of what it watches.
const raceDetector = true
