package credential

import (
	"crypto"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"slices"
)

// LoadCertificate loads a client certificate with its key. certFile is a PEM or a PFX file;
// keyFile is a PEM file with the key, or empty if certFile contains it. An error names the file
// and the cause.
func LoadCertificate(certFile, keyFile string, password Password) (*tls.Certificate, error) {
	content, err := ReadFile(certFile)
	if err != nil {
		return nil, fmt.Errorf("client certificate: %w", err)
	}
	found, err := parse(content, password)
	if err != nil {
		return nil, fmt.Errorf("client certificate %s: %w", certFile, err)
	}
	if keyFile != "" {
		if found.pfx {
			return nil, fmt.Errorf("client certificate %s: is a PFX file, which contains its key; leave the key file out", certFile)
		}
		if found.key, err = loadKey(keyFile, password); err != nil {
			return nil, err
		}
	}
	certificate, err := found.assemble()
	if err != nil {
		return nil, fmt.Errorf("client certificate %s: %w", certFile, err)
	}
	return certificate, nil
}

func loadKey(name string, password Password) (crypto.Signer, error) {
	content, err := ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("key: %w", err)
	}
	if isPFX(content) { // this needs no password
		return nil, fmt.Errorf("key %s: is a PFX file, which contains certificate and key; give it only as the certificate", name)
	}
	found, err := parse(content, password)
	switch {
	case err != nil:
		return nil, fmt.Errorf("key %s: %w", name, err)
	case found.key == nil:
		return nil, fmt.Errorf("key %s: %w", name, found.without("private key"))
	}
	return found.key, nil
}

// contents are the certificates and the key of a file.
type contents struct {
	pfx          bool
	certificates []*x509.Certificate
	key          crypto.Signer
	kinds        []string // types of other blocks in a PEM file
}

func parse(content []byte, password Password) (contents, error) {
	if len(content) == 0 {
		return contents{}, errors.New("is empty")
	}
	if isPEM(content) {
		return parsePEM(content, password)
	}
	if _, err := x509.ParseCertificate(content); err == nil {
		return contents{}, errors.New("is a certificate in DER, without a key; write it as PEM: openssl x509 -inform der -in FILE -out client.pem")
	}
	return parsePFX(content, password)
}

// assemble puts the certificate of the key first and the others after it.
func (c contents) assemble() (*tls.Certificate, error) {
	if len(c.certificates) == 0 {
		return nil, c.without("certificate")
	}
	if c.key == nil {
		return nil, c.without("private key")
	}
	own := slices.IndexFunc(c.certificates, func(x *x509.Certificate) bool { return belongs(c.key, x) })
	if own < 0 {
		return nil, fmt.Errorf("the key does not belong to the certificate %q", c.certificates[0].Subject)
	}
	leaf := c.certificates[own]
	chain := [][]byte{leaf.Raw}
	for _, x := range slices.Delete(slices.Clone(c.certificates), own, own+1) {
		chain = append(chain, x.Raw)
	}
	return &tls.Certificate{Certificate: chain, PrivateKey: c.key, Leaf: leaf}, nil
}

func belongs(key crypto.Signer, x *x509.Certificate) bool {
	public, ok := key.Public().(interface{ Equal(crypto.PublicKey) bool })
	return ok && public.Equal(x.PublicKey)
}

func (c contents) without(thing string) error {
	if len(c.kinds) == 0 {
		return fmt.Errorf("has no %s", thing)
	}
	return fmt.Errorf("has no %s, only %s", thing, list(c.kinds))
}
