package imagestore

import (
	"crypto/x509"
	"errors"

	"github.com/sfstore/sfstore/wrapper/internal/transport"
)

// CertificateReason is why a server is not trusted, in a few English words. Compare it with the
// constants.
type CertificateReason string

// The reasons of a [ServerCertificateError].
const (
	// CertificateMissing: the server sent no certificate.
	CertificateMissing = CertificateReason(transport.NoCertificate)
	// CertificateExpired: it has expired.
	CertificateExpired = CertificateReason(transport.Expired)
	// CertificateNotYetValid: it is not yet valid, or the clock of this machine is wrong.
	CertificateNotYetValid = CertificateReason(transport.NotYetValid)
	// CertificateIssuerExpired: an issuer in its chain has expired, or is not yet valid.
	CertificateIssuerExpired = CertificateReason(transport.IssuerExpired)
	// CertificateWrongName: it is not for the host of the endpoint.
	CertificateWrongName = CertificateReason(transport.WrongName)
	// CertificateWrongThumbprint: it has none of [Security.ServerThumbprints].
	CertificateWrongThumbprint = CertificateReason(transport.WrongThumbprint)
	// CertificateWrongCommonName: it has none of [Security.ServerCommonNames].
	CertificateWrongCommonName = CertificateReason(transport.WrongCommonName)
	// CertificateWrongIssuer: its issuer has none of [ServerCommonName.IssuerThumbprints].
	CertificateWrongIssuer = CertificateReason(transport.WrongIssuer)
	// CertificateWrongUsage: it is not for server authentication.
	CertificateWrongUsage = CertificateReason(transport.WrongUsage)
	// CertificateSelfSigned: it is signed by itself, and is not a trusted authority.
	CertificateSelfSigned = CertificateReason(transport.SelfSigned)
	// CertificateUnknownIssuer: its issuer is not a trusted authority, or the server does not
	// send the issuer's certificate.
	CertificateUnknownIssuer = CertificateReason(transport.UnknownIssuer)
	// CertificateIssuerNotAuthority: an issuer in its chain must not issue certificates.
	CertificateIssuerNotAuthority = CertificateReason(transport.NoAuthority)
	// CertificateUnusable is any other reason; [ServerCertificateError.Err] has the details.
	CertificateUnusable = CertificateReason(transport.Unusable)
)

// ServerCertificateError reports that a server is not trusted. Nothing was sent to it. Find it
// with [errors.As]. Errors of a [Client] that wrap one are of class [ErrRefused].
type ServerCertificateError struct {
	Reason      CertificateReason
	Certificate *x509.Certificate // the server's own; nil if it sent none
	Err         error             // the details; may be nil
}

// Error names the certificate, what is wrong with it, and the cure if it is known.
func (e *ServerCertificateError) Error() string {
	return (&transport.UntrustedError{Reason: transport.Reason(e.Reason), Certificate: e.Certificate, Err: e.Err}).Error()
}

// Unwrap returns the details.
func (e *ServerCertificateError) Unwrap() error { return e.Err }

// untrustedServer returns the certificate error in an error of the transport, or nil.
func untrustedServer(err error) *ServerCertificateError {
	e, ok := errors.AsType[*transport.UntrustedError](err)
	if !ok {
		return nil
	}
	return &ServerCertificateError{CertificateReason(e.Reason), e.Certificate, e.Err}
}

// publicError adds the exported type to an error of the transport, and keeps its text, which may
// contain more, such as the errors of other gateways.
func publicError(err error) error {
	if untrusted := untrustedServer(err); untrusted != nil {
		return &typedError{err, untrusted}
	}
	if proxy, ok := errors.AsType[*transport.ProxyError](err); ok {
		return &typedError{err, &ProxyError{proxy.Proxy, proxy.StatusCode}}
	}
	return err
}

type typedError struct {
	error
	public error
}

func (e *typedError) Unwrap() []error { return []error{e.public, e.error} }

// isRefusal reports whether a connection failed because one side does not accept the other.
func isRefusal(err error) bool {
	_, untrusted := errors.AsType[*ServerCertificateError](err)
	return untrusted || transport.IsRefusal(err)
}
