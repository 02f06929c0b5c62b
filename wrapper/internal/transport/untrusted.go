package transport

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"strings"
	"time"
)

// Reason is why a server is not trusted.
type Reason string

// The reasons of an [UntrustedError].
const (
	NoCertificate   Reason = "no certificate"
	Expired         Reason = "expired"
	NotYetValid     Reason = "not yet valid"
	IssuerExpired   Reason = "expired issuer" // or one that is not yet valid
	WrongName       Reason = "wrong name"
	WrongThumbprint Reason = "wrong thumbprint"
	WrongCommonName Reason = "wrong common name"
	WrongIssuer     Reason = "wrong issuer"
	WrongUsage      Reason = "wrong usage"
	SelfSigned      Reason = "self-signed"
	UnknownIssuer   Reason = "unknown issuer" // or one whose certificate the server does not send
	NoAuthority     Reason = "issuer is no authority"
	Unusable        Reason = "unusable" // for another reason, see Err
)

// cures say what can be done, if it is not obvious.
var cures = map[Reason]string{
	Expired:         "the cluster needs a new one",
	NotYetValid:     "is the clock of this machine right?",
	IssuerExpired:   "the cluster needs one of a valid issuer",
	WrongName:       "use that name in the endpoint, or give the server's thumbprint or common name",
	WrongThumbprint: "if the cluster's certificate was changed, give the new thumbprint",
	SelfSigned:      "give its thumbprint if it is the cluster's, or trust it as an authority",
	UnknownIssuer:   "trust that issuer as an authority, give the server's thumbprint, or configure the server to send the intermediate certificates",
	WrongUsage:      "the cluster needs one for server authentication, or give its thumbprint",
}

// UntrustedError is a server that is not trusted. Nothing was sent to it. Package imagestore
// makes its exported error of it.
type UntrustedError struct {
	Reason      Reason
	Certificate *x509.Certificate // the server's own; nil if it sent none
	Err         error             // the details
}

// maxReason bounds the details in an error, in runes: they contain names of the server's
// certificate.
const maxReason = 1000

// Error names the certificate, what is wrong with it, and the cure.
func (e *UntrustedError) Error() string {
	var b strings.Builder
	b.WriteString("the server is not trusted: ")
	if e.Certificate != nil {
		fmt.Fprintf(&b, "its certificate of %q (SHA-1 thumbprint %s) cannot be accepted: ", e.Certificate.Subject, SHA1(e.Certificate))
	}
	what := string(e.Reason)
	if e.Err != nil {
		what = Printable(e.Err.Error(), maxReason)
	}
	b.WriteString(what)
	if cure := cures[e.Reason]; cure != "" {
		b.WriteString("; ")
		b.WriteString(cure)
	}
	return b.String()
}

func (e *UntrustedError) Unwrap() error { return e.Err }

// asUntrusted returns an [*UntrustedError] if that is why a handshake failed, and otherwise err
// unchanged.
func asUntrusted(err error) error {
	if _, done := errors.AsType[*UntrustedError](err); done {
		return err
	}
	if failed, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return untrusted(failed.UnverifiedCertificates, err, time.Now())
	}
	return err
}

// untrusted finds the reason of an error of crypto/x509. Nil stays nil.
func untrusted(chain []*x509.Certificate, err error, now time.Time) error {
	if err == nil {
		return nil
	}
	leaf := chain[0]
	refused := func(reason Reason, format string, args ...any) error {
		return &UntrustedError{reason, leaf, &explained{fmt.Sprintf(format, args...), err}}
	}
	if invalid, ok := errors.AsType[x509.CertificateInvalidError](err); ok {
		switch invalid.Reason {
		case x509.Expired:
			return outOfTime(invalid.Cert, leaf, now, refused)
		case x509.IncompatibleUsage:
			return refused(WrongUsage, "it is not for server authentication")
		}
	}
	if _, ok := errors.AsType[x509.HostnameError](err); ok {
		return refused(WrongName, "it is for %s, not for the host of the endpoint", strings.Join(namesOf(leaf), ", "))
	}
	if unknown, ok := errors.AsType[x509.UnknownAuthorityError](err); ok {
		if leaf.Subject.String() == leaf.Issuer.String() {
			return refused(SelfSigned, "it is signed by itself")
		}
		for _, issuer := range chain[1:] {
			if !issuer.IsCA {
				return refused(NoAuthority, "%q in its chain is not an authority", issuer.Subject)
			}
		}
		top := unknown.Cert
		if top == nil {
			top = chain[len(chain)-1]
		}
		return refused(UnknownIssuer, "its chain ends at the issuer %q, which is not a trusted authority", top.Issuer)
	}
	return refused(Unusable, "%v", err)
}

func outOfTime(c, leaf *x509.Certificate, now time.Time, refused func(Reason, string, ...any) error) error {
	reason, text := Expired, "it expired at "+c.NotAfter.UTC().Format(time.RFC3339)
	if now.Before(c.NotBefore) {
		reason, text = NotYetValid, "it is valid only from "+c.NotBefore.UTC().Format(time.RFC3339)
	}
	if !c.Equal(leaf) {
		return refused(IssuerExpired, "of its issuer %q: %s", c.Subject, text)
	}
	return refused(reason, "%s", text)
}

// explained adds a text that explains an error of crypto/x509, and wraps it.
type explained struct {
	text string
	err  error
}

func (e *explained) Error() string { return e.text }
func (e *explained) Unwrap() error { return e.err }
