package credential

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/youmark/pkcs8"
	"software.sslmate.com/src/go-pkcs12"
)

func TestCertificatesInEveryForm(t *testing.T) {
	id := newIdentity(t, newECDSA(t))
	ofRSA := newIdentity(t, newRSA(t))
	ofEd := newIdentity(t, newEd25519(t))
	sec1, err := x509.MarshalECPrivateKey(id.key.(*ecdsa.PrivateKey))
	if err != nil {
		t.Fatal(err)
	}
	given := NewPassword(secret)
	rows := []struct {
		name      string
		cert, key []byte
		password  Password
		want      identity
	}{
		{"PEM with certificate and key", slices.Concat(certPEM(id.leaf), pkcs8PEM(t, id.key)), nil, Password{}, id},
		{"PEM with the key first, and text between", slices.Concat([]byte("Bag Attributes\n"), pkcs8PEM(t, id.key), []byte("subject=client\n"), certPEM(id.leaf)), nil, Password{}, id},
		{"two files", certPEM(id.leaf), pkcs8PEM(t, id.key), Password{}, id},
		{"the key file counts, not the key beside the certificate", slices.Concat(certPEM(id.leaf), pkcs8PEM(t, ofRSA.key)), pkcs8PEM(t, id.key), Password{}, id},
		{"a password that nothing needs", certPEM(id.leaf), pkcs8PEM(t, id.key), given, id},
		{"a chain", slices.Concat(certPEM(id.leaf, id.authority), pkcs8PEM(t, id.key)), nil, Password{}, id},
		{"a chain that begins with the authority", slices.Concat(certPEM(id.authority, id.leaf), pkcs8PEM(t, id.key)), nil, Password{}, id},
		{"an RSA key in PKCS#8", certPEM(ofRSA.leaf), pkcs8PEM(t, ofRSA.key), Password{}, ofRSA},
		{"an RSA key in PKCS#1", certPEM(ofRSA.leaf), pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(ofRSA.key.(*rsa.PrivateKey))}), Password{}, ofRSA},
		{"an ECDSA key in SEC 1", certPEM(id.leaf), pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: sec1}), Password{}, id},
		{"an Ed25519 key", certPEM(ofEd.leaf), pkcs8PEM(t, ofEd.key), Password{}, ofEd},
		{"an encrypted key", certPEM(id.leaf), encryptedPEM(t, id.key, nil), given, id},
		{"a key encrypted with scrypt", certPEM(id.leaf), encryptedPEM(t, id.key, &pkcs8.Opts{Cipher: pkcs8.AES128CBC, KDFOpts: pkcs8.ScryptOpts{SaltSize: 8, CostParameter: 1024, BlockSize: 8, ParallelizationParameter: 1}}), given, id},
		{"an encrypted RSA key of old OpenSSL", certPEM(ofRSA.leaf), legacyPEM(t, ofRSA.key.(*rsa.PrivateKey)), given, ofRSA},
		{"an encrypted key beside its certificate", slices.Concat(certPEM(id.leaf), encryptedPEM(t, id.key, nil)), nil, given, id},
		{"PFX with AES", pfx(t, pkcs12.Modern2023, id, secret), nil, given, id},
		{"PFX with 3DES, as older Windows exports it", pfx(t, pkcs12.LegacyDES, ofRSA, secret), nil, given, ofRSA},
		{"PFX with RC2, as older OpenSSL exports it", pfx(t, pkcs12.LegacyRC2, id, secret), nil, given, id},
		{"PFX with the empty password, as Key Vault exports it", pfx(t, pkcs12.Modern2023, id, ""), nil, Password{}, id},
		{"PFX without encryption", pfx(t, pkcs12.Passwordless, id, ""), nil, Password{}, id},
		{"PFX that begins with the authority", pfx(t, pkcs12.Modern2023, identity{id.key, id.authority, id.leaf}, secret), nil, given, id},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			keyFile := ""
			if row.key != nil {
				keyFile = file(t, "key.pem", row.key)
			}
			got, err := LoadCertificate(file(t, "client.pem", row.cert), keyFile, row.password)
			if err != nil {
				t.Fatal(err)
			}
			if !got.Leaf.Equal(row.want.leaf) || !slices.Equal(got.Certificate[0], row.want.leaf.Raw) {
				t.Errorf("the certificate is %s", got.Leaf.Subject)
			}
			if key, ok := got.PrivateKey.(crypto.Signer); !ok || !belongs(key, row.want.leaf) {
				t.Error("it has another key")
			}
			if len(got.Certificate) == 2 && !slices.Equal(got.Certificate[1], row.want.authority.Raw) || len(got.Certificate) > 2 {
				t.Errorf("the chain has %d certificates", len(got.Certificate))
			}
		})
	}
}

