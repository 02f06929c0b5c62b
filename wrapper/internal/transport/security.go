package transport

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"time"
)

// Security is the client's certificate, and which servers it trusts. The zero value trusts the
// system's authorities, and has no certificate.
type Security struct {
	Certificate       *tls.Certificate   // sent to every trusted server that requests one; nil for none
	RootCAs           *x509.CertPool     // nil for those of the system
	ServerThumbprints []string           // SHA-1 or SHA-256 of the server's own certificate, in hexadecimal
	ServerCommonNames []ServerCommonName // names that the server's certificate may have
	Insecure          bool               // any server is trusted
	AllowTLS13        bool               // with a certificate too
}

// ServerCommonName is a name that a server's certificate may have, and its possible issuers.
type ServerCommonName struct {
	Name              string
	IssuerThumbprints []string // of the direct issuer; empty for any trusted issuer
}

// SettingError is an invalid part of [Security].
type SettingError struct {
	Setting string // such as "server thumbprint"
	Value   string // as given
	Reason  string
}

func (e *SettingError) Error() string {
	if e.Value == "" {
		return e.Setting + " " + e.Reason
	}
	return fmt.Sprintf("%s %q %s", e.Setting, e.Value, e.Reason)
}

// Check returns a [*SettingError] if a part is invalid.
func (s Security) Check() error {
	if s.Certificate != nil && (len(s.Certificate.Certificate) == 0 || s.Certificate.PrivateKey == nil) {
		return &SettingError{Setting: "client certificate", Reason: "lacks its chain or its private key"}
	}
	_, err := s.pins()
	return err
}

// pinned reports whether the server is verified by pins instead of the host name of the URL.
func (s Security) pinned() bool { return len(s.ServerThumbprints)+len(s.ServerCommonNames) > 0 }

// ClientConfig returns a TLS configuration for gateways, of at least version 1.2. With a client
// certificate that is also the highest version unless s allows more: a gateway requests the
// certificate only after a request, which version 1.2 can do by renegotiation and Go cannot do in
// version 1.3. The name is that of the server as it is dialled. With a name, a server that is not
// trusted makes the handshake fail with an [*UntrustedError]. The name may be empty if net/http
// sets it, and then only pinned servers are verified here.
func ClientConfig(s Security, serverName string) (*tls.Config, error) {
	if err := s.Check(); err != nil {
		return nil, err
	}
	config := &tls.Config{
		ServerName:         serverName,
		RootCAs:            s.RootCAs,
		MinVersion:         tls.VersionTLS12,
		InsecureSkipVerify: s.Insecure || s.pinned(), // pinned certificates are verified below
		// Without a certificate too, so that the error can say that one is required.
		Renegotiation: tls.RenegotiateOnceAsClient,
	}
	if s.pinned() && !s.Insecure {
		config.VerifyConnection = func(state tls.ConnectionState) error {
			return VerifyServer(s, "", state.PeerCertificates, time.Now())
		}
	}
	if s.Certificate != nil {
		// Not in Certificates: from there Go sends none if the server names authorities that
		// did not issue it, and gateways name arbitrary ones.
		config.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
			return s.Certificate, nil
		}
		if !s.AllowTLS13 {
			config.MaxVersion = tls.VersionTLS12
		}
	}
	return config, nil
}
