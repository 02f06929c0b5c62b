package emulator

import (
	"crypto/x509"
	"net/http"
)

// forbidden is the gateway's response to a missing or unknown client
// certificate. It has neither a body nor a content type.
var forbidden = response{status: http.StatusForbidden}

// authenticated reports whether a request may pass: it has an accepted client
// certificate, or none is required.
func (s *Store) authenticated(r *http.Request) bool {
	if s.clientCAs == nil {
		return true
	}
	if r.TLS == nil || len(r.TLS.PeerCertificates) == 0 {
		return false
	}
	certificates := r.TLS.PeerCertificates
	intermediates := x509.NewCertPool()
	for _, c := range certificates[1:] {
		intermediates.AddCert(c)
	}
	_, err := certificates[0].Verify(x509.VerifyOptions{
		Roots:         s.clientCAs,
		Intermediates: intermediates,
		KeyUsages:     []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	})
	return err == nil
}
