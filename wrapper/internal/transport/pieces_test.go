package transport

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"slices"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"
)

// line is a connection on which each write takes a while. It records the writes, and how often a deadline is set.
type line struct {
	net.Conn
	takes     func(write int) time.Duration
	writes    []int
	content   bytes.Buffer
	deadlines int
}

func (l *line) Write(p []byte) (int, error) {
	if l.takes != nil {
		<-time.After(l.takes(len(l.writes)))
	}
	l.writes = append(l.writes, len(p))
	return l.content.Write(p)
}

func (l *line) SetWriteDeadline(time.Time) error {
	l.deadlines++
	return nil
}

const kib = 1 << 10

// TestPieces sends bodies over lines of different speeds.
func TestPieces(t *testing.T) {
	always := func(d time.Duration) func(int) time.Duration { return func(int) time.Duration { return d } }
	for name, row := range map[string]struct {
		body  int
		takes func(int) time.Duration
		want  []int
	}{
		"a small body goes out at once":  {4 * kib, nil, []int{4 * kib}},
		"a large one in growing pieces":  {1024 * kib, nil, []int{32 * kib, 64 * kib, 128 * kib, 256 * kib, 256 * kib, 256 * kib, 32 * kib}},
		"a slow line gets small pieces":  {96 * kib, always(time.Second), []int{32 * kib, 32 * kib, 32 * kib}},
		"a line that slows down as well": {512 * kib, func(n int) time.Duration { return time.Duration(n) * 60 * time.Millisecond }, []int{32 * kib, 64 * kib, 128 * kib, 32 * kib, 32 * kib, 32 * kib, 32 * kib, 32 * kib, 32 * kib, 32 * kib, 32 * kib, 32 * kib}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				content := make([]byte, row.body)
				for i := range content {
					content[i] = byte(i >> 10)
				}
				to := &line{takes: row.takes}
				n, err := (&limitedConn{Conn: to}).ReadFrom(io.LimitReader(bytes.NewReader(content), int64(row.body)))
				if n != int64(row.body) || err != nil || !bytes.Equal(to.content.Bytes(), content) {
					t.Errorf("%d bytes were sent, %v", n, err)
				}
				if !slices.Equal(to.writes, row.want) {
					t.Errorf("the writes are %d, not %d", to.writes, row.want)
				}
			})
		})
	}
}

// TestABodyThatFails checks that the bytes before the failure are sent, and the error is returned.
func TestABodyThatFails(t *testing.T) {
	failure := errors.New("the disk is gone")
	to := &line{}
	n, err := (&limitedConn{Conn: to}).ReadFrom(io.MultiReader(bytes.NewReader(make([]byte, 10)), iotest.ErrReader(failure)))
	if n != 10 || !errors.Is(err, failure) || to.content.Len() != 10 {
		t.Errorf("%d bytes were sent, %v", n, err)
	}
}

// TestWritesShareADeadline counts how often it is set.
func TestWritesShareADeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		to := &line{takes: func(int) time.Duration { return sharedFor / 10 }}
		conn := &limitedConn{Conn: to}
		for range 100 {
			if _, err := conn.Write([]byte("x")); err != nil {
				t.Fatal(err)
			}
		}
		if to.deadlines != 10 {
			t.Errorf("it was set %d times in 10 seconds", to.deadlines)
		}
	})
}

// TestASharedDeadlineIsNotEarly begins a write that nobody reads late in the second that shares a
// deadline.
func TestASharedDeadlineIsNotEarly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ours, theirs := net.Pipe()
		defer theirs.Close()
		conn := &limitedConn{Conn: ours}
		go func() { _, _ = io.ReadFull(theirs, make([]byte, 5)) }()
		if _, err := conn.Write([]byte("hello")); err != nil {
			t.Fatal(err)
		}
		<-time.After(sharedFor - time.Millisecond)
		began := time.Now()
		_, err := conn.Write([]byte("hello"))
		if took := time.Since(began); took != writeTimeout || !errors.Is(err, errNotTaken) {
			t.Errorf("it took %v: %v", took, err)
		}
	})
}

// TestHeadAndSmallBodyInOneWrite checks that a body in memory is sent in one write with its head.
func TestHeadAndSmallBodyInOneWrite(t *testing.T) {
	tr, err := New(Security{})
	if err != nil {
		t.Fatal(err)
	}
	defer tr.CloseIdleConnections()
	writes := make(chan int, 10)
	tr.http.DialContext = func(context.Context, string, string) (net.Conn, error) {
		ours, theirs := net.Pipe()
		go answerWhenComplete("200 OK", 0)(theirs)
		return &countedConn{ours, writes}, nil
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPut, "http://gateway/", bytes.NewReader(make([]byte, 15*kib)))
	if err != nil {
		t.Fatal(err)
	}
	rsp, err := tr.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	_ = rsp.Body.Close()
	if first := <-writes; first <= 15*kib || len(writes) > 0 {
		t.Errorf("the first write has %d bytes, and %d follow", first, len(writes))
	}
}

type countedConn struct {
	net.Conn
	writes chan int
}

func (c *countedConn) Write(p []byte) (int, error) {
	c.writes <- len(p)
	return c.Conn.Write(p)
}
