package cli

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strings"

	"github.com/sfstore/sfstore/internal/webguard"
	"github.com/sfstore/sfstore/internal/workbench"
)

// newGuard allows the name to listen on, and those of --allow-host. An empty address, as from a
// variable that is not set, would mean every address of this machine.
func newGuard(listen string, allowed []string) (webguard.Guard, error) {
	if listen == "" {
		return webguard.Guard{}, errors.New("--listen is empty; write one like 127.0.0.1:19080")
	}
	var names []string
	if host, _, err := net.SplitHostPort(listen); err == nil && !isAddress(host) {
		names = append(names, host)
	}
	for _, name := range allowed {
		bare := strings.TrimSuffix(strings.Trim(name, "[]"), ".")
		if bare == "" || !isAddress(bare) && strings.ContainsAny(bare, ":/ ") {
			return webguard.Guard{}, fmt.Errorf("--allow-host %q: must be a name, without scheme and port", name)
		}
		names = append(names, bare)
	}
	return webguard.New(names...), nil
}

// listenOn listens on the address of --listen.
func listenOn(address string) (net.Listener, error) {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("%w (--listen 127.0.0.1:0 takes a free port)", err)
	}
	return listener, nil
}

func isAddress(host string) bool {
	_, err := netip.ParseAddr(host)
	return host == "" || err == nil
}

// guarded rejects the requests of web pages before anything happens.
func (a *app) guarded(guard webguard.Guard, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if reason := guard.Refuse(r); reason != "" {
			a.notice("refused %s %s: %s (--allow-host allows a name)", r.Method, r.URL.EscapedPath(), reason)
			workbench.Refuse(w, r, reason)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// clientURL returns a URL that a client on this machine can use. A client cannot connect to a
// wildcard address.
func clientURL(scheme string, address net.Addr) string {
	listening, err := netip.ParseAddrPort(address.String())
	if err == nil && listening.Addr().IsUnspecified() {
		listening = netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), listening.Port())
		return scheme + "://" + listening.String()
	}
	return scheme + "://" + address.String()
}
