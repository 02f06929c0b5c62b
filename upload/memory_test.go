package upload_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sfstore/sfstore/emulator"
)

// withFakeTime runs a test in simulated time, which passes only while everything waits, with a store
// that is reached over connections in memory.
func withFakeTime(t *testing.T, test func(t *testing.T, s *store), options ...emulator.Option) {
	t.Helper()
	folder := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		s := serveInMemory(t, folder, options...)
		t.Cleanup(s.close)
		test(t, s)
	})
}

// inBubble calls f in simulated time. A panic of f, with which rapid ends a check, is passed on.
func inBubble(t *testing.T, f func()) {
	t.Helper()
	var failure any
	synctest.Test(t, func(*testing.T) {
		defer func() { failure = recover() }()
		f()
	})
	if failure != nil {
		panic(failure)
	}
}

// serveInMemory serves a store that is reached over connections in memory.
func serveInMemory(t tester, folder string, options ...emulator.Option) *store {
	t.Helper()
	network := newMemoryNetwork()
	return serveOn(t, network, &http.Transport{DialContext: network.dial, MaxIdleConnsPerHost: 64}, folder, options...)
}

// memoryNetwork is a listener whose connections are pipes.
type memoryNetwork struct {
	accepted chan net.Conn
	closed   chan struct{}
	close    func()
}

func newMemoryNetwork() *memoryNetwork {
	n := &memoryNetwork{accepted: make(chan net.Conn), closed: make(chan struct{})}
	n.close = sync.OnceFunc(func() { close(n.closed) })
	return n
}

func (n *memoryNetwork) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	client, server := net.Pipe()
	select {
	case n.accepted <- server:
		return client, nil
	case <-n.closed:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (n *memoryNetwork) Accept() (net.Conn, error) {
	select {
	case conn := <-n.accepted:
		return conn, nil
	case <-n.closed:
		return nil, io.EOF
	}
}

func (n *memoryNetwork) Close() error {
	n.close()
	return nil
}

func (n *memoryNetwork) Addr() net.Addr { return memoryAddress{} }

type memoryAddress struct{}

func (memoryAddress) Network() string { return "memory" }
func (memoryAddress) String() string  { return "store.example" }

// pass lets simulated time pass.
func pass(d time.Duration) { <-time.After(d) }
