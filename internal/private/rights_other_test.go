//go:build !windows

package private_test

import (
	"os"
	"testing"
)

func wantOwnerAlone(t *testing.T, name string) {
	t.Helper()
	if info, err := os.Stat(name); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
}
