package main

import (
	"math/rand/v2"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// far is a line of IP packets between two network namespaces. Unlike a [link], it shows how TCP handles
// distance and losses.
type far struct {
	delay time.Duration // one way
	rate  float64       // bytes a second, each way
	loss  float64       // of each packet, 0 to 1
}

const mtu = 1500

// waiting is how much the bottleneck of the line buffers, as time. Packets beyond that are lost.
const waiting = 50 * time.Millisecond

// tunnel passes packets between the server's device and that of the current client.
type tunnel struct {
	far
	server *os.File
	client atomic.Pointer[os.File]
	toHere direction // from the server to the client
	toFar  direction
}

// direction is one direction of a line.
type direction struct {
	mu   sync.Mutex
	free time.Time // when the line is free again
	dice *rand.Rand
	pipe chan packet
}

type packet struct {
	bytes []byte
	at    time.Time // when it arrives
}

func newTunnel(f far, server *os.File) *tunnel {
	t := &tunnel{far: f, server: server}
	for i, d := range []*direction{&t.toHere, &t.toFar} {
		d.dice = rand.New(rand.NewPCG(1, uint64(i)))
		d.pipe = make(chan packet, 1<<15)
	}
	go t.read(server, &t.toHere)
	go t.write(&t.toHere, func() *os.File { return t.client.Load() })
	go t.write(&t.toFar, func() *os.File { return t.server })
	return t
}

// attach makes a device the client's.
func (t *tunnel) attach(client *os.File) {
	if before := t.client.Swap(client); before != nil {
		_ = before.Close()
	}
	go t.read(client, &t.toFar)
}

func (t *tunnel) close() {
	_ = t.server.Close()
	if client := t.client.Load(); client != nil {
		_ = client.Close()
	}
}

// read reads packets from a device until it is closed.
func (t *tunnel) read(from *os.File, d *direction) {
	buffer := make([]byte, mtu)
	for {
		n, err := from.Read(buffer)
		if err != nil {
			return
		}
		if at, lost := d.book(t.far, n); !lost {
			select {
			case d.pipe <- packet{append([]byte(nil), buffer[:n]...), at}:
			default:
			}
		}
	}
}

// book reserves the line for a packet, and returns when the packet arrives, or that it is lost.
func (d *direction) book(f far, n int) (at time.Time, lost bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	now := time.Now()
	if d.free.Before(now) {
		d.free = now
	}
	if d.dice.Float64() < f.loss || d.free.Sub(now) > waiting {
		return at, true
	}
	d.free = d.free.Add(time.Duration(float64(n) / f.rate * float64(time.Second)))
	return d.free.Add(f.delay), false
}

func (t *tunnel) write(d *direction, to func() *os.File) {
	for p := range d.pipe {
		// Timers are not exact: packets that have almost arrived are sent with those before them.
		if ahead := time.Until(p.at); ahead > 100*time.Microsecond {
			<-time.After(ahead)
		}
		if device := to(); device != nil {
			_, _ = device.Write(p.bytes)
		}
	}
}
