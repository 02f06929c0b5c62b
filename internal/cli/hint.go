package cli

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"strings"

	"github.com/sfstore/sfstore/internal/credential"
	"github.com/sfstore/sfstore/upload"
	"github.com/sfstore/sfstore/wrapper/imagestore"
)

// hintFor returns a hint, or an empty text.
func (a *app) hintFor(err error) string {
	if signIn, ok := errors.AsType[needsToken](err); ok {
		return signIn.hint()
	}
	proxy, byProxy := errors.AsType[*imagestore.ProxyError](err)
	dialed, _ := errors.AsType[*net.OpError](err)
	record, notTLS := errors.AsType[tls.RecordHeaderError](err)
	fabric, failed := errors.AsType[*imagestore.FabricError](err)
	misused, wrongUsage := errors.AsType[usageError](err)
	conflict, claimed := errors.AsType[*upload.ConflictError](err)
	switch {
	case isA[*upload.ExtrasError](err):
		return "pass --delete to delete them, or --keep to keep them"
	case claimed && conflict.Written:
		return "run the same command again when no other upload to this folder is running"
	case claimed:
		return "wait until the other upload ends, or pass --take-over to end it"
	case byProxy && proxy.StatusCode == http.StatusProxyAuthRequired:
		return "the proxy of HTTPS_PROXY requires a user: HTTPS_PROXY=http://USER:PASSWORD@HOST:PORT; or name the cluster's host in NO_PROXY"
	case byProxy || dialed != nil && dialed.Op == "proxyconnect":
		return "the proxy is the one of HTTPS_PROXY; if the gateway can be reached directly, name the cluster's host in NO_PROXY"
	case failed && fabric.StatusCode == http.StatusProxyAuthRequired:
		return "the proxy of HTTP_PROXY requires a user; or name the cluster's host in NO_PROXY"
	case notTLS && string(record.RecordHeader[:]) == "HTTP/":
		return "that port uses http: write the endpoint with http://, or use the https port"
	case errors.Is(err, errNoEndpoint):
		return "try it without a cluster: sfstore demo, or sfstore serve"
	case errors.Is(err, credential.ErrPasswordMissing):
		return "give --cert-password-file FILE, or set SFSTORE_CERT_PASSWORD"
	case wrongUsage:
		return "see " + misused.command + " --help"
	case isRefusal(err):
		return a.refusalHint(err)
	case imagestore.HasCode(err, imagestore.CodeServiceDoesNotExist):
		return "the cluster has no image store service: development clusters may keep their store in a folder (file:), which cannot be reached through a gateway; see sfstore doctor"
	case errors.Is(err, imagestore.ErrTooLarge):
		return "the gateway, or a proxy before it, rejects bodies of this size: try a smaller --chunk-size, such as 1MiB"
	case isA[*upload.DestinationError](err) || failed && (strings.Contains(fabric.Message, "there is a file at") || strings.Contains(fabric.Message, "there is a folder at")):
		return "delete the existing file or folder with sfstore rm, or choose another path"
	case imagestore.HasCode(err, imagestore.CodeInvalidArgument) && !isVague(fabric.Message):
		return "" // the server says itself what is wrong
	case imagestore.HasCode(err, imagestore.CodeInvalidArgument):
		return "gateways respond like this to an unknown api-version or operation, and to the commit of an unknown or incomplete session; see sfstore doctor"
	case errors.Is(err, imagestore.ErrNoResponse) && !errors.Is(err, context.Canceled) && a.used.isProxied():
		return "requests go through the proxy of HTTPS_PROXY or HTTP_PROXY; if the gateway can be reached directly, name the cluster's host in NO_PROXY"
	case errors.Is(err, imagestore.ErrNoResponse) && !errors.Is(err, context.Canceled):
		return "is the endpoint the cluster's HTTP gateway, port 19080 unless configured otherwise? see sfstore doctor"
	}
	return ""
}

// isVague reports whether the message of an invalid argument adds nothing to its code.
func isVague(message string) bool {
	switch strings.Trim(strings.ToLower(message), ". ") {
	case "", "null", "invalid argument", "e_invalidarg":
		return true
	}
	return false
}
