package testcert

import (
	"crypto/sha1"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"net"
	"time"
)

// Expired makes the certificate expire a minute ago.
func Expired() Change {
	return func(c *x509.Certificate) { c.NotAfter = time.Now().Add(-time.Minute) }
}

// NotYetValid makes the certificate valid from an hour in the future.
func NotYetValid() Change {
	return func(c *x509.Certificate) { c.NotBefore = time.Now().Add(time.Hour) }
}

// CommonName sets the name of the subject.
func CommonName(name string) Change {
	return func(c *x509.Certificate) { c.Subject.CommonName = name }
}

// Names replaces the names of hosts, each a DNS name or an address. None leaves none.
func Names(names ...string) Change {
	return func(c *x509.Certificate) {
		c.DNSNames, c.IPAddresses = nil, nil
		for _, name := range names {
			if ip := net.ParseIP(name); ip != nil {
				c.IPAddresses = append(c.IPAddresses, ip)
			} else {
				c.DNSNames = append(c.DNSNames, name)
			}
		}
	}
}

// Usages replaces the usages of the certificate. None leaves them out, which allows any usage.
func Usages(usages ...x509.ExtKeyUsage) Change {
	return func(c *x509.Certificate) { c.ExtKeyUsage = usages }
}

// NoAuthority makes an authority that must not issue certificates.
func NoAuthority() Change {
	return func(c *x509.Certificate) { c.IsCA = false }
}

// SHA1 returns the thumbprint as Service Fabric and Windows show it.
func SHA1(c *x509.Certificate) string {
	sum := sha1.Sum(c.Raw)
	return hex.EncodeToString(sum[:])
}

// SHA256 returns the SHA-256 thumbprint.
func SHA256(c *x509.Certificate) string {
	sum := sha256.Sum256(c.Raw)
	return hex.EncodeToString(sum[:])
}

// PEM returns a certificate's chain and its key, in PKCS #8, in the form of files.
func PEM(c tls.Certificate) (chain, key []byte) {
	for _, der := range c.Certificate {
		chain = append(chain, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})...)
	}
	der := must(x509.MarshalPKCS8PrivateKey(c.PrivateKey))
	return chain, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
}
