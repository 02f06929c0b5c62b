package transport

import (
	"sync"
	"time"
)

const (
	// ignoredFor is how long bodies do not wait at a gateway that ignores Expect. Then one waits
	// again, because the gateway, or a middlebox before it, may have changed.
	ignoredFor = 5 * time.Minute
	// ignoredAfter is how many bodies must have waited in vain and been accepted then. With a
	// certificate, 100 Continue may be late because the server is busy with the certificate.
	ignoredAfter, ignoredAfterCertificate = 1, 2
)

// continueIgnored remembers, per host, gateways that never sent 100 Continue, whether they or a
// middlebox ignore Expect.
type continueIgnored struct {
	mu    sync.Mutex
	hosts map[string]ignored
}

type ignored struct {
	bodies int       // that waited in vain and were accepted
	until  time.Time // bodies do not wait; zero if they do
}

// skip reports whether a body need not wait.
func (c *continueIgnored) skip(host string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	known := c.hosts[host]
	if !known.until.IsZero() && !time.Now().Before(known.until) {
		delete(c.hosts, host)
		return false
	}
	return !known.until.IsZero()
}

// record counts a body that waited in vain and was accepted. After some of them others skip the
// wait.
func (c *continueIgnored) record(host string, after int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.hosts == nil {
		c.hosts = make(map[string]ignored)
	}
	known := c.hosts[host]
	if known.bodies++; known.bodies >= after {
		known.until = time.Now().Add(ignoredFor)
	}
	c.hosts[host] = known
}

// forget drops the record of a host.
func (c *continueIgnored) forget(host string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.hosts, host)
}
