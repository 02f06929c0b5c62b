package credential

import (
	"crypto"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"

	"github.com/youmark/pkcs8"
)

// parseKey reads a private key in any form that OpenSSL writes.
func parseKey(block *pem.Block, password Password) (crypto.Signer, error) {
	der, kind := block.Bytes, block.Type
	var err error
	switch {
	case kind == "OPENSSH PRIVATE KEY":
		return nil, errors.New("has an SSH key, which cannot be used for TLS")
	case kind == "ENCRYPTED PRIVATE KEY":
		return decryptPKCS8(der, password)
	case x509.IsEncryptedPEMBlock(block): //nolint:staticcheck // weak, and what older versions of OpenSSL wrote
		if der, err = decryptLegacy(block, password); err != nil {
			return nil, err
		}
	}
	key, err := parsePlainKey(der)
	if err != nil && strings.Contains(block.Headers["Proc-Type"], "ENCRYPTED") {
		return nil, errPasswordWrong // its padding was right by chance
	}
	return key, err
}

func parsePlainKey(der []byte) (crypto.Signer, error) {
	var key any
	var err error
	if key, err = x509.ParsePKCS8PrivateKey(der); err != nil {
		if rsa, wrong := x509.ParsePKCS1PrivateKey(der); wrong == nil {
			key, err = rsa, nil
		} else if ec, wrong := x509.ParseECPrivateKey(der); wrong == nil {
			key, err = ec, nil
		}
	}
	if err != nil {
		return nil, errors.New("its key cannot be read; keys are RSA, ECDSA or Ed25519, in PKCS#8, PKCS#1 or SEC 1")
	}
	return signer(key)
}

func signer(key any) (crypto.Signer, error) {
	s, ok := key.(crypto.Signer)
	if !ok {
		return nil, fmt.Errorf("its key, a %T, cannot sign", key)
	}
	return s, nil
}

// decryptPKCS8 turns the library's panics into errors: the library does not check the lengths in
// the file.
func decryptPKCS8(der []byte, password Password) (key crypto.Signer, err error) {
	defer func() {
		if recover() != nil {
			key, err = nil, errors.New("its encrypted key cannot be read")
		}
	}()
	if err := password.check(); err != nil {
		return nil, err
	}
	parsed, _, err := pkcs8.ParsePrivateKey(der, []byte(password.text))
	switch {
	case err == nil:
		return signer(parsed)
	case strings.Contains(err.Error(), "incorrect password"):
		return nil, errPasswordWrong
	case strings.Contains(err.Error(), "supported"):
		return nil, fmt.Errorf("its key is encrypted in an unknown way (%w); convert it: openssl pkcs8 -topk8 -v2 aes256", err)
	}
	return nil, errors.New("its encrypted key cannot be read")
}

func decryptLegacy(block *pem.Block, password Password) ([]byte, error) {
	if err := password.check(); err != nil {
		return nil, err
	}
	der, err := x509.DecryptPEMBlock(block, []byte(password.text)) //nolint:staticcheck // as above
	switch {
	case errors.Is(err, x509.IncorrectPasswordError):
		return nil, errPasswordWrong
	case err != nil:
		return nil, errors.New("its key is encrypted in an unknown way; convert it: openssl pkcs8 -topk8 -v2 aes256")
	}
	return der, nil
}
