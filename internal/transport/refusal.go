package transport

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"syscall"
)

// IsRefusal says whether one side does not accept who the other is, or how it speaks TLS, so
// that no connection will come about however often it is tried.
func IsRefusal(err error) bool {
	if _, untrusted := errors.AsType[*ServerCertificateError](err); untrusted {
		return true
	}
	if _, untrusted := errors.AsType[*tls.CertificateVerificationError](err); untrusted {
		return true
	}
	_, cut := errors.AsType[*cutHandshakeError](err)
	return cut || refusingAlert(err) != ""
}

// refusingAlert is the text of an alert by which a server refuses a client. The type of an
// alert is crypto/tls's own, so that only the text tells it from an accident.
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

var errSpokeFirst = errors.New("the server spoke before it was asked, which is not HTTP")

// explain says what an error of the handshake means to this client.
func (t *Transport) explain(err error) error {
	alert := refusingAlert(err)
	switch {
	case err == nil:
		return nil
	case strings.Contains(err.Error(), "readLoopPeekFailLocked: %!w(<nil>)"):
		return errSpokeFirst // net/http's own text is not meant to be read
	case alert == "" && t.asked.Load() && !t.answered.Load() && isLost(err):
		err = &cutHandshakeError{err}
	case alert == "":
		return ServerError(err)
	case strings.Contains(alert, "protocol version"):
		return fmt.Errorf("the server speaks no version of TLS that the client may use: %w", err)
	}
	if t.certificate == nil {
		return fmt.Errorf("the server wants a client certificate, and there is none to show: %w", err)
	}
	return fmt.Errorf("the server does not accept the client certificate of %q: %w", subject(t.certificate), err)
}

// cutHandshakeError is a connection that ended after the server had asked for a certificate in
// TLS 1.3, and before it had answered anything. There the server looks at the certificate when
// the client is done already; its alert gets lost when a request is on its way.
type cutHandshakeError struct{ err error }

func (e *cutHandshakeError) Error() string {
	return "it closed the connection after it had asked for one: " + e.err.Error()
}
func (e *cutHandshakeError) Unwrap() error { return e.err }

// noteAsking notes whether servers ask for a certificate in TLS 1.3.
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

// isLost says whether a connection was closed by the other side.
func isLost(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, net.ErrClosed) || errors.Is(err, syscall.EPIPE) || errors.Is(err, syscall.ECONNRESET)
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
