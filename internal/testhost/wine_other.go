//go:build !windows

package testhost

import "testing"

// NotUnderWine skips a test for a reason.
func NotUnderWine(testing.TB, string) {}
