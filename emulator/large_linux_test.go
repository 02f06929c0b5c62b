package emulator_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// TestLargeFile sends a large file in chunks, and in a single PUT, and checks the peak memory of the
// store's process. SFSTORE_LARGE_FILE is its size in bytes, such as 10737418240; the disk needs three
// times that.
func TestLargeFile(t *testing.T) {
	size := int64(64 << 20)
	if wanted := os.Getenv("SFSTORE_LARGE_FILE"); wanted != "" {
		var err error
		if size, err = strconv.ParseInt(wanted, 10, 64); err != nil {
			t.Fatalf("SFSTORE_LARGE_FILE=%s is no number", wanted)
		}
	} else if testing.Short() {
		t.Skip("it writes 200 MB")
	}
	folder := filepath.Join(t.TempDir(), "store")
	var disk syscall.Statfs_t
	if err := syscall.Statfs(filepath.Dir(folder), &disk); err != nil {
		t.Fatal(err)
	}
	if free := int64(disk.Bavail) * disk.Bsize; free < 4*size {
		t.Skipf("%d bytes are free, want %d", free, 4*size)
	}
	store := startStore(t, folder)
	client := newClient(t)
	client.Timeout = 0
	const id, part = "&session-id=11111111-2222-3333-4444-555555555555", int64(64 << 20)
	for start := int64(0); start < size; start += part {
		end := min(start+part, size)
		putZeros(t, client, store.url+"/ImageStore/chunks/$/UploadChunk"+query+id, end-start, fmt.Sprintf("bytes %d-%d/%d", start, end-1, size))
	}
	if status := do(client, http.MethodPost, store.url+"/ImageStore/$/CommitUploadSession"+query+"&timeout=3600"+id, ""); status != http.StatusOK {
		t.Fatalf("commit: status %d", status)
	}
	if status := do(client, http.MethodDelete, store.url+"/ImageStore/$/DeleteUploadSession"+query+id, ""); status != http.StatusOK {
		t.Fatalf("deletion of the session: status %d", status)
	}
	putZeros(t, client, store.url+"/ImageStore/whole"+query+"&timeout=3600", size, "")
	for _, name := range []string{"chunks", "whole"} {
		if info, err := os.Stat(filepath.Join(folder, "content", name)); err != nil || info.Size() != size {
			t.Errorf("%s: %v %v", name, info, err)
		}
	}
	peak := peakMemory(t, store.cmd.Process.Pid)
	t.Logf("%d MiB went through a process of at most %d MiB", size>>20, peak>>20)
	if peak > 64<<20 && !raceDetector {
		t.Errorf("the store took %d bytes of memory, want at most 64 MiB", peak)
	}
}

func putZeros(t *testing.T, client *http.Client, url string, n int64, contentRange string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPut, url, zeros(n))
	if err != nil {
		t.Fatal(err)
	}
	r.ContentLength = n
	if contentRange != "" {
		r.Header.Set("Content-Range", contentRange)
	}
	response, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if response.StatusCode != http.StatusOK {
		t.Fatalf("%s %s: %s", url, contentRange, response.Status)
	}
}

// peakMemory returns the most memory, in bytes, that a process had resident.
func peakMemory(t *testing.T, pid int) int64 {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if kib, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			n, err := strconv.ParseInt(strings.Fields(kib)[0], 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			return n << 10
		}
	}
	t.Fatal("no VmHWM")
	return 0
}
