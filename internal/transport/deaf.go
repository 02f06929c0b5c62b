package transport

import (
	"sync"
	"time"
)

const (
	// deafFor is how long bodies do not wait at a gateway that does not answer to it. Then one
	// is announced again: what is on the way may have changed.
	deafFor = 5 * time.Minute
	// deafAfter is how many bodies must have waited for nothing, and been accepted then. With a
	// certificate one may be late because the server is busy with it.
	deafAfter, deafAfterCertificate = 1, 2
)

// deaf are the gateways, by host, that do not say when they want a body, or to which something
// on the way does not let them.
type deaf struct {
	mu    sync.Mutex
	hosts map[string]deafness
}

type deafness struct {
	bodies int       // that waited for nothing and were accepted
	until  time.Time // bodies do not wait; zero when they do
}

// is says whether a body need not wait.
func (d *deaf) is(host string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	known := d.hosts[host]
	if !known.until.IsZero() && !time.Now().Before(known.until) {
		delete(d.hosts, host)
		return false
	}
	return !known.until.IsZero()
}

// note notes that a body waited for nothing and was accepted.
func (d *deaf) note(host string, after int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.hosts == nil {
		d.hosts = make(map[string]deafness)
	}
	known := d.hosts[host]
	if known.bodies++; known.bodies >= after {
		known.until = time.Now().Add(deafFor)
	}
	d.hosts[host] = known
}

// hears forgets what was noted.
func (d *deaf) hears(host string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.hosts, host)
}
