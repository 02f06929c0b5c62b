package credential

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/youmark/pkcs8"
	"software.sslmate.com/src/go-pkcs12"
)

// The password is in no error, whatever goes wrong.
const secret = "canary-7Kf0-password"

// identity is a key with its certificate, and the authority that issued it.
type identity struct {
	key             crypto.Signer
	leaf, authority *x509.Certificate
}

func newIdentity(t *testing.T, key crypto.Signer) identity {
	t.Helper()
	ca := newECDSA(t)
	authority := sign(t, "authority", ca, nil, ca)
	return identity{key, sign(t, "client", key, authority, ca), authority}
}

func newECDSA(t *testing.T) crypto.Signer {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func newRSA(t *testing.T) crypto.Signer {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func newEd25519(t *testing.T) crypto.Signer {
	t.Helper()
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func sign(t *testing.T, name string, key crypto.Signer, issuer *x509.Certificate, by crypto.Signer) *x509.Certificate {
	t.Helper()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: issuer == nil, BasicConstraintsValid: true,
	}
	if issuer == nil {
		issuer = template
	}
	der, err := x509.CreateCertificate(rand.Reader, template, issuer, key.Public(), by)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return certificate
}

func certPEM(certificates ...*x509.Certificate) []byte {
	var out []byte
	for _, x := range certificates {
		out = append(out, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: x.Raw})...)
	}
	return out
}

func pkcs8PEM(t *testing.T, key crypto.Signer) []byte {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
}

func encryptedPEM(t *testing.T, key crypto.Signer, options *pkcs8.Opts) []byte {
	t.Helper()
	der, err := pkcs8.MarshalPrivateKey(key, []byte(secret), options)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "ENCRYPTED PRIVATE KEY", Bytes: der})
}

// legacyPEM returns what `openssl rsa -aes256 -traditional` writes.
func legacyPEM(t *testing.T, key *rsa.PrivateKey) []byte {
	t.Helper()
	block, err := x509.EncryptPEMBlock(rand.Reader, "RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(key), []byte(secret), x509.PEMCipherAES256) //nolint:staticcheck // it is what is tested
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(block)
}

func pfx(t *testing.T, encoder *pkcs12.Encoder, id identity, password string) []byte {
	t.Helper()
	content, err := encoder.Encode(id.key, id.leaf, []*x509.Certificate{id.authority}, password)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// TestFilesOfWindows has files with what the editors and the shell of Windows write before a text, and
// between all of its characters.
func TestFilesOfWindows(t *testing.T) {
	id := newIdentity(t, newECDSA(t))
	cert, key := certPEM(id.leaf), pkcs8PEM(t, id.key)
	wide := func(mark, text string) []byte {
		out := []byte(mark)
		for _, b := range []byte(text) {
			out = append(out, b, 0)
		}
		return out
	}
	const bom = "\ufeff"
	for name, row := range map[string]struct {
		before string
		as     func(mark, text string) []byte
		want   string // in the error of each
	}{
		"a mark before UTF-8":     {bom, func(mark, text string) []byte { return []byte(mark + text) }, ""},
		"UTF-16":                  {"\xff\xfe", wide, ": is text in UTF-16; save it as UTF-8"},
		"UTF-16 without its mark": {"", wide, ": is text in UTF-16; save it as UTF-8"},
	} {
		t.Run(name, func(t *testing.T) {
			_, one := LoadCertificate(file(t, "client.pem", row.as(row.before, string(cert)+string(key))), "", Password{})
			_, two := LoadCertificate(file(t, "client.crt", cert), file(t, "client.key", row.as(row.before, string(key))), Password{})
			_, ca := LoadAuthorities(file(t, "ca.pem", row.as(row.before, string(certPEM(id.authority)))))
			password, err := PasswordFromFile(file(t, "password", row.as(row.before, secret)))
			if row.want == "" && password.text != secret {
				t.Errorf("the password is %q", password.text)
			}
			for what, err := range map[string]error{"certificate": one, "key": two, "authorities": ca, "password": err} {
				if (err == nil) != (row.want == "") || err != nil && !strings.Contains(err.Error(), row.want) {
					t.Errorf("%s: got %v, want %q", what, err, row.want)
				}
			}
		})
	}
}

func file(t *testing.T, name string, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
