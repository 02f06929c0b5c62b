package doctor

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"

	"github.com/sfstore/sfstore/internal/transport"
)

// maxPage bounds what is read of an answer, in bytes. The manifest of a large cluster has less
// than a megabyte.
const maxPage = 8 << 20

// page is an answer to a GET.
type page struct {
	status int
	kind   string // media type
	body   []byte
}

// get asks the gateway as the client asks it: with its certificate, token and headers.
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

// noAnswer says why a request got none.
func (e *examination) noAnswer(ctx context.Context, check string, err error) {
	if sent, ok := errors.AsType[*url.Error](err); ok {
		err = sent.Err
	}
	_, untrusted := errors.AsType[*transport.ServerCertificateError](transport.ServerError(err))
	switch {
	case untrusted:
		e.refused(check, "", "%v", err)
	case transport.IsRefusal(err), e.asked && e.Security.Certificate == nil && !isLate(err):
		e.refused(check, e.cureForCertificate(), "the server ended the handshake: %s", plain(err))
	case e.url.Scheme == "http" && e.speaksTLS(ctx):
		e.problem(check, "write https://"+e.url.Host, "the server speaks TLS")
	default:
		e.problem(check, "is it the port of the HTTP gateway, 19080 unless configured otherwise? 19000 is for other clients", "no answer: %s", plain(err))
	}
}

func (e *examination) cureForCertificate() string {
	if e.Security.Certificate == nil {
		return "give a client certificate: --cert, and --key where it is in a file of its own"
	}
	return "is this certificate among the cluster's client certificates, by thumbprint or by common name, and valid there?"
}

// speaksTLS tries a handshake where none is expected.
func (e *examination) speaksTLS(ctx context.Context) bool {
	h := handshake{version: tls.VersionTLS12}
	e.shakeHands(ctx, &h)
	return h.chain != nil
}
