// Package conformance holds a gateway of the image store to what is known of
// it, in tables of facts. It speaks HTTP by hand, so no client's habits stand
// between a fact and the gateway.
//
// By default it starts stores of its own, one for every fact and platform.
// With SFSTORE_CONFORMANCE=http://host:port it asks the cluster there, and
// ends with a list of the facts that hold, of those that do not, and of those
// that it did not ask. It works in a folder with a name of its own and removes
// that, whatever happens, with every upload session that it began.
package conformance

import (
	"crypto/rand"
	"fmt"
	"net/url"
	"os"
	"os/signal"
	"strings"
	"testing"
)

// remote is the cluster that is asked; nil for stores of the suite's own.
var remote *cluster

// cluster is a gateway that is not ours, and what has to be cleaned up there.
type cluster struct {
	host     string
	platform platform
	report   report
}

// base is the folder that the suite works in.
var base = "sfstore-conformance-" + strings.ToLower(rand.Text()[:10])

func TestMain(m *testing.M) {
	endpoint := os.Getenv("SFSTORE_CONFORMANCE")
	if endpoint == "" {
		os.Exit(m.Run())
	}
	u, err := url.Parse(endpoint)
	if err != nil || u.Scheme != "http" || u.Host == "" {
		fmt.Fprintf(os.Stderr, "SFSTORE_CONFORMANCE=%s: want http://host:port\n", endpoint)
		os.Exit(2)
	}
	remote = &cluster{host: u.Host}
	interrupted := make(chan os.Signal, 1)
	signal.Notify(interrupted, os.Interrupt)
	go func() {
		<-interrupted
		remote.cleanUp()
		os.Exit(130)
	}()
	if err := remote.findPlatform(); err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", endpoint, err)
		remote.cleanUp()
		os.Exit(1)
	}
	code := m.Run()
	if !remote.cleanUp() {
		code = 1
	}
	remote.report.write(os.Stdout, endpoint, remote.platform)
	os.Exit(code)
}

// findPlatform stores a file and looks at the separator in its listing.
func (c *cluster) findPlatform() error {
	path := "/ImageStore/" + base + "/platform"
	if r, err := send(c.host, exchange{verb: "PUT", target: path + "?api-version=6.0", body: "x"}); err != nil || r.status != 200 {
		return fmt.Errorf("storing a file: %v %w", r, err)
	}
	r, err := send(c.host, exchange{verb: "GET", target: path + "?api-version=6.0"})
	if err != nil || r.status != 200 {
		return fmt.Errorf("listing a file: %v %w", r, err)
	}
	c.platform = linux
	if strings.Contains(r.body, base+`\\platform`) {
		c.platform = windows
	}
	return nil
}

// cleanUp removes the suite's folder and tells whether it is gone. Sessions
// are removed by the facts that began them.
func (c *cluster) cleanUp() bool {
	for _, id := range sessions.all() {
		_, _ = send(c.host, deletionOf(id))
	}
	_, _ = send(c.host, exchange{verb: "DELETE", target: "/ImageStore/" + base + "?api-version=6.0"})
	r, err := send(c.host, exchange{verb: "GET", target: "/ImageStore/" + base + "?api-version=6.0"})
	if err != nil || r.status != 404 {
		fmt.Fprintf(os.Stderr, "the folder %s could not be removed: %v %v\n", base, r, err)
		return false
	}
	return true
}
