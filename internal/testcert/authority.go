package testcert

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"net"
	"time"
)

// Change changes a certificate before it is signed.
type Change func(*x509.Certificate)

// Authority issues certificates.
type Authority struct {
	Certificate *x509.Certificate
	key         crypto.Signer
	chain       [][]byte // its own certificate and those above it, without the root's
}

// NewAuthority makes a self-signed authority.
func NewAuthority(changes ...Change) *Authority {
	template, key := authorityTemplate("Test Root", changes), newKey()
	certificate := sign(template, template, key, key)
	return &Authority{Certificate: certificate, key: key}
}

// Authority makes an authority below a. Its certificate is part of the chains that it issues.
func (a *Authority) Authority(changes ...Change) *Authority {
	key := newKey()
	certificate := sign(authorityTemplate("Test Intermediate", changes), a.Certificate, key, a.key)
	return &Authority{Certificate: certificate, key: key, chain: append([][]byte{certificate.Raw}, a.chain...)}
}

// Issue makes a certificate, with the chain up to the root and without it.
func (a *Authority) Issue(changes ...Change) tls.Certificate {
	key := newKey()
	leaf := sign(leafTemplate(changes), a.Certificate, key, a.key)
	return tls.Certificate{Certificate: append([][]byte{leaf.Raw}, a.chain...), PrivateKey: key, Leaf: leaf}
}

// SelfSigned makes a self-signed certificate.
func SelfSigned(changes ...Change) tls.Certificate {
	template, key := leafTemplate(changes), newKey()
	leaf := sign(template, template, key, key)
	return tls.Certificate{Certificate: [][]byte{leaf.Raw}, PrivateKey: key, Leaf: leaf}
}

// Pool returns a pool with only the authority's certificate.
func (a *Authority) Pool() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(a.Certificate)
	return pool
}

func authorityTemplate(name string, changes []Change) *x509.Certificate {
	return changed(&x509.Certificate{
		Subject:               pkix.Name{CommonName: name},
		IsCA:                  true,
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageCertSign,
	}, changes)
}

func leafTemplate(changes []Change) *x509.Certificate {
	return changed(&x509.Certificate{
		Subject:     pkix.Name{CommonName: "gateway.example.org"},
		DNSNames:    []string{"localhost"},
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback},
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}, changes)
}

func changed(template *x509.Certificate, changes []Change) *x509.Certificate {
	template.SerialNumber = must(rand.Int(rand.Reader, big.NewInt(1<<62)))
	template.NotBefore = time.Now().Add(-time.Hour)
	template.NotAfter = time.Now().Add(24 * time.Hour)
	for _, change := range changes {
		change(template)
	}
	return template
}

func sign(template, parent *x509.Certificate, key, parentKey crypto.Signer) *x509.Certificate {
	der := must(x509.CreateCertificate(rand.Reader, template, parent, key.Public(), parentKey))
	return must(x509.ParseCertificate(der))
}

func newKey() crypto.Signer { return must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader)) }

func must[T any](value T, err error) T {
	if err != nil {
		panic("testcert: " + err.Error())
	}
	return value
}
