package doctor

import (
	"context"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"slices"
	"time"

	"github.com/sfstore/sfstore/internal/transport"
)

// soon is how long before its end a certificate is warned of.
const soon = 30 * 24 * time.Hour

// serverCertificate says why the server is trusted or not, by the rules of the client.
func (e *examination) serverCertificate(context.Context) bool {
	if e.chain == nil {
		return true
	}
	leaf := e.chain[0]
	strict := e.Security
	strict.Insecure = false
	err := strict.VerifyServer(e.url.Hostname(), e.chain)
	reason := ""
	if err != nil {
		reason = whyNot(err)
	}
	switch {
	case e.Security.Insecure && err != nil:
		e.warn("server certificate", cureFor(err, leaf), "taken only because any server is: %s", reason)
	case e.Security.Insecure:
		e.warn("server certificate", "leave --insecure out", "it would be trusted, and any server is")
	case err != nil:
		e.refused("server certificate", cureFor(err, leaf), "not trusted: %s", reason)
		e.shown(leaf)
		// What follows needs a server that is trusted; of the client's certificate there is
		// something to say all the same.
		e.clientCertificate(context.Background())
		return false
	case time.Until(leaf.NotAfter) < soon:
		e.warn("server certificate", "the cluster needs a new one", "trusted, because %s, and expires soon", e.whyTrusted(leaf))
	default:
		e.ok("server certificate", "trusted, because %s", e.whyTrusted(leaf))
	}
	e.shown(leaf)
	return true
}

func (e *examination) whyTrusted(leaf *x509.Certificate) string {
	s := e.Security
	byThumbprint := s
	byThumbprint.ServerCommonNames = nil
	switch {
	case len(s.ServerThumbprints) > 0 && byThumbprint.VerifyServer("", []*x509.Certificate{leaf}) == nil:
		return "it has a thumbprint that was given"
	case len(s.ServerCommonNames) > 0:
		return "it has a common name that was given, from an issuer that is accepted"
	case s.RootCAs != nil:
		return "an authority that was given vouches for it"
	}
	return "an authority that this system trusts vouches for it"
}

// whyNot is the reason alone: certificate and cure stand beside it.
func whyNot(err error) string {
	if untrusted, ok := errors.AsType[*transport.ServerCertificateError](err); ok && untrusted.Err != nil {
		return untrusted.Err.Error()
	}
	return err.Error()
}

func cureFor(err error, leaf *x509.Certificate) string {
	untrusted, ok := errors.AsType[*transport.ServerCertificateError](err)
	if !ok {
		return ""
	}
	thumbprint := "--server-thumbprint " + sha256Of(leaf)
	switch untrusted.Reason {
	case transport.Expired, transport.NotYetValid, transport.IssuerExpired:
		return "is the clock of this machine right? else the cluster needs a new certificate"
	case transport.WrongName:
		return "use a name of the certificate in the endpoint, or --server-common-name NAME, or " + thumbprint + " when that is the cluster's"
	case transport.WrongThumbprint, transport.WrongCommonName, transport.WrongIssuer:
		return "when the cluster's certificate was changed, give what it has now, such as " + thumbprint
	case transport.SelfSigned, transport.UnknownIssuer:
		return "--ca FILE with the certificate of the authority, or " + thumbprint + " when that is the cluster's"
	}
	return thumbprint + " when that is the cluster's"
}

// clientCertificate looks at what the person has to show.
func (e *examination) clientCertificate(context.Context) bool {
	const check = "client certificate"
	const another = "ask whoever runs the cluster for another, or renew it"
	if e.CertificateError != nil {
		e.refused(check, "--cert, --key and --cert-password-file say where it is and how to open it", "it cannot be used: %v", e.CertificateError)
		return true
	}
	if e.Security.Certificate == nil {
		if e.url.Scheme == "https" {
			e.ok(check, "none was given%s", e.whetherAsked())
		}
		return true
	}
	leaf, now := e.Security.Certificate.Leaf, time.Now()
	switch {
	case now.After(leaf.NotAfter):
		e.refused(check, another, "it has expired")
	case now.Before(leaf.NotBefore):
		e.refused(check, "is the clock of this machine right?", "it is valid only from %s", leaf.NotBefore.UTC().Format(time.RFC3339))
	case !forClients(leaf):
		e.warn(check, "ask for a certificate with the usage client authentication (1.3.6.1.5.5.7.3.2)",
			"it is not for client authentication, and gateways on Windows may answer 403 to it")
	case leaf.KeyUsage != 0 && leaf.KeyUsage&x509.KeyUsageDigitalSignature == 0:
		e.warn(check, "ask for a certificate with the key usage digital signature", "its key is not for signatures, which TLS needs")
	case leaf.NotAfter.Sub(now) < soon:
		e.warn(check, another, "its key belongs to it, and it expires soon")
	default:
		e.ok(check, "its key belongs to it, and it is for client authentication%s", e.whetherAsked())
	}
	e.shown(leaf)
	return true
}

func (e *examination) whetherAsked() string {
	if e.asked {
		return "; the server asks for one in the handshake"
	}
	return ""
}

// forClients says whether a certificate may be used by a client. One without a list of usages
// is for any.
func forClients(c *x509.Certificate) bool {
	return len(c.ExtKeyUsage)+len(c.UnknownExtKeyUsage) == 0 ||
		slices.Contains(c.ExtKeyUsage, x509.ExtKeyUsageClientAuth) || slices.Contains(c.ExtKeyUsage, x509.ExtKeyUsageAny)
}

// shown adds the certificate to the finding that was made last.
func (e *examination) shown(c *x509.Certificate) {
	names := []string{} // never null
	for _, name := range c.DNSNames {
		names = append(names, brief(name))
	}
	for _, ip := range c.IPAddresses {
		names = append(names, ip.String())
	}
	e.report.Findings[len(e.report.Findings)-1].Certificate = &Certificate{
		Subject: transport.Printable(c.Subject.String(), maxText), Issuer: transport.Printable(c.Issuer.String(), maxText), Names: names,
		Expires: c.NotAfter.UTC(), SHA1: transport.SHA1(c), SHA256: sha256Of(c),
	}
}

func sha256Of(c *x509.Certificate) string {
	sum := sha256.Sum256(c.Raw)
	return hex.EncodeToString(sum[:])
}
