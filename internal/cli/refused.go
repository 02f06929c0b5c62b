package cli

import (
	"errors"
	"net/http"
	"strings"

	"github.com/sfstore/sfstore/internal/credential"
	"github.com/sfstore/sfstore/wrapper/imagestore"
)

// isRefusal reports whether the cluster refused the client, or the client the cluster.
func isRefusal(err error) bool {
	return isA[*credential.TokenError](err) || errors.Is(err, imagestore.ErrRefused) || isUntrusted(err)
}

// isUntrusted reports whether the server's certificate was not accepted.
func isUntrusted(err error) bool { return isA[*imagestore.ServerCertificateError](err) }

// refusalHint explains a refusal, depending on the client's credentials.
func (a *app) refusalHint(err error) string {
	fabric, ok := errors.AsType[*imagestore.FabricError](err)
	certificate, token := a.used.security.Certificate != nil, a.used.token != nil
	switch {
	case isUntrusted(err):
		return "sfstore doctor shows the server's certificate; use --ca, --server-thumbprint or --server-common-name to trust it"
	case !ok || isA[*credential.TokenError](err):
		return ""
	case fabric.StatusCode == 0 && strings.Contains(err.Error(), "protocol version"):
		return "the server supports none of the client's TLS versions: with a client certificate only 1.2 is used, unless --allow-tls13 is given"
	case fabric.Code == imagestore.CodeAccessDenied:
		return "the gateway accepted your credentials, and your role does not allow this: uploads and deletions are for administrators"
	case fabric.StatusCode == http.StatusUnauthorized:
		return "the gateway requires Windows authentication, which sfstore does not support; use a certificate (--cert) or a token (--token-command)"
	case token:
		return "the cluster did not accept the token: it may have expired or be for another cluster, or tokens need another port; see sfstore doctor"
	case certificate:
		return "the cluster did not accept the client certificate: it may be unknown there, expired, or not for client authentication; see sfstore doctor"
	}
	return "neither a client certificate (--cert) nor a token (--token-command, SFSTORE_TOKEN) was given; sfstore doctor shows which the cluster requires"
}
