//go:build race

package emulator_test

// raceDetector reports whether the race detector is on, which multiplies memory use.
const raceDetector = true
