package cli

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strings"

	"github.com/sfstore/sfstore/internal/transport"
)

// upstreamTLS says who the recorder is to the gateway, which clients cannot do through it.
func (a *app) upstreamTLS(upstream *url.URL, listen string) (*tls.Config, error) {
	flags := a.flags.security
	if flags.tokenCommand.given {
		return nil, errors.New("--token-command has no effect: tokens pass as clients send them")
	}
	if upstream.Scheme != "https" {
		if flags.identified() || flags.passwordFile != "" || flags.trusting() || flags.allowTLS13 {
			return nil, errors.New("certificates count only with an --upstream of https")
		}
		return nil, nil
	}
	security, err := flags.load(a.getenv)
	if err != nil {
		return nil, err
	}
	if security.Insecure {
		a.warnInsecure("--insecure")
	}
	if security.Certificate != nil {
		if err := a.lend(listen); err != nil {
			return nil, err
		}
	}
	return security.TLSConfig(upstream.Hostname())
}

// lend says, whatever --quiet says, that clients of the recorder act with its certificate, and
// refuses to lend it to the network.
func (a *app) lend(listen string) error {
	if !isLoopback(listen) {
		return fmt.Errorf("--listen %s: must be a loopback address, such as 127.0.0.1:0, because whoever can connect acts with the certificate of --cert", listen)
	}
	fmt.Fprintln(a.stderr, "sfstore: WARNING: --cert: whoever can connect to the recorder acts with its certificate: every program on this machine.")
	return nil
}

// upstreamError words what the recorder could not do, where it is the server that is not trusted.
func upstreamError(err error) error {
	if worded := transport.ServerError(err); worded != err {
		return fmt.Errorf("connect to the upstream: %w", worded)
	}
	return err
}

func isLoopback(listen string) bool {
	host, _, err := net.SplitHostPort(listen)
	if err != nil {
		return false
	}
	address, err := netip.ParseAddr(host)
	return err == nil && address.IsLoopback() || strings.EqualFold(host, "localhost")
}
