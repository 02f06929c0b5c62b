package pack

import (
	"os"
	"runtime"
	"testing"
	"testing/fstest"
)

// TestMemoryDoesNotGrowWithTheFiles counts all allocated bytes, so it depends neither on the garbage
// collector nor on time.
func TestMemoryDoesNotGrowWithTheFiles(t *testing.T) {
	allocated := func(size int64) uint64 {
		src := &slowFS{name: "Code/big", size: size}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		out := &discard{}
		report, err := newPacker(src).pack(t.Context(), archive{"Code.zip", "Code", []string{"big"}}, out)
		runtime.ReadMemStats(&after)
		if err != nil {
			t.Fatal(err)
		}
		if report.Packed < size || src.asked > bufferSize || out.most > bufferSize {
			t.Errorf("%d bytes became %d; one read was of %d, one write of %d", size, report.Packed, src.asked, out.most)
		}
		return after.TotalAlloc - before.TotalAlloc
	}
	allocated(1) // tables that are made once
	small, large := allocated(128<<10), allocated(1<<20)
	if large > small+256<<10 {
		t.Errorf("128 KiB take %d bytes of memory and 1 MiB take %d", small, large)
	}
}

// discard remembers the size of the largest write.
type discard struct{ most int }

func (d *discard) Write(p []byte) (int, error) {
	d.most = max(d.most, len(p))
	return len(p), nil
}

// TestAFileOfMoreThan4GiB takes half a minute. Set SFSTORE_LARGE=1 to run it.
func TestAFileOfMoreThan4GiB(t *testing.T) {
	if os.Getenv("SFSTORE_LARGE") == "" {
		t.Skip("it takes long; set SFSTORE_LARGE=1 to run it")
	}
	const size = 4<<30 + 1
	dir := t.TempDir()
	if err := os.CopyFS(dir, calculator(nil)); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(dir+"/WebPkg/Code/bin/a.dll", size); err != nil {
		t.Fatal(err)
	}
	out := t.TempDir()
	if _, err := Write(t.Context(), os.DirFS(dir), out); err != nil {
		t.Fatal(err)
	}
	readByOthers(t, out+"/WebPkg/Code.zip", false)
}

func BenchmarkPack(b *testing.B) {
	const size = 16 << 20
	src := fstest.MapFS{"big": {Data: make([]byte, size)}}
	b.SetBytes(size)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := newPacker(src).pack(b.Context(), archive{"a.zip", ".", []string{"big"}}, &discard{}); err != nil {
			b.Fatal(err)
		}
	}
}
