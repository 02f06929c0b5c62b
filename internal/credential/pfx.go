package credential

import (
	"encoding/asn1"
	"errors"
	"fmt"

	"crypto/x509"

	"software.sslmate.com/src/go-pkcs12"
)

// isPFX recognizes a PFX file by its beginning, a sequence that begins with version 3.
func isPFX(content []byte) bool {
	var outer asn1.RawValue
	if _, err := asn1.Unmarshal(content, &outer); err != nil || outer.Tag != asn1.TagSequence {
		return false
	}
	var version int
	_, err := asn1.Unmarshal(outer.Bytes, &version)
	return err == nil && version == 3
}

// parsePFX reads a PKCS#12 file. Without a password it tries the empty one, which Key Vault
// exports with.
func parsePFX(content []byte, password Password) (contents, error) {
	var outer asn1.RawValue
	if _, err := asn1.Unmarshal(content, &outer); err != nil || outer.Tag != asn1.TagSequence {
		return contents{}, errors.New("is neither PEM nor PFX (PKCS#12)")
	}
	key, first, others, err := pkcs12.DecodeChain(content, password.text)
	switch {
	case errors.Is(err, pkcs12.ErrIncorrectPassword), errors.Is(err, pkcs12.ErrDecryption):
		return contents{}, password.whenWrong()
	case err != nil:
		return contents{}, fmt.Errorf("cannot be read as a PFX file: %w", err)
	}
	private, err := signer(key)
	if err != nil {
		return contents{}, err
	}
	return contents{pfx: true, key: private, certificates: append([]*x509.Certificate{first}, others...)}, nil
}
