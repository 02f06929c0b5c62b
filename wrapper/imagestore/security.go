package imagestore

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"time"

	"github.com/sfstore/sfstore/wrapper/internal/transport"
)

// Security is the client's certificate, and which servers it trusts. The zero value trusts the
// system's authorities, by the host name of the endpoint, and has no certificate.
//
// With thumbprints or common names, one of them must match, and the host name of the endpoint is
// not compared, because gateways are reached by addresses and by names of load balancers.
type Security struct {
	// Certificate is sent to every trusted server that requests one, whatever authorities it names.
	Certificate *tls.Certificate
	// RootCAs are the authorities that may issue a server's certificate. Nil means the system's.
	RootCAs *x509.CertPool
	// ServerThumbprints are those that the server's own certificate may have, SHA-1 or SHA-256 in
	// hexadecimal. Colons, blanks and case are ignored. The issuer is ignored too, but the
	// certificate must not have expired.
	ServerThumbprints []string
	// ServerCommonNames are the names that the server's certificate may have.
	ServerCommonNames []ServerCommonName
	// Insecure trusts any server, whatever else is set: anyone on the network path can read and
	// change everything, tokens included.
	Insecure bool
	// AllowTLS13 allows TLS 1.3 with a client certificate. Without it, TLS 1.2 is the highest version
	// then, because gateways request the certificate by renegotiation, which TLS 1.3 does not have.
	// Set it for a cluster in exclusive authentication mode.
	AllowTLS13 bool
}

// ServerCommonName is a name of a server's certificate as Service Fabric users declare it: the
// subject's common name or one of the DNS names.
type ServerCommonName struct {
	// Name is compared without regard to case; it must not be empty.
	Name string
	// IssuerThumbprints are those that the certificate's direct issuer may have, in the form of
	// [Security.ServerThumbprints]. The server must send the issuer's certificate, or it must be
	// among RootCAs. Without any, the chain must end at RootCAs.
	IssuerThumbprints []string
}

// TLSConfig returns the TLS configuration of a [Client] for a server of that name, a host name or an
// address, for a program that makes its own connections. It returns an [*ArgumentError] if s
// or the name is invalid. With a server that is not trusted the handshake fails with a
// [*ServerCertificateError].
func (s Security) TLSConfig(serverName string) (*tls.Config, error) {
	if serverName == "" {
		return nil, &ArgumentError{Argument: "server name", Reason: "is empty"}
	}
	config, err := transport.ClientConfig(s.toTransport(), serverName)
	if err != nil {
		return nil, argument(err)
	}
	if !s.Insecure {
		// Instead of crypto/tls, whose own error does not have the reason.
		config.InsecureSkipVerify = true
		config.VerifyConnection = func(state tls.ConnectionState) error {
			return s.VerifyServer(serverName, state.PeerCertificates)
		}
	}
	return config, nil
}

// VerifyServer returns nil if a server of that name is trusted now, by the certificates that it
// sent, its own first. Otherwise the error is a [*ServerCertificateError], or an
// [*ArgumentError] if s is invalid. With thumbprints or common names, the name is not compared.
func (s Security) VerifyServer(serverName string, chain []*x509.Certificate) error {
	err := transport.VerifyServer(s.toTransport(), serverName, chain, time.Now())
	if untrusted := untrustedServer(err); untrusted != nil {
		return untrusted
	}
	return argument(err)
}

func (s Security) toTransport() transport.Security {
	names := make([]transport.ServerCommonName, len(s.ServerCommonNames))
	for i, name := range s.ServerCommonNames {
		names[i] = transport.ServerCommonName(name)
	}
	return transport.Security{
		Certificate: s.Certificate, RootCAs: s.RootCAs,
		ServerThumbprints: s.ServerThumbprints, ServerCommonNames: names,
		Insecure: s.Insecure, AllowTLS13: s.AllowTLS13,
	}
}

// isZero reports whether nothing is set.
func (s Security) isZero() bool {
	return s.Certificate == nil && s.RootCAs == nil && len(s.ServerThumbprints) == 0 &&
		len(s.ServerCommonNames) == 0 && !s.Insecure && !s.AllowTLS13
}

// argument makes an [ArgumentError] of what the transport cannot use.
func argument(err error) error {
	if setting, ok := errors.AsType[*transport.SettingError](err); ok {
		return &ArgumentError{Argument: setting.Setting, Value: setting.Value, Reason: setting.Reason}
	}
	return err
}
