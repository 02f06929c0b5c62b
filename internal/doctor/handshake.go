package doctor

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"strings"
	"sync"
)

// handshake is the result of a handshake with a single version of TLS.
type handshake struct {
	version uint16
	chain   []*x509.Certificate // nil: the version was not accepted
	asked   bool                // the server requested a client certificate
	err     error
}

// handshakes tries each version of TLS on its own connection.
func (e *examination) handshakes(ctx context.Context) bool {
	if e.byProxy || e.url.Scheme != "https" {
		return true
	}
	tries := [...]handshake{{version: tls.VersionTLS10}, {version: tls.VersionTLS11}, {version: tls.VersionTLS12}, {version: tls.VersionTLS13}}
	var all sync.WaitGroup
	for i := range tries {
		all.Go(func() { e.shakeHands(ctx, &tries[i]) })
	}
	all.Wait()

	var accepted []string
	usable := false
	for _, try := range tries {
		if try.chain == nil {
			continue
		}
		accepted = append(accepted, tls.VersionName(try.version))
		// If both are possible, the lower one is used.
		if e.speaks(try.version) && !usable {
			usable, e.chain, e.asked = true, try.chain, try.asked
		}
	}
	switch {
	case len(accepted) == 0:
		err := tries[2].err
		if notTLS, ok := errors.AsType[tls.RecordHeaderError](err); ok {
			err = errors.New(notTLS.Msg)
		}
		e.problem("tls", "is it an unsecured cluster, http://"+e.url.Host+", or another port?", "no TLS there: %s", plain(err))
		return false
	case !usable && accepted[0] == tls.VersionName(tls.VersionTLS13):
		e.problem("tls", "--allow-tls13, if the cluster uses exclusive authentication mode", "the server accepts only TLS 1.3, and a client certificate is used only with TLS 1.2 unless you allow more")
		return false
	case !usable:
		e.problem("tls", "turn on TLS 1.2 on the nodes of the cluster", "the server accepts %s, and at least TLS 1.2 is needed", strings.Join(accepted, ", "))
		return false
	}
	e.ok("tls", "the server accepts %s", strings.Join(accepted, ", "))
	return true
}

// speaks reports whether the client would use a version, by the rules of its TLSConfig.
func (e *examination) speaks(version uint16) bool {
	config, err := e.Security.TLSConfig(e.url.Hostname())
	if err != nil {
		return false
	}
	return version >= max(config.MinVersion, tls.VersionTLS12) && (config.MaxVersion == 0 || version <= config.MaxVersion)
}

// shakeHands only gets the server's certificate: a later step reports whether it is trusted. The
// client's own is sent only to a trusted server.
func (e *examination) shakeHands(ctx context.Context, h *handshake) {
	trusted := false
	dialer := tls.Dialer{NetDialer: new(net.Dialer), Config: &tls.Config{
		ServerName: e.url.Hostname(), MinVersion: h.version, MaxVersion: h.version,
		InsecureSkipVerify: true, //nolint:gosec // nothing but the handshake is done
		VerifyConnection: func(state tls.ConnectionState) error {
			h.chain = state.PeerCertificates
			trusted = e.Security.VerifyServer(e.url.Hostname(), h.chain) == nil
			return nil
		},
		GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
			h.asked = true
			if trusted && e.Security.Certificate != nil {
				return e.Security.Certificate, nil
			}
			return new(tls.Certificate), nil
		},
	}}
	conn, err := dialer.DialContext(ctx, "tcp", e.address())
	if err != nil {
		h.err = err
		return
	}
	_ = conn.Close()
}
