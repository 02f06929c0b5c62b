package doctor

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strings"

	"github.com/sfstore/sfstore/wrapper/imagestore"
)

// scheme reports certificates and tokens with http, which other commands reject. The
// examination continues without them.
func (e *examination) scheme(context.Context) bool {
	if e.url.Scheme == "https" {
		return true
	}
	s := e.Security
	given := e.Token != nil || e.CertificateError != nil || s.Certificate != nil || s.RootCAs != nil ||
		len(s.ServerThumbprints)+len(s.ServerCommonNames) > 0 || s.Insecure || s.AllowTLS13
	if given {
		e.problem("endpoint", "write https://"+e.url.Host+" if the cluster is secured, and else leave certificates and tokens out",
			"certificates and tokens were given, and count only with https")
	}
	e.Security, e.Token, e.CertificateError = imagestore.Security{}, nil, nil
	return true
}

// resolve looks the host up, unless a proxy does.
func (e *examination) resolve(ctx context.Context) bool {
	if e.proxied() {
		return true
	}
	host := e.url.Hostname()
	if _, err := netip.ParseAddr(host); err == nil {
		e.ok("name", "%s is an address", host)
		return true
	}
	addresses, err := net.DefaultResolver.LookupHost(ctx, host)
	if err != nil {
		e.problem("name", "is the name spelled right, and does this machine ask the right DNS (VPN, private zone)?", "%s has no address: %s", host, plain(err))
		return false
	}
	e.ok("name", "%s is %s", host, strings.Join(addresses, ", "))
	return true
}

// proxied reports whether requests go by a proxy; if so, no step looks at the gateway directly.
func (e *examination) proxied() bool {
	proxy, _ := http.ProxyFromEnvironment(&http.Request{URL: e.url}) // the step of the gateway meets its error again
	if proxy == nil {
		return false
	}
	e.byProxy = true
	e.warn("proxy", "set NO_PROXY="+e.url.Hostname()+" where the gateway can be reached directly",
		"requests go by the proxy %s, so connection and TLS are not looked at", proxy.Host)
	return true
}

// connect opens a connection to each address.
func (e *examination) connect(ctx context.Context) bool {
	if e.byProxy {
		return true
	}
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", e.address())
	if err != nil {
		e.problem("tcp", "is it the port of the HTTP gateway (19080 unless configured otherwise), and do firewall, load balancer and VPN let it through?", "no connection: %s", plain(err))
		return false
	}
	defer conn.Close()
	e.ok("tcp", "connected to %s", conn.RemoteAddr())
	return true
}

func (e *examination) address() string {
	return net.JoinHostPort(e.url.Hostname(), cmp.Or(e.url.Port(), e.url.Scheme)) // the scheme is the name of its port
}

func isLate(err error) bool {
	late, ok := errors.AsType[net.Error](err)
	return ok && late.Timeout() || errors.Is(err, context.DeadlineExceeded)
}

// plain is the text of an error of package net, without what the finding says already.
func plain(err error) string {
	if missing, ok := errors.AsType[*net.DNSError](err); ok {
		return missing.Err
	}
	if isLate(err) {
		return fmt.Sprintf("nothing came within %s", stepLimit)
	}
	if failed, ok := errors.AsType[*net.OpError](err); ok && failed.Op != "remote error" {
		return failed.Error()
	}
	return err.Error()
}
