package cli

import (
	"crypto/tls"
	"errors"
	"net/http"
	"strings"

	"github.com/sfstore/sfstore/internal/credential"
	"github.com/sfstore/sfstore/internal/transport"
	"github.com/sfstore/sfstore/wrapper/imagestore"
)

// isRefusal says whether the cluster refused the person, or the person the cluster.
func isRefusal(err error) bool {
	if _, ok := errors.AsType[*credential.TokenError](err); ok {
		return true
	}
	return errors.Is(err, imagestore.ErrRefused) || transport.IsRefusal(err)
}

// isUntrusted says whether the server's certificate was not accepted.
func isUntrusted(err error) bool {
	if _, ok := errors.AsType[*transport.ServerCertificateError](err); ok {
		return true
	}
	_, ok := errors.AsType[*tls.CertificateVerificationError](err)
	return ok
}

// refusalHint says what a refusal may mean, by what the person had to show.
func (a *app) refusalHint(err error) string {
	var fabric *imagestore.FabricError
	certificate, token := a.used.security.Certificate != nil, a.used.token != nil
	switch {
	case isUntrusted(err):
		return "sfstore doctor shows the server's certificate; --ca, --server-thumbprint or --server-common-name say which to trust"
	case transport.IsRefusal(err) && strings.Contains(err.Error(), "protocol version"):
		return "the server takes no version of TLS that is offered: with a client certificate that is 1.2, unless --allow-tls13 says more"
	case !errors.As(err, &fabric) || fabric.StatusCode == 0 && !transport.IsRefusal(err):
		return ""
	case fabric.Code == imagestore.CodeAccessDenied:
		return "the gateway knows who you are, and your role does not allow this: uploads and deletions are for administrators"
	case fabric.StatusCode == http.StatusUnauthorized:
		return "the gateway wants the sign-in of Windows, which sfstore does not speak; certificates (--cert) and tokens (--token-command) are what it has"
	case token:
		return "the cluster did not accept the token: it may have expired or be for another cluster, or tokens have a port of their own; see sfstore doctor"
	case certificate:
		return "the cluster did not accept the client certificate: it may be unknown there, expired, or not for client authentication; see sfstore doctor"
	}
	return "neither a client certificate (--cert) nor a token (--token-command, SFSTORE_TOKEN) was given; sfstore doctor says which the cluster wants"
}
