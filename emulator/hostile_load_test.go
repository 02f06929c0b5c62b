package emulator_test

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sfstore/sfstore/emulator"

	"github.com/sfstore/sfstore/internal/testhost"
)

func TestABodyThatNeverEnds(t *testing.T) {
	for _, target := range []string{"/ImageStore/endless", "/ImageStore/endless/$/UploadChunk"} {
		f := newFortress(t)
		conn := f.dial(strings.Replace(plain("PUT", target, ""), "Content-Length: 0", "Transfer-Encoding: chunked", 1))
		part := []byte("10000\r\n" + strings.Repeat("x", 0x10000) + "\r\n")
		used := allocated(func() {
			for range 512 { // 32 MiB
				if _, err := conn.Write(part); err != nil {
					t.Fatal(err)
				}
			}
		})
		if used > 16<<20 {
			t.Errorf("%s: 32 MiB of body took %d bytes of memory", target, used)
		}
		f.isAlive()
		conn.Close()
		f.eventually("the staging folder is empty", func() bool { return f.staged() == 0 })
		f.want(plain("GET", "/ImageStore/endless", ""), 404)
	}
}

// Clients send a part of a request, and then nothing.
func TestSlowClients(t *testing.T) {
	f := newFortress(t)
	var heads, bodies []net.Conn
	for range 100 {
		heads = append(heads, f.dial("GET /ImageStore HTTP/1.1\r\nHost: x\r\nX-"))
		bodies = append(bodies, f.dial(strings.Replace(plain("PUT", "/ImageStore/slow", ""), "Content-Length: 0", "Content-Length: 9", 1)+"x"))
	}
	f.isAlive()
	// The server closes the connections that do not complete their headers.
	for _, conn := range heads {
		if err := conn.SetReadDeadline(time.Now().Add(20 * time.Second)); err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadAll(conn); err != nil {
			t.Fatal("a connection without a request stays open: ", err)
		}
	}
	f.eventually("every body has begun", func() bool { return f.staged() == len(bodies) })
	for _, conn := range bodies[:50] {
		conn.Close()
	}
	f.eventually("the clients that went have left nothing", func() bool { return f.staged() == 50 })
	f.isAlive()
	// The rest is still open when the server closes.
}

func TestLargeBodiesThatNobodyReads(t *testing.T) {
	f := newFortress(t, emulator.WithPlatform(emulator.Linux))
	body := strings.Repeat(" ", 4<<20)
	used := allocated(func() {
		for range 10 {
			r := httptest.NewRequest(http.MethodDelete, "/ImageStore/a"+query, strings.NewReader(body))
			w := httptest.NewRecorder()
			if f.store.ServeHTTP(w, r); w.Code != 200 {
				t.Fatal(w.Code)
			}
		}
	})
	if used > 10<<20 {
		t.Errorf("40 MiB of bodies took %d bytes of memory", used)
	}
}

// TestManySessions begins 1000 sessions, or SFSTORE_SESSIONS (see make soak).
func TestManySessions(t *testing.T) {
	testhost.NotUnderWine(t, "its requests have a time limit, and one process serves all calls of the system")
	var minutes atomic.Int64
	begin := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	f := newFortress(t, emulator.WithClock(func() time.Time { return begin.Add(time.Duration(minutes.Load()) * time.Minute) }))
	sessions := 1000
	if wanted := os.Getenv("SFSTORE_SESSIONS"); wanted != "" {
		var err error
		if sessions, err = strconv.Atoi(wanted); err != nil {
			t.Fatal(err)
		}
	}
	before := heap()
	for i := range sessions {
		path := "one"
		if i%2 == 0 {
			path = fmt.Sprintf("many/%d", i)
		}
		f.chunk(path, fmt.Sprintf("11111111-2222-3333-4444-%012d", i+1), "bytes 1-1/3", 200)
	}
	if grown, limit := heap()-before, int64(sessions)*3<<10; grown > limit {
		t.Errorf("%d sessions take %d bytes of memory, want at most %d", sessions, grown, limit)
	}
	if got := f.store.Stats().Sessions; got != sessions || f.staged() != sessions {
		t.Errorf("%d sessions with %d files", got, f.staged())
	}
	w := httptest.NewRecorder()
	f.store.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/ImageStore/one/$/GetUploadSession"+query, nil))
	if n := strings.Count(w.Body.String(), "SessionId"); n != sessions/2 {
		t.Errorf("%d sessions on one path, want %d", n, sessions/2)
	}
	minutes.Store(61)
	f.want(plain("GET", "/ImageStore/one/$/GetUploadSession", ""), 204)
	if got := f.store.Stats().Sessions; got != 0 || f.staged() != 0 {
		t.Errorf("after an hour: %d sessions with %d files", got, f.staged())
	}
}

func TestRangesInAnyOrder(t *testing.T) {
	f := newFortress(t)
	const chunks, id = 500, "11111111-2222-3333-4444-555555555555"
	var want bytes.Buffer
	for i := range chunks {
		fmt.Fprintf(&want, "%04d", i)
	}
	for _, i := range rand.Perm(chunks) {
		r := httptest.NewRequest(http.MethodPut, "/ImageStore/a/$/UploadChunk"+query+"&session-id="+id, strings.NewReader(fmt.Sprintf("%04d", i)))
		r.Header.Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", 4*i, 4*i+3, 4*chunks))
		w := httptest.NewRecorder()
		if f.store.ServeHTTP(w, r); w.Code != 200 {
			t.Fatalf("chunk %d: %d %s", i, w.Code, w.Body)
		}
	}
	f.chunk("a", id, fmt.Sprintf("bytes 0-%d/%d", 4*chunks-1, 4*chunks), 400)
	f.want(plain("POST", "/ImageStore/$/CommitUploadSession", ""), 200)
	if got, err := os.ReadFile(f.data("content/a")); err != nil || !bytes.Equal(got, want.Bytes()) {
		t.Errorf("stored %d bytes, want %d: %v", len(got), want.Len(), err)
	}
}

// dial opens a connection and writes the beginning of a request.
func (f *fortress) dial(beginning string) net.Conn {
	f.t.Helper()
	conn, err := net.Dial("tcp", f.address)
	if err != nil {
		f.t.Fatal(err)
	}
	f.t.Cleanup(func() { conn.Close() })
	if _, err := io.WriteString(conn, beginning); err != nil {
		f.t.Fatal(err)
	}
	return conn
}

func (f *fortress) chunk(path, id, contentRange string, want int) {
	f.t.Helper()
	r := httptest.NewRequest(http.MethodPut, "/ImageStore/"+path+"/$/UploadChunk"+query+"&session-id="+id, strings.NewReader("x"))
	r.Header.Set("Content-Range", contentRange)
	w := httptest.NewRecorder()
	if f.store.ServeHTTP(w, r); w.Code != want {
		f.t.Fatalf("chunk of %s: %d %s, want %d", id, w.Code, w.Body, want)
	}
}

// staged returns how many files are in the staging folder.
func (f *fortress) staged() int {
	f.t.Helper()
	found, err := os.ReadDir(f.data("staging"))
	if err != nil {
		f.t.Fatal(err)
	}
	return len(found)
}

func (f *fortress) eventually(what string, holds func() bool) {
	f.t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !holds(); {
		if time.Now().After(deadline) {
			f.t.Fatalf("it never came about that %s", what)
		}
		<-time.After(5 * time.Millisecond)
	}
}

// heap returns the memory in use after a garbage collection.
func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
