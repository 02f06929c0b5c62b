package credential

import (
	"crypto/sha1"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"slices"
	"unsafe"

	"golang.org/x/sys/windows"
)

func loadStored(hash [sha1.Size]byte, where storeName) (*tls.Certificate, error) {
	found, chain, err := findStored(hash, where)
	if err != nil {
		return nil, err
	}
	defer func() { _ = windows.CertFreeCertificateContext(found) }()
	leaf, err := x509.ParseCertificate(chain[0])
	if err != nil {
		return nil, err
	}
	key, err := acquireKey(found, leaf)
	if err != nil {
		return nil, err
	}
	return &tls.Certificate{Certificate: chain, PrivateKey: key, Leaf: leaf}, nil
}

// findStored finds a certificate and the chain that Windows has for it, in DER, without the root.
// The caller frees the certificate.
func findStored(hash [sha1.Size]byte, where storeName) (*windows.CertContext, [][]byte, error) {
	store, err := openStore(where)
	if err != nil {
		return nil, nil, fmt.Errorf("the store cannot be opened: %w", err)
	}
	defer func() { _ = windows.CertCloseStore(store, 0) }()
	wanted := windows.CryptHashBlob{Size: uint32(len(hash)), Data: &hash[0]}
	found, err := windows.CertFindCertificateInStore(store, windows.X509_ASN_ENCODING, 0, windows.CERT_FIND_SHA1_HASH, unsafe.Pointer(&wanted), nil)
	if errors.Is(err, windows.Errno(windows.CRYPT_E_NOT_FOUND)) {
		return nil, nil, errors.New("the store does not have it")
	}
	if err != nil {
		return nil, nil, err
	}
	return found, chainOf(found, store), nil
}

func openStore(where storeName) (windows.Handle, error) {
	name, err := windows.UTF16PtrFromString(where.name)
	if err != nil {
		return 0, err
	}
	var location uint32 = windows.CERT_SYSTEM_STORE_CURRENT_USER
	if where.machine {
		location = windows.CERT_SYSTEM_STORE_LOCAL_MACHINE
	}
	const flags = windows.CERT_STORE_OPEN_EXISTING_FLAG | windows.CERT_STORE_READONLY_FLAG
	return windows.CertOpenStore(windows.CERT_STORE_PROV_SYSTEM, 0, 0, location|flags, uintptr(unsafe.Pointer(name)))
}

// chainOf returns the certificate and those between it and its root, which servers may need.
// Windows looks for them locally, and not on the network.
func chainOf(found *windows.CertContext, store windows.Handle) [][]byte {
	own := der(found)
	parameters := windows.CertChainPara{Size: uint32(unsafe.Sizeof(windows.CertChainPara{}))}
	var context *windows.CertChainContext
	const cacheOnly = 0x4 // CERT_CHAIN_CACHE_ONLY_URL_RETRIEVAL
	if err := windows.CertGetCertificateChain(0, found, nil, store, &parameters, cacheOnly, 0, &context); err != nil {
		return [][]byte{own} // enough for most servers
	}
	defer windows.CertFreeCertificateChain(context)
	if context.ChainCount == 0 {
		return [][]byte{own}
	}
	chain := [][]byte{own}
	simple := unsafe.Slice(context.Chains, context.ChainCount)[0]
	for _, element := range unsafe.Slice(simple.Elements, simple.NumElements) {
		certificate := der(element.CertContext)
		parsed, err := x509.ParseCertificate(certificate)
		if err != nil || slices.Equal(certificate, own) || slices.Equal(parsed.RawIssuer, parsed.RawSubject) {
			continue
		}
		chain = append(chain, certificate)
	}
	return chain
}

func der(c *windows.CertContext) []byte {
	return slices.Clone(unsafe.Slice(c.EncodedCert, c.Length))
}
