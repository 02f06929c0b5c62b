package testhost

import (
	"syscall"
	"testing"
)

// NotUnderWine skips a test for a reason.
func NotUnderWine(t testing.TB, reason string) {
	t.Helper()
	if syscall.NewLazyDLL("ntdll.dll").NewProc("wine_get_version").Find() == nil {
		t.Skip("not under Wine: " + reason)
	}
}
