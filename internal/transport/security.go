package transport

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"time"
)

// Security says who the client is and which servers it trusts. The zero value trusts what the
// system trusts, and has no certificate to show.
type Security struct {
	Certificate       *tls.Certificate   // offered to any server that asks; nil for none
	RootCAs           *x509.CertPool     // nil for those of the system
	ServerThumbprints []string           // SHA-1 or SHA-256 of the server's own certificate, in hexadecimal
	ServerCommonNames []ServerCommonName // names that the server's certificate may have
	Insecure          bool               // any server is trusted
	AllowTLS13        bool               // with a certificate too
}

// ServerCommonName is a name that a server's certificate may have, and who may have issued it.
type ServerCommonName struct {
	Name              string
	IssuerThumbprints []string // of the direct issuer; none for any that is trusted
}

// SettingError is a part of [Security] that cannot be used.
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

// Check returns a [*SettingError] for what cannot be used.
func (s Security) Check() error {
	if s.Certificate != nil && (len(s.Certificate.Certificate) == 0 || s.Certificate.PrivateKey == nil) {
		return &SettingError{Setting: "client certificate", Reason: "lacks its chain or its private key"}
	}
	_, err := s.pins()
	return err
}

// pinned says whether the server is known by its certificate, and not by the name in the URL.
func (s Security) pinned() bool { return len(s.ServerThumbprints)+len(s.ServerCommonNames) > 0 }

// ClientConfig is TLS as gateways need it, at least version 1.2. With a client certificate it
// is at most that unless s allows more: a gateway asks for the certificate only after it has
// seen a request, which version 1.2 can do by renegotiation and Go cannot do in version 1.3.
// A server that is not trusted makes an error that [ServerError] understands.
//
// The name is that of the server as it is dialled. It may be empty where net/http fills it in.
func ClientConfig(s Security, serverName string) (*tls.Config, error) {
	if err := s.Check(); err != nil {
		return nil, err
	}
	config := &tls.Config{
		ServerName:         serverName,
		RootCAs:            s.RootCAs,
		MinVersion:         tls.VersionTLS12,
		InsecureSkipVerify: s.Insecure || s.pinned(), // pinned certificates are verified below
		// Without a certificate too: who has none to show can then be told so.
		Renegotiation: tls.RenegotiateOnceAsClient,
	}
	if s.pinned() && !s.Insecure {
		config.VerifyConnection = func(state tls.ConnectionState) error {
			return VerifyServer(s, "", state.PeerCertificates, time.Now())
		}
	}
	if s.Certificate != nil {
		// Not in Certificates: from there Go sends none when the server names authorities that
		// did not issue it, and gateways name what they like.
		config.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
			return s.Certificate, nil
		}
		if !s.AllowTLS13 {
			config.MaxVersion = tls.VersionTLS12
		}
	}
	return config, nil
}