func TestCertificatesThatCannotBeUsed(t *testing.T) {
	id, other := newIdentity(t, newECDSA(t)), newIdentity(t, newRSA(t))
	plain := pkcs8PEM(t, id.key)
	given, wrong := NewPassword(secret), NewPassword("canary-other-password")
	broken := []byte("-----BEGIN CERTIFICATE-----\nAAAA\n")
	rows := []struct {
		name      string
		cert, key []byte
		password  Password
		want      string
	}{
		{"an empty file", []byte{}, nil, Password{}, "client certificate FILE: is empty"},
		{"an empty key file", certPEM(id.leaf), []byte{}, Password{}, "key KEY: is empty"},
		{"a text", []byte("hello"), nil, Password{}, "client certificate FILE: is neither PEM nor PFX (PKCS#12)"},
		{"a PEM block without an end", broken, nil, Password{}, "client certificate FILE: looks like PEM, but has no complete block"},
		{"a key and no certificate", plain, nil, Password{}, "client certificate FILE: has no certificate, only PRIVATE KEY"},
		{"a request for a certificate", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST"}), plain, Password{}, "client certificate FILE: has no certificate, only CERTIFICATE REQUEST"},
		{"a certificate and no key", certPEM(id.leaf), nil, Password{}, "client certificate FILE: has no private key, only CERTIFICATE"},
		{"a certificate that is none", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: []byte("x")}), plain, Password{}, "client certificate FILE: certificate 1 in it cannot be read: x509: malformed certificate"},
		{"a certificate in DER", id.leaf.Raw, nil, Password{}, "client certificate FILE: is a certificate in DER, without a key; write it as PEM: openssl x509 -inform der -in FILE -out client.pem"},
		{"a key of another certificate", certPEM(id.leaf, id.authority), pkcs8PEM(t, other.key), Password{}, `client certificate FILE: the key does not belong to the certificate "CN=client"`},
		{"two keys", slices.Concat(certPEM(id.leaf), plain, plain), nil, Password{}, "client certificate FILE: has more than one private key"},
		{"a key file without a key", certPEM(id.leaf), certPEM(id.leaf), Password{}, "key KEY: has no private key, only CERTIFICATE"},
		{"a key of SSH", certPEM(id.leaf), pem.EncodeToMemory(&pem.Block{Type: "OPENSSH PRIVATE KEY"}), Password{}, "key KEY: has an SSH key, which cannot be used for TLS"},
		{"a key that is none", certPEM(id.leaf), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: []byte(secret)}), Password{}, "key KEY: its key cannot be read; keys are RSA, ECDSA or Ed25519, in PKCS#8, PKCS#1 or SEC 1"},
		{"an encrypted key and no password", certPEM(id.leaf), encryptedPEM(t, id.key, nil), Password{}, "key KEY: it is protected by a password, and none was given"},
		{"an encrypted key and a wrong password", certPEM(id.leaf), encryptedPEM(t, id.key, nil), wrong, "key KEY: the password is wrong"},
		{"an encrypted key that is none", certPEM(id.leaf), pem.EncodeToMemory(&pem.Block{Type: "ENCRYPTED PRIVATE KEY", Bytes: []byte(secret)}), given, "key KEY: its key is encrypted in an unknown way (pkcs8: only PKCS #5 v2.0 supported); convert it: openssl pkcs8 -topk8 -v2 aes256"},
		{"an old encrypted key and no password", certPEM(other.leaf), legacyPEM(t, other.key.(*rsa.PrivateKey)), Password{}, "key KEY: it is protected by a password, and none was given"},
		{"an old encrypted key and a wrong password", certPEM(other.leaf), legacyPEM(t, other.key.(*rsa.PrivateKey)), wrong, "key KEY: the password is wrong"},
		{"PFX and no password", pfx(t, pkcs12.Modern2023, id, secret), nil, Password{}, "client certificate FILE: it is protected by a password, and none was given"},
		{"PFX and a wrong password", pfx(t, pkcs12.Modern2023, id, secret), nil, wrong, "client certificate FILE: the password is wrong"},
		{"PFX with 3DES and a wrong password", pfx(t, pkcs12.LegacyDES, id, secret), nil, wrong, "client certificate FILE: the password is wrong"},
		{"PFX and a key file", pfx(t, pkcs12.Modern2023, id, secret), plain, given, "client certificate FILE: is a PFX file, which contains its key; leave the key file out"},
		{"PFX as the key file", certPEM(id.leaf), pfx(t, pkcs12.Modern2023, id, secret), given, "key KEY: is a PFX file, which contains certificate and key; give it only as the certificate"},
		{"PFX as the key file, and no password", certPEM(id.leaf), pfx(t, pkcs12.Modern2023, id, secret), Password{}, "key KEY: is a PFX file, which contains certificate and key; give it only as the certificate"},
		{"PFX and an empty password", pfx(t, pkcs12.Modern2023, id, secret), nil, NewPassword(""), "client certificate FILE: the password is empty"},
		{"an encrypted key and an empty password", certPEM(id.leaf), encryptedPEM(t, id.key, nil), NewPassword(""), "key KEY: the password is empty"},
		{"an old encrypted key and an empty password", certPEM(other.leaf), legacyPEM(t, other.key.(*rsa.PrivateKey)), NewPassword(""), "key KEY: the password is empty"},
		{"PFX that ends early", pfx(t, pkcs12.Modern2023, id, secret)[:200], nil, given, "client certificate FILE: is neither PEM nor PFX (PKCS#12)"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			certFile, keyFile := file(t, "client.pem", row.cert), ""
			if row.key != nil {
				keyFile = file(t, "key.pem", row.key)
			}
			_, err := LoadCertificate(certFile, keyFile, row.password)
			if err == nil {
				t.Fatal("no error")
			}
			got := strings.ReplaceAll(err.Error(), certFile, "FILE")
			if keyFile != "" {
				got = strings.ReplaceAll(got, keyFile, "KEY")
			}
			if got != row.want && !strings.HasPrefix(got, row.want) {
				t.Errorf("got  %s\nwant %s", got, row.want)
			}
			if strings.Contains(got, "canary") {
				t.Errorf("the error has the password: %s", got)
			}
			if missing := strings.Contains(row.want, "none was given"); errors.Is(err, ErrPasswordMissing) != missing {
				t.Errorf("ErrPasswordMissing is not distinguished from others: %v", err)
			}
		})
	}
}

