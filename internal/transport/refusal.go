package transport

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"strings"
)

// IsRefusal says whether one side does not accept who the other is, or how it speaks TLS, so
// that no connection will come about however often it is tried.
func IsRefusal(err error) bool {
	if _, untrusted := errors.AsType[*ServerCertificateError](err); untrusted {
		return true
	}
	_, untrusted := errors.AsType[*tls.CertificateVerificationError](err)
	return untrusted || refusingAlert(err) != ""
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

// explain says what an error of the handshake means to this client.
func (t *Transport) explain(err error) error {
	alert := refusingAlert(err)
	switch {
	case err == nil:
		return nil
	case alert == "":
		return ServerError(err)
	case strings.Contains(alert, "protocol version"):
		return fmt.Errorf("the server speaks no version of TLS that the client may use: %w", err)
	case t.certificate == nil:
		return fmt.Errorf("the server wants a client certificate, and there is none to show: %w", err)
	}
	return fmt.Errorf("the server does not accept the client certificate of %q: %w", subject(t.certificate), err)
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
