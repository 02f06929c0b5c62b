package credential

import (
	"encoding/pem"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"crypto/x509"
)

func TestAuthorities(t *testing.T) {
	id, other := newIdentity(t, newECDSA(t)), newIdentity(t, newECDSA(t))
	folder := t.TempDir()
	for name, content := range map[string][]byte{"a.pem": certPEM(id.authority), "b.0": certPEM(other.authority), "README": []byte("text")} {
		if err := os.WriteFile(filepath.Join(folder, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	pool := func(certificates ...*x509.Certificate) *x509.CertPool {
		pool := x509.NewCertPool()
		for _, x := range certificates {
			pool.AddCert(x)
		}
		return pool
	}
	both := pool(id.authority, other.authority)
	rows := []struct {
		name, path string
		want       *x509.CertPool
		err        string
	}{
		{"one certificate", file(t, "ca.pem", certPEM(id.authority)), pool(id.authority), ""},
		{"a bundle", file(t, "ca.pem", certPEM(id.authority, other.authority)), both, ""},
		{"a certificate in DER", file(t, "ca.cer", id.authority.Raw), pool(id.authority), ""},
		{"a key beside it, encrypted, is left alone", file(t, "ca.pem", slices.Concat(certPEM(id.authority), encryptedPEM(t, id.key, nil))), pool(id.authority), ""},
		{"a folder", folder, both, ""},
		{"an empty folder", t.TempDir(), nil, "no file in it is a certificate"},
		{"no such file", "none.pem", nil, "authorities: cannot open none.pem: "},
		{"an empty file", file(t, "ca.pem", nil), nil, ": is empty"},
		{"a text", file(t, "ca.pem", []byte("hello")), nil, "is neither PEM nor a certificate in DER"},
		{"only a key", file(t, "ca.pem", pkcs8PEM(t, id.key)), nil, "has no certificate, only PRIVATE KEY"},
		{"a certificate that is none", file(t, "ca.pem", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: []byte("x")})), nil, "certificate 1 in it cannot be read"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			got, err := LoadAuthorities(row.path)
			if row.err != "" {
				if err == nil || !strings.Contains(err.Error(), row.err) {
					t.Errorf("got %v, want %s", err, row.err)
				}
				return
			}
			if err != nil || !got.Equal(row.want) {
				t.Errorf("got another pool: %v", err)
			}
		})
	}
}
