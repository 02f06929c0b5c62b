package cli

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strings"
)

// upstreamTLS returns the TLS settings for the upstream, with the recorder's own certificate,
// because clients cannot use theirs through it.
func (a *app) upstreamTLS(upstream *url.URL, listen string) (*tls.Config, error) {
	flags, err := a.recorderSecurity(upstream.Scheme == "https")
	if err != nil {
		return nil, err
	}
	if flags.tokenCommand.isSet {
		return nil, errors.New("--token-command has no effect: clients send their own tokens")
	}
	if upstream.Scheme != "https" {
		if flags.identified() || flags.passwordFile != "" || flags.trusting() || flags.allowTLS13 {
			return nil, errors.New("certificates are used only with an https --upstream")
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

// recorderSecurity returns the security of flags and, with https, of variables. A cluster of the
// configuration file has none for an upstream that is given by its URL.
func (a *app) recorderSecurity(https bool) (securityFlags, error) {
	if a.flags.gives("cluster") || a.flags.gives("endpoint") {
		return securityFlags{}, errors.New("--cluster and --endpoint have no effect: give --upstream URL")
	}
	if !https {
		return a.flags.security, nil
	}
	variables, err := fromEnvironment(a.getenv)
	if err != nil {
		return securityFlags{}, err
	}
	variables.flagSet.Lookup("token-command").Changed = false // clients send tokens of their own
	return a.mergeSecurity([]*source{a.flags.source, variables}), nil
}

// lend warns, even with --quiet, that clients of the recorder use its certificate, and returns an
// error if other machines could connect.
func (a *app) lend(listen string) error {
	if !isLoopback(listen) {
		return fmt.Errorf("--listen %s: must be a loopback address, such as 127.0.0.1:0, because anyone who can connect uses the certificate of --cert", listen)
	}
	a.warn("--cert: every program on this machine can connect to the recorder and use its certificate.")
	return nil
}

func isLoopback(listen string) bool {
	host, _, err := net.SplitHostPort(listen)
	if err != nil {
		return false
	}
	address, err := netip.ParseAddr(host)
	return err == nil && address.IsLoopback() || strings.EqualFold(host, "localhost")
}
