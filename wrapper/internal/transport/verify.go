package transport

import (
	"bytes"
	"crypto/x509"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// VerifyServer returns nil if a server is trusted by the certificates that it sent, its own
// first. The package comment has the rules. The name is the host of the URL, and is compared only
// without thumbprints and common names. The error is an [*UntrustedError], or a [*SettingError] if
// s is invalid.
func VerifyServer(s Security, serverName string, chain []*x509.Certificate, now time.Time) error {
	pins, err := s.pins()
	switch {
	case err != nil:
		return err
	case s.Insecure:
		return nil
	case len(chain) == 0, slices.Contains(chain, nil):
		return &UntrustedError{Reason: NoCertificate, Err: errors.New("the server sent no certificate")}
	case !s.pinned():
		_, err := verify(chain, s.RootCAs, serverName, now)
		return untrusted(chain, err, now)
	}
	if pins.server.hold(chain[0]) {
		return untrusted(chain, checkTime(chain[0], now), now)
	}
	var refused error = &UntrustedError{WrongThumbprint, chain[0], errors.New("it has none of the thumbprints that were given")}
	for matched, names := false, pins.names; len(names) > 0; names = names[1:] {
		err := names[0].verify(s.RootCAs, chain, now)
		if err == nil {
			return nil
		}
		// The reason why a certificate of the right name is rejected is more useful than a wrong name.
		if matches := names[0].matches(chain[0]); matches || !matched {
			refused, matched = err, matches
		}
	}
	return refused
}

// verify verifies a chain for a server. An empty name is not compared.
func verify(chain []*x509.Certificate, roots *x509.CertPool, name string, now time.Time) ([][]*x509.Certificate, error) {
	between := x509.NewCertPool()
	for _, c := range chain[1:] {
		between.AddCert(c)
	}
	return chain[0].Verify(x509.VerifyOptions{
		DNSName: name, Roots: roots, Intermediates: between, CurrentTime: now,
		KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	})
}

func (p pinnedName) verify(roots *x509.CertPool, chain []*x509.Certificate, now time.Time) error {
	if !p.matches(chain[0]) {
		return &UntrustedError{WrongCommonName, chain[0],
			fmt.Errorf("it is for %s, not for %q", strings.Join(namesOf(chain[0]), ", "), p.name)}
	}
	if len(p.issuers) == 0 {
		_, err := verify(chain, roots, "", now)
		return untrusted(chain, err, now)
	}
	// A declared issuer is trusted, whoever issued its own certificate. It is in the chain, or
	// known here.
	pinned := x509.NewCertPool()
	shown := false
	for _, c := range chain {
		if p.issuers.hold(c) {
			pinned.AddCert(c)
			shown = true
		}
	}
	if shown {
		chains, err := verify(chain, pinned, "", now)
		if err != nil {
			return untrusted(chain, err, now)
		}
		if p.issued(chains) {
			return nil
		}
	}
	leaf := chain[0]
	chains, err := verify(chain, roots, "", now)
	_, unknown := errors.AsType[x509.UnknownAuthorityError](err)
	switch {
	case err == nil && p.issued(chains):
		return nil
	case err == nil, hasIssuer(chain):
		return &UntrustedError{WrongIssuer, leaf,
			fmt.Errorf("its issuer %q has none of the thumbprints that were given for %q", leaf.Issuer, p.name)}
	case unknown:
		return &UntrustedError{UnknownIssuer, leaf, &explained{
			fmt.Sprintf("the certificate of its issuer %q was not sent and is not known here, so its thumbprint cannot be compared", leaf.Issuer), err}}
	}
	return untrusted(chain, err, now)
}

// hasIssuer reports whether the server sent the certificate of the direct issuer.
func hasIssuer(chain []*x509.Certificate) bool {
	return slices.ContainsFunc(chain, func(c *x509.Certificate) bool { return bytes.Equal(c.RawSubject, chain[0].RawIssuer) })
}

// issued reports whether one of the issuers issued the certificate itself, and not only one above.
func (p pinnedName) issued(chains [][]*x509.Certificate) bool {
	return slices.ContainsFunc(chains, func(chain []*x509.Certificate) bool {
		return p.issuers.hold(chain[min(1, len(chain)-1)])
	})
}

// checkTime is the only check of a certificate that is accepted by its thumbprint.
func checkTime(c *x509.Certificate, now time.Time) error {
	if now.Before(c.NotBefore) || now.After(c.NotAfter) {
		return x509.CertificateInvalidError{Cert: c, Reason: x509.Expired}
	}
	return nil
}

func namesOf(c *x509.Certificate) []string {
	names := append([]string{}, c.DNSNames...)
	for _, ip := range c.IPAddresses {
		names = append(names, ip.String())
	}
	if c.Subject.CommonName != "" || len(names) == 0 {
		names = append(names, fmt.Sprintf("%q", c.Subject.CommonName))
	}
	return names
}
