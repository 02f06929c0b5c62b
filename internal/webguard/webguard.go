// Package webguard keeps web pages from a server that listens on this machine.
//
//	guard := webguard.New("build-agent")
//	if reason := guard.Refuse(request); reason != "" {
//		http.Error(w, reason, http.StatusForbidden)
//	}
//
// # What is rejected
//
// A browser sends requests for any page that it shows: requests of forms and scripts of another
// site have the Origin of that site. A site can also resolve its own name to the address of
// this machine; then the Origin matches the address, but the Host is that name. So a request is
// rejected if its Origin is not the server's own, or if its Host is neither loopback, nor the
// address that it was sent to, nor an allowed name.
package webguard

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
)

// Guard decides which requests are accepted. The zero value allows only the name localhost.
type Guard struct{ names []string }

// New returns a guard that allows further names in Host: names of the machine that clients use,
// without a port.
func New(names ...string) Guard { return Guard{names} }

// Refuse returns why a request is rejected, or an empty text if it is accepted. Requests without a
// Host are not from a browser, and are accepted.
func (g Guard) Refuse(r *http.Request) string {
	if r.Host != "" && !g.isOwn(r) {
		return fmt.Sprintf("the Host %q is not the name of this server", r.Host)
	}
	for _, origin := range r.Header.Values("Origin") {
		if u, err := url.Parse(origin); err != nil || r.Host == "" || !strings.EqualFold(u.Host, r.Host) {
			return fmt.Sprintf("the request comes from a web page of %q", origin)
		}
	}
	return ""
}

func (g Guard) isOwn(r *http.Request) bool {
	host := (&url.URL{Host: r.Host}).Hostname()
	name := strings.TrimSuffix(strings.ToLower(host), ".")
	if name == "localhost" || slices.ContainsFunc(g.names, func(allowed string) bool { return strings.EqualFold(allowed, name) }) {
		return true
	}
	address, err := netip.ParseAddr(host)
	if err != nil {
		return false
	}
	if address.IsLoopback() {
		return true
	}
	arrived, ok := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	if !ok {
		return false
	}
	local, err := netip.ParseAddrPort(arrived.String())
	return err == nil && local.Addr().Unmap().WithZone("") == address.Unmap().WithZone("")
}
