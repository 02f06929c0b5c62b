package transport

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
)

// IsRefusal reports whether one side does not accept the other's identity or TLS settings, so that
// a retry does not help.
func IsRefusal(err error) bool {
	if _, untrusted := errors.AsType[*UntrustedError](err); untrusted {
		return true
	}
	if _, untrusted := errors.AsType[*tls.CertificateVerificationError](err); untrusted {
		return true
	}
	if proxy, ok := errors.AsType[*ProxyError](err); ok && proxy.isRefusal() {
		return true
	}
	_, cut := errors.AsType[*cutHandshakeError](err)
	return cut || refusingAlert(err) != ""
}

// refusingAlert returns the text of an alert by which a server refuses a client. The type of an
// alert is private to crypto/tls, so only the text distinguishes it from other errors.
func refusingAlert(err error) string {
	op, ok := errors.AsType[*net.OpError](err)
	if !ok || op.Op != "remote error" {
		return ""
	}
	for _, alert := range []string{"certificate", "handshake failure", "access denied", "protocol version"} {
		if text := op.Err.Error(); strings.Contains(text, alert) {
			return text
		}
	}
	return ""
}

var errSpokeFirst = errors.New("the server sent data before the request, which is not HTTP")

// explain says what an error of the handshake means for this client.
func (t *Transport) explain(err error) error {
	alert := refusingAlert(err)
	switch {
	case err == nil:
		return nil
	case strings.Contains(err.Error(), "readLoopPeekFailLocked: %!w(<nil>)"):
		return errSpokeFirst // net/http's own text is not meant for people
	case alert == "" && t.asked.Load() && !t.responded.Load() && isLost(err):
		err = &cutHandshakeError{err}
	case alert == "":
		return asUntrusted(err)
	case strings.Contains(alert, "protocol version"):
		return fmt.Errorf("the server supports no version of TLS that the client may use: %w", err)
	}
	if t.certificate == nil {
		return fmt.Errorf("the server requires a client certificate, and none is configured: %w", err)
	}
	return fmt.Errorf("the server does not accept the client certificate of %q: %w", subject(t.certificate), err)
}

// cutHandshakeError is a connection that ended after the server had requested a certificate in
// TLS 1.3, and before it had responded. In TLS 1.3 the server checks the certificate after the
// client's handshake is done; its alert is lost if a request is being sent.
type cutHandshakeError struct{ err error }

func (e *cutHandshakeError) Error() string {
	return "it closed the connection after it had requested one: " + e.err.Error()
}
func (e *cutHandshakeError) Unwrap() error { return e.err }

// noteAsking records whether servers request a certificate in TLS 1.3.
func (t *Transport) noteAsking(config *tls.Config) {
	show := config.GetClientCertificate
	config.GetClientCertificate = func(info *tls.CertificateRequestInfo) (*tls.Certificate, error) {
		if info.Version >= tls.VersionTLS13 {
			t.asked.Store(true)
		}
		if show == nil {
			return new(tls.Certificate), nil
		}
		return show(info)
	}
}

// isLost reports whether a connection was closed by the other side.
func isLost(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, net.ErrClosed) || isReset(err)
}

func subject(c *tls.Certificate) string {
	leaf := c.Leaf
	if leaf == nil {
		var err error
		if leaf, err = x509.ParseCertificate(c.Certificate[0]); err != nil {
			return "no name"
		}
	}
	return leaf.Subject.String()
}
