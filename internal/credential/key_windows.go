package credential

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"fmt"
	"io"
	"math/big"
	"unsafe"

	"golang.org/x/sys/windows"
)

// storedKey signs with a key that stays in a key store of Windows, such as a file, a smart card
// or a TPM.
type storedKey struct {
	handle windows.Handle // kept until the program ends
	public crypto.PublicKey
}

// Public returns the public key of the certificate.
func (k *storedKey) Public() crypto.PublicKey { return k.public }

// acquireKey opens the key of a certificate. Windows may ask the user for a PIN when it signs.
func acquireKey(found *windows.CertContext, leaf *x509.Certificate) (crypto.Signer, error) {
	switch leaf.PublicKey.(type) {
	case *rsa.PublicKey, *ecdsa.PublicKey:
	default:
		return nil, fmt.Errorf("it has a key of type %s, and only RSA and ECDSA are supported", leaf.PublicKeyAlgorithm)
	}
	var handle windows.Handle
	var spec uint32
	var free bool
	// The older interface cannot sign with PSS. Keys of its providers are opened by the newer one.
	const flags = windows.CRYPT_ACQUIRE_ONLY_NCRYPT_KEY_FLAG
	if err := windows.CryptAcquireCertificatePrivateKey(found, flags, nil, &handle, &spec, &free); err != nil {
		return nil, fmt.Errorf("its private key is not available: %w", err)
	}
	return &storedKey{handle, leaf.PublicKey}, nil
}

// The flags of NCryptSignHash and what it takes with them.
const (
	padPKCS1 = 0x2
	padPSS   = 0x8
)

type pkcs1Padding struct{ algorithm *uint16 }

type pssPadding struct {
	algorithm *uint16
	salt      uint32
}

var hashNames = map[crypto.Hash]string{
	crypto.SHA1: "SHA1", crypto.SHA256: "SHA256", crypto.SHA384: "SHA384", crypto.SHA512: "SHA512",
}

// Sign signs a digest, by PKCS#1 or PSS with an RSA key. It implements [crypto.Signer].
func (k *storedKey) Sign(_ io.Reader, digest []byte, options crypto.SignerOpts) ([]byte, error) {
	if _, ok := k.public.(*ecdsa.PublicKey); ok {
		signature, err := k.signHash(digest, nil, 0)
		if err != nil {
			return nil, err
		}
		// Windows returns r and s, each in half of the bytes.
		half := len(signature) / 2
		return asn1.Marshal(struct{ R, S *big.Int }{new(big.Int).SetBytes(signature[:half]), new(big.Int).SetBytes(signature[half:])})
	}
	hash := options.HashFunc()
	if _, ok := hashNames[hash]; !ok {
		return nil, fmt.Errorf("the Windows key store does not sign %s", hash)
	}
	algorithm, err := windows.UTF16PtrFromString(hashNames[hash])
	if err != nil {
		return nil, err
	}
	pss, ok := options.(*rsa.PSSOptions)
	if !ok {
		return k.signHash(digest, unsafe.Pointer(&pkcs1Padding{algorithm}), padPKCS1)
	}
	salt := pss.SaltLength
	if salt == rsa.PSSSaltLengthEqualsHash || salt == rsa.PSSSaltLengthAuto { // either verifies
		salt = hash.Size()
	}
	return k.signHash(digest, unsafe.Pointer(&pssPadding{algorithm, uint32(salt)}), padPSS)
}

var signHash = windows.NewLazySystemDLL("ncrypt.dll").NewProc("NCryptSignHash")

// signHash calls NCryptSignHash twice: for the size of the signature, and for the signature.
func (k *storedKey) signHash(digest []byte, padding unsafe.Pointer, flags uintptr) ([]byte, error) {
	if len(digest) == 0 {
		return nil, errors.New("there is nothing to sign")
	}
	var signature []byte
	var size uint32
	for range 2 {
		var buffer *byte
		if size > 0 {
			signature = make([]byte, size)
			buffer = &signature[0]
		}
		status, _, _ := signHash.Call(uintptr(k.handle), uintptr(padding),
			uintptr(unsafe.Pointer(&digest[0])), uintptr(len(digest)),
			uintptr(unsafe.Pointer(buffer)), uintptr(len(signature)), uintptr(unsafe.Pointer(&size)), flags)
		if status != 0 {
			return nil, fmt.Errorf("the Windows key store does not sign: %w", windows.Errno(status))
		}
	}
	return signature[:size], nil
}
