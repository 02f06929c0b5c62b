package cli_test

import (
	"fmt"
	"hash/crc32"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// maxRecordMemory is far above what the command needs, and far below the size of the body.
const maxRecordMemory = 160 << 20

// TestRecordOfALargeBody sends 320 MiB, or with SFSTORE_LARGE, 4 GiB.
func TestRecordOfALargeBody(t *testing.T) {
	t.Parallel()
	size := int64(320 << 20)
	if os.Getenv("SFSTORE_LARGE") != "" {
		size = 4 << 30
	}
	var sum uint32
	var received int64
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		digest := crc32.New(castagnoli)
		received, _ = io.Copy(digest, r.Body)
		sum = digest.Sum32()
	}))
	defer server.Close()
	r, file := recordOf(t, server.URL)

	digest := crc32.New(castagnoli)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPut, r.url+"/ImageStore/large.bin?api-version=6.0",
		io.TeeReader(io.LimitReader(&noise{}, size), digest))
	if err != nil {
		t.Fatal(err)
	}
	request.ContentLength = size
	rsp, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	rsp.Body.Close()
	if received != size || sum != digest.Sum32() {
		t.Errorf("%d bytes came through, with the digest %x, want %d and %x", received, sum, size, digest.Sum32())
	}
	if code, said := r.exit(t, os.Interrupt); code != 0 {
		t.Errorf("exit code %d: %s", code, said)
	}
	t.Logf("the recorder took %d MiB of memory", peakMemory(r.cmd)>>20)
	if peak := peakMemory(r.cmd); peak > maxRecordMemory {
		t.Errorf("the recorder took %d MiB of memory", peak>>20)
	}
	text, err := os.ReadFile(file)
	if err != nil || len(text) > 4096 || !strings.Contains(string(text), fmt.Sprintf(`","_size":%d,`, size)) {
		t.Errorf("recorded as %.4096s: %v", text, err)
	}
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// noise never ends, and no two parts of it are the same.
type noise struct {
	block [64 << 10]byte
	count uint64
}

func (n *noise) Read(p []byte) (int, error) {
	n.count++
	copy(n.block[:], strconv.FormatUint(n.count, 10))
	return copy(p, n.block[:]), nil
}

// peakMemory returns the most memory that an ended command had resident, in bytes.
func peakMemory(cmd *exec.Cmd) int64 {
	return cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss << 10
}
