package doctor

import (
	"context"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"slices"
	"time"

	"github.com/sfstore/sfstore/wrapper/imagestore"
)

// soon is how long before its expiry a certificate causes a warning.
const soon = 30 * 24 * time.Hour

// serverCertificate reports why the server is trusted or not, by the rules of the client.
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
		e.warn("server certificate", cureFor(err, leaf), "accepted only because any server is: %s", reason)
	case e.Security.Insecure:
		e.warn("server certificate", "leave --insecure out", "it would be trusted, but any server is")
	case err != nil:
		e.refused("server certificate", cureFor(err, leaf), "not trusted: %s", reason)
		e.shown(leaf)
		// The next steps need a trusted server, but the client's certificate can still be examined.
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
		return "it has a given thumbprint"
	case len(s.ServerCommonNames) > 0:
		return "it has a given common name, from an accepted issuer"
	case s.RootCAs != nil:
		return "it is issued by a given authority"
	}
	return "it is issued by an authority that this system trusts"
}

// whyNot returns only the reason, because the finding has certificate and cure separately.
func whyNot(err error) string {
	if untrusted, ok := errors.AsType[*imagestore.ServerCertificateError](err); ok && untrusted.Err != nil {
		return untrusted.Err.Error()
	}
	return err.Error()
}

func cureFor(err error, leaf *x509.Certificate) string {
	untrusted, ok := errors.AsType[*imagestore.ServerCertificateError](err)
	if !ok {
		return ""
	}
	thumbprint := "--server-thumbprint " + sha256Of(leaf)
	switch untrusted.Reason {
	case imagestore.CertificateExpired, imagestore.CertificateNotYetValid, imagestore.CertificateIssuerExpired:
		return "is the clock of this machine right? otherwise the cluster needs a new certificate"
	case imagestore.CertificateWrongName:
		return "use a name of the certificate in the endpoint, or --server-common-name NAME, or " + thumbprint + " if that is the cluster's"
	case imagestore.CertificateWrongThumbprint, imagestore.CertificateWrongCommonName, imagestore.CertificateWrongIssuer:
		return "if the cluster's certificate was changed, give the new thumbprint or name, such as " + thumbprint
	case imagestore.CertificateSelfSigned, imagestore.CertificateUnknownIssuer:
		return "--ca FILE with the certificate of the authority, or " + thumbprint + " if that is the cluster's"
	}
	return thumbprint + " if that is the cluster's"
}

// clientCertificate examines the client's certificate.
func (e *examination) clientCertificate(context.Context) bool {
	const check = "client certificate"
	const another = "ask the operator of the cluster for another, or renew it"
	if e.CertificateError != nil {
		e.refused(check, "--cert, --key and --cert-password-file, or --cert-thumbprint and --cert-store, say where it is and how to open it", "it cannot be used: %v", e.CertificateError)
		return true
	}
	if e.Security.Certificate == nil {
		if e.url.Scheme == "https" {
			e.ok(check, "none was given%s", e.whetherRequested())
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
			"it is not for client authentication, and gateways on Windows may respond with 403")
	case leaf.KeyUsage != 0 && leaf.KeyUsage&x509.KeyUsageDigitalSignature == 0:
		e.warn(check, "ask for a certificate with the key usage digital signature", "its key is not for signatures, which TLS needs")
	case leaf.NotAfter.Sub(now) < soon:
		e.warn(check, another, "its key matches, and it expires soon")
	default:
		e.ok(check, "its key matches, and it is for client authentication%s", e.whetherRequested())
	}
	e.shown(leaf)
	e.report.Findings[len(e.report.Findings)-1].Certificate.Source = e.CertificateSource
	return true
}

func (e *examination) whetherRequested() string {
	if e.asked {
		return "; the server requests one in the handshake"
	}
	return ""
}

// forClients reports whether a client may use a certificate. One without a list of usages is for
// any usage.
func forClients(c *x509.Certificate) bool {
	return len(c.ExtKeyUsage)+len(c.UnknownExtKeyUsage) == 0 ||
		slices.Contains(c.ExtKeyUsage, x509.ExtKeyUsageClientAuth) || slices.Contains(c.ExtKeyUsage, x509.ExtKeyUsageAny)
}

// shown adds the certificate to the last finding.
func (e *examination) shown(c *x509.Certificate) {
	names := []string{} // never null
	for _, name := range c.DNSNames {
		names = append(names, brief(name))
	}
	for _, ip := range c.IPAddresses {
		names = append(names, ip.String())
	}
	e.report.Findings[len(e.report.Findings)-1].Certificate = &Certificate{
		Subject: printable(c.Subject.String(), maxText), Issuer: printable(c.Issuer.String(), maxText), Names: names,
		Expires: c.NotAfter.UTC(), SHA1: sha1Of(c), SHA256: sha256Of(c),
	}
}

// sha1Of returns the thumbprint that Service Fabric and Windows show.
func sha1Of(c *x509.Certificate) string {
	sum := sha1.Sum(c.Raw)
	return hex.EncodeToString(sum[:])
}

func sha256Of(c *x509.Certificate) string {
	sum := sha256.Sum256(c.Raw)
	return hex.EncodeToString(sum[:])
}
