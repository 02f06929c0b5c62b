package upload_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/sfstore/sfstore/internal/testhost"
	"github.com/sfstore/sfstore/upload"
	"github.com/sfstore/sfstore/wrapper/imagestore"
)

// childVariable makes the test binary an uploader: its value is endpoint, destination and source.
const childVariable = "SFSTORE_TEST_UPLOAD"

const (
	killChunk   = 1 << 20
	killWorkers = 4
	killSize    = 48<<20 + 12345
)

// uploadAsChild is main of a process that uploads one file.
func uploadAsChild() {
	arguments := strings.Split(os.Getenv(childVariable), "\n")
	client, err := imagestore.New(arguments[0])
	if err == nil {
		var u *upload.Uploader
		if u, err = upload.New(client, upload.WithChunkSize(killChunk), upload.WithWorkers(killWorkers)); err == nil {
			_, err = u.File(context.Background(), arguments[1], arguments[2])
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// TestKilledAtRandomMoments kills uploading processes, each when the server has received a random
// number of bytes from it. SFSTORE_KILLS raises the number of kills.
func TestKilledAtRandomMoments(t *testing.T) {
	testhost.NotUnderWine(t, "at times the connections of a killed process stay open")
	kills := soak(t, "SFSTORE_KILLS", 5)
	s := newStore(t)
	source := noise(killSize, 7)
	name := onDisk(t, source)
	random := rand.New(rand.NewPCG(1, uint64(kills)))
	for done, file := 0, 0; done < kills; file++ {
		dst := fmt.Sprintf("App/%d.zip", file)
		for {
			before := s.Stats()
			killed := s.runChild(t, dst, name, done < kills, random.Int64N(12<<20))
			if !killed {
				break
			}
			done++
			after := s.Stats()
			again := after.ChunkBytesReceived - before.ChunkBytesReceived - (after.ChunkBytesRecorded - before.ChunkBytesRecorded)
			if again > killWorkers*killChunk {
				t.Errorf("kill %d: %d bytes have to be sent again, more than %d workers x %d", done, again, killWorkers, killChunk)
			}
		}
		s.holds(dst, source)
		must(t, s.client.DeleteContent(t.Context(), dst))
	}
	if stats := s.Stats(); stats.ChunkBytesRecorded%killSize != 0 {
		t.Errorf("%d bytes were recorded, not a multiple of the file's", stats.ChunkBytesRecorded)
	}
}

// runChild runs an uploading process to its end, or kills it when the server has read that many bytes
// of its chunks.
func (s *store) runChild(t *testing.T, dst, source string, kill bool, after int64) (killed bool) {
	t.Helper()
	child := exec.CommandContext(t.Context(), os.Args[0])
	child.Env = append(os.Environ(), childVariable+"="+strings.Join([]string{s.server.URL, dst, source}, "\n"))
	var output strings.Builder
	child.Stdout, child.Stderr = &output, &output
	var read atomic.Int64
	var ended atomic.Bool
	end := sync.OnceFunc(func() { ended.Store(child.Process.Kill() == nil) })
	started := make(chan struct{})
	s.round(func(_ int, _ http.ResponseWriter, r *http.Request) bool {
		r.Body = &tapped{r.Body, func(n int) {
			if read.Add(int64(n)) > after && kill {
				<-started
				end()
			}
		}}
		return false
	})
	must(t, child.Start())
	close(started)
	err := child.Wait()
	s.settle()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok && ended.Load() && (exit.ExitCode() == -1 || testhost.IsWindows) {
		return true
	}
	if err != nil {
		t.Fatalf("the process failed: %v\n%s", err, output.String())
	}
	return false
}

// tapped reports how many bytes were read.
type tapped struct {
	io.ReadCloser
	seen func(int)
}

func (b *tapped) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.seen(n)
	return n, err
}
