package emulator

import (
	"io"
	"runtime"
	"testing"
)

// crash ends a store as a crash does: without Close, but the system lets go of
// its lock.
func crash(t *testing.T, s *Store) {
	t.Helper()
	if err := s.locked.Close(); err != nil {
		t.Fatal(err)
	}
	s.locked = io.NopCloser(nil)
}

func TestAFolderServesOneStoreAtATime(t *testing.T) {
	if runtime.GOOS != "linux" && runtime.GOOS != "darwin" {
		t.Skip("folders are not locked on ", runtime.GOOS)
	}
	dir := t.TempDir()
	first := newBench(t, WithFolder(dir))
	first.want(first.chunk("a", id1, "bytes 0-0/2", "x"), "200")
	const want = "emulator: open the store's folder: another store works in it"
	if _, err := New(WithFolder(dir)); err == nil || err.Error() != want {
		t.Fatalf("a second store: %v, want %s", err, want)
	}
	if first.staging() != 1 {
		t.Error("the refused store emptied the first one's staging folder")
	}
	first.want(first.chunk("a", id1, "bytes 1-1/2", "y"), "200")
	first.want(first.commit(id1), "200")
	crash(t, first.store)
	second := newBench(t, WithFolder(dir))
	if got := second.stored("a"); got != "xy" {
		t.Errorf("stored %q", got)
	}
}