// TestDamagedKeys changes each byte of an encrypted key, and truncates the encrypted part. The result
// is an error and never a panic, although the library panics for some of them.
func TestDamagedKeys(t *testing.T) {
	id := newIdentity(t, newECDSA(t))
	block, _ := pem.Decode(encryptedPEM(t, id.key, &pkcs8.Opts{Cipher: pkcs8.AES128CBC, KDFOpts: pkcs8.PBKDF2Opts{SaltSize: 8, IterationCount: 2, HMACHash: crypto.SHA256}}))
	var outer struct {
		Algorithm pkix.AlgorithmIdentifier
		Data      []byte
	}
	if _, err := asn1.Unmarshal(block.Bytes, &outer); err != nil {
		t.Fatal(err)
	}
	outer.Data = outer.Data[:len(outer.Data)-1]
	cut, err := asn1.Marshal(outer)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := decryptPKCS8(cut, NewPassword(secret)); err == nil || err.Error() != "its encrypted key cannot be read" {
		t.Errorf("cut: %v", err)
	}
	for i := range block.Bytes {
		damaged := slices.Clone(block.Bytes)
		damaged[i] ^= 0x01
		if _, err := decryptPKCS8(damaged, NewPassword(secret)); err != nil && strings.Contains(err.Error(), "canary") {
			t.Errorf("byte %d: %v", i, err)
		}
	}
}

func TestPasswords(t *testing.T) {
	for name, row := range map[string]struct{ content, want, err string }{
		"a line":                 {secret + "\n", secret, ""},
		"a line of Windows":      {secret + "\r\n", secret, ""},
		"no end of line":         {secret, secret, ""},
		"spaces belong to it":    {" " + secret + " \n", " " + secret + " ", ""},
		"an empty file is empty": {"", "", ""},
		"two lines":              {secret + "\n" + secret, "", "has more than one line"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := PasswordFromFile(file(t, "password", []byte(row.content)))
			if row.err != "" {
				if err == nil || !strings.Contains(err.Error(), row.err) || strings.Contains(err.Error(), secret) {
					t.Errorf("got %v, want %s", err, row.err)
				}
				return
			}
			if err != nil || got.text != row.want || !got.given {
				t.Errorf("got %q, %v", got.text, err)
			}
			if printed := fmt.Sprintf("%v %+v %#v %s %q", got, got, got, got, []Password{got}); strings.Contains(printed, "canary") {
				t.Errorf("it prints as %s", printed)
			}
		})
	}
	if _, err := PasswordFromFile("none.txt"); !errors.Is(err, os.ErrNotExist) || !strings.HasPrefix(err.Error(), "password file: cannot open none.txt: ") {
		t.Error(err)
	}
}
