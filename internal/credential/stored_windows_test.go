package credential

import (
	"bytes"
	"crypto"
	"crypto/sha1"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
	"unsafe"

	"golang.org/x/sys/windows"
	"software.sslmate.com/src/go-pkcs12"

	"github.com/sfstore/sfstore/internal/testhost"
)

// importCertificate puts a certificate into the user's store until the test ends.
func importCertificate(t *testing.T, certificate *windows.CertContext) (thumbprint string) {
	t.Helper()
	inMyStore(t, func(store windows.Handle) error {
		return windows.CertAddCertificateContextToStore(store, certificate, windows.CERT_STORE_ADD_REPLACE_EXISTING, nil)
	})
	t.Cleanup(func() {
		inMyStore(t, func(store windows.Handle) error {
			stored, err := windows.CertFindCertificateInStore(store, windows.X509_ASN_ENCODING, 0, windows.CERT_FIND_EXISTING, unsafe.Pointer(certificate), nil)
			if err != nil {
				return err
			}
			return windows.CertDeleteCertificateFromStore(stored)
		})
	})
	return fmt.Sprintf("%x", sha1.Sum(der(certificate)))
}

// inMyStore changes the user's store. Wine writes it only when it is closed.
func inMyStore(t *testing.T, change func(store windows.Handle) error) {
	t.Helper()
	name, err := windows.UTF16PtrFromString("My")
	if err != nil {
		t.Fatal(err)
	}
	store, err := windows.CertOpenStore(windows.CERT_STORE_PROV_SYSTEM, 0, 0, windows.CERT_SYSTEM_STORE_CURRENT_USER, uintptr(unsafe.Pointer(name)))
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(change(store), windows.CertCloseStore(store, 0)); err != nil {
		t.Error(err)
	}
}

func TestACertificateIsFoundByItsThumbprint(t *testing.T) {
	one := newIdentity(t, newECDSA(t))
	certificate, err := windows.CertCreateCertificateContext(windows.X509_ASN_ENCODING, &one.leaf.Raw[0], uint32(len(one.leaf.Raw)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = windows.CertFreeCertificateContext(certificate) })
	thumbprint := importCertificate(t, certificate)
	hash, err := parseThumbprint(thumbprint)
	if err != nil {
		t.Fatal(err)
	}
	found, chain, err := findStored(hash, storeName{name: "My"})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = windows.CertFreeCertificateContext(found) }()
	if len(chain) != 1 || !bytes.Equal(chain[0], one.leaf.Raw) {
		t.Errorf("found %d certificates, or another", len(chain))
	}
	_, err = LoadStored(thumbprint, DefaultStore)
	if want := `client certificate ` + thumbprint + ` of CurrentUser\My: its private key is not available: `; err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("without a key: %v", err)
	}
	if _, err := LoadStored(thumbprint, `CurrentUser\NoSuchStore`); err == nil {
		t.Error("a store that is not there has it")
	}
}

// The key goes into the user's key store, from which it cannot be exported.
func TestAKeySignsInTheStore(t *testing.T) {
	testhost.NotUnderWine(t, "it has no key store that signs")
	for name, key := range map[string]crypto.Signer{"RSA": newRSA(t), "ECDSA": newECDSA(t)} {
		for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} { // PKCS#1 or PSS, and PSS
			t.Run(name+" "+tls.VersionName(version), func(t *testing.T) {
				one := newIdentity(t, key)
				certificate, err := LoadStored(importCertificate(t, importPFX(t, one)), DefaultStore)
				if err != nil {
					t.Fatal(err)
				}
				if err := handshake(t, certificate, one.authority, version); err != nil {
					t.Error(err)
				}
			})
		}
	}
}

func importPFX(t *testing.T, one identity) *windows.CertContext {
	t.Helper()
	file, err := pkcs12.Modern.Encode(one.key, one.leaf, nil, "x")
	if err != nil {
		t.Fatal(err)
	}
	password, err := windows.UTF16PtrFromString("x")
	if err != nil {
		t.Fatal(err)
	}
	const flags = windows.CRYPT_USER_KEYSET | windows.PKCS12_ALWAYS_CNG_KSP
	imported, err := windows.PFXImportCertStore(&windows.CryptDataBlob{Size: uint32(len(file)), Data: &file[0]}, password, flags)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = windows.CertCloseStore(imported, 0) })
	certificate, err := windows.CertEnumCertificatesInStore(imported, nil)
	if err != nil {
		t.Fatal(err)
	}
	return certificate
}

// handshake presents the certificate to a server that requires one issued by the authority.
func handshake(t *testing.T, certificate *tls.Certificate, authority *x509.Certificate, version uint16) error {
	t.Helper()
	pool := x509.NewCertPool()
	pool.AddCert(authority)
	server := newIdentity(t, newECDSA(t))
	client, remote := net.Pipe()
	defer client.Close()
	accepted := make(chan error, 1)
	go func() {
		defer remote.Close()
		own := tls.Certificate{Certificate: [][]byte{server.leaf.Raw}, PrivateKey: server.key}
		accepted <- tls.Server(remote, &tls.Config{
			Certificates: []tls.Certificate{own}, ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: pool, MaxVersion: version,
		}).Handshake()
	}()
	err := tls.Client(client, &tls.Config{
		Certificates: []tls.Certificate{*certificate}, InsecureSkipVerify: true, MinVersion: version, MaxVersion: version,
	}).Handshake()
	if err != nil {
		return err
	}
	return <-accepted
}
