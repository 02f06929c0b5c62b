package doctor

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"mime"
	"net/http"

	"github.com/sfstore/sfstore/internal/credential"
	"github.com/sfstore/sfstore/wrapper/imagestore"
)

// maxPage bounds a response, in bytes. The manifest of a large cluster has less than a megabyte.
const maxPage = 8 << 20

// page is the response to a GET.
type page struct {
	status int
	kind   string // media type
	body   []byte
}

// get sends a request as the client does: with its certificate, token and headers.
func (e *examination) get(ctx context.Context, path, apiVersion string) (page, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, e.report.Endpoint+path+"?api-version="+apiVersion, nil)
	if err != nil {
		return page{}, err
	}
	rsp, err := e.Client.Generated().Client.Do(r)
	if err != nil {
		return page{}, err
	}
	defer rsp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(rsp.Body, maxPage))
	kind, _, _ := mime.ParseMediaType(rsp.Header.Get("Content-Type"))
	return page{rsp.StatusCode, kind, body}, err
}

// noResponse reports why a request got no response.
func (e *examination) noResponse(ctx context.Context, check string, err error) {
	_, untrusted := errors.AsType[*imagestore.ServerCertificateError](err)
	proxy, byProxy := errors.AsType[*imagestore.ProxyError](err)
	_, noToken := errors.AsType[*credential.TokenError](err)
	refused := errors.Is(err, imagestore.ErrRefused) && !noToken
	if failed, ok := errors.AsType[*imagestore.FabricError](err); ok {
		err = failed.Err // without the step, the method and the URL
	}
	switch {
	case byProxy:
		report := e.problem
		if refused {
			report = e.refused
		}
		report(check, "the proxy is the one of HTTPS_PROXY; if the gateway can be reached directly, set NO_PROXY="+e.url.Hostname(), "no response: %v", proxy)
	case untrusted:
		e.refused(check, "", "%v", err)
	case refused, e.asked && e.Security.Certificate == nil && !isLate(err):
		e.refused(check, e.cureForCertificate(), "the server ended the handshake: %s", plain(err))
	case e.url.Scheme == "http" && e.speaksTLS(ctx):
		e.problem(check, "write https://"+e.url.Host, "the server uses TLS")
	default:
		e.problem(check, "is it the port of the HTTP gateway, 19080 unless configured otherwise? 19000 is for other clients", "no response: %s", plain(err))
	}
}

func (e *examination) cureForCertificate() string {
	if e.Security.Certificate == nil {
		return "give a client certificate: --cert, and --key if the key is in another file"
	}
	return "is this certificate among the cluster's client certificates, by thumbprint or by common name, and valid there?"
}

// speaksTLS tries a handshake where none is expected.
func (e *examination) speaksTLS(ctx context.Context) bool {
	h := handshake{version: tls.VersionTLS12}
	e.shakeHands(ctx, &h)
	return h.chain != nil
}
