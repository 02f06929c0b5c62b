package main

import (
	"io"
	"net"
	"sync"
	"time"
)

// link is a line with a round trip and a rate between a client and a listener. It delays each direction
// by half the round trip, and all connections share the rate. It is a proxy of streams: it shows what
// waiting costs, not how TCP handles losses.
type link struct {
	delay time.Duration // one way
	rate  float64       // bytes a second, each way, of all connections
	mu    sync.Mutex
	free  [2]time.Time // when the line is free again, by direction
}

// between listens, and forwards what arrives to the address.
func (l *link) between(address string) (net.Listener, error) {
	front, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	go func() {
		for {
			near, err := front.Accept()
			if err != nil {
				return
			}
			far, err := net.Dial("tcp", address)
			if err != nil {
				_ = near.Close()
				continue
			}
			go l.pass(far, near, 0)
			go l.pass(near, far, 1)
		}
	}()
	return front, nil
}

// piece is some bytes with the time at which they arrive at the other end.
type piece struct {
	bytes []byte
	at    time.Time
}

// pass forwards one direction of a connection. A channel bounds the bytes in transit to twice what the
// line can hold.
func (l *link) pass(to, from net.Conn, direction int) {
	const size = 16 << 10
	underWay := make(chan piece, 64+int(2*l.rate*l.delay.Seconds()/size))
	go func() {
		defer close(underWay)
		for {
			buffer := make([]byte, size)
			n, err := from.Read(buffer)
			if n > 0 {
				sent := l.book(n, direction)
				// A wait takes at least a millisecond, in which the line moves many pieces.
				if ahead := time.Until(sent); ahead > 5*time.Millisecond {
					<-time.After(ahead)
				}
				underWay <- piece{buffer[:n], sent.Add(l.delay)}
			}
			if err != nil {
				return
			}
		}
	}()
	for p := range underWay {
		<-time.After(time.Until(p.at))
		if _, err := to.Write(p.bytes); err != nil {
			break
		}
	}
	_ = to.Close()
	_ = from.Close()
	for range underWay {
	}
}

// book reserves the line for n bytes, and returns when they are sent.
func (l *link) book(n, direction int) time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	if l.free[direction].Before(now) {
		l.free[direction] = now
	}
	l.free[direction] = l.free[direction].Add(time.Duration(float64(n) / l.rate * float64(time.Second)))
	return l.free[direction]
}

// goodput sends bytes over the line in one stream, and returns when the other end reports that it has
// them all.
func goodput(address string, size int64) error {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return err
	}
	defer conn.Close()
	block := make([]byte, 64<<10)
	for left := size; left > 0; left -= int64(len(block)) {
		if _, err := conn.Write(block[:min(left, int64(len(block)))]); err != nil {
			return err
		}
	}
	if err := conn.(*net.TCPConn).CloseWrite(); err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, conn)
	return err
}
