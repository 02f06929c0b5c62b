package cli

import (
	"crypto/tls"
	"errors"
	"net"
	"net/url"
	"os"

	"github.com/sfstore/sfstore/internal/recorder"
)

// listenTLS returns the TLS settings of --listen-tls, and the certificate in PEM that clients trust.
func listenTLS(upstream *url.URL, listen string) (*tls.Config, []byte, error) {
	if upstream.Scheme != "https" && !isLoopback(net.JoinHostPort(upstream.Hostname(), "0")) {
		return nil, nil, errors.New("--listen-tls needs an https --upstream, or one on this machine: otherwise traffic of clients would be sent without encryption")
	}
	return recorder.SelfIssued(hostsOf(listen)...)
}

// hostsOf returns the names and addresses that clients may use for a listener.
func hostsOf(listen string) []string {
	hosts := []string{"localhost", "127.0.0.1", "::1"}
	host, _, err := net.SplitHostPort(listen)
	if err != nil || isLoopback(listen) {
		return hosts
	}
	if address := net.ParseIP(host); host != "" && (address == nil || !address.IsUnspecified()) {
		return append(hosts, host)
	}
	if name, err := os.Hostname(); err == nil {
		hosts = append(hosts, name)
	}
	addresses, _ := net.InterfaceAddrs()
	for _, address := range addresses {
		if network, ok := address.(*net.IPNet); ok && !network.IP.IsLoopback() {
			hosts = append(hosts, network.IP.String())
		}
	}
	return hosts
}
