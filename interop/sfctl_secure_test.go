package interop

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"log"
	"math/big"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/sfstore/sfstore/emulator"
)

func TestSfctlUploadsOverTLSWithAClientCertificate(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	accepted, stranger := clientCertificate(t, dir, "accepted.pem"), clientCertificate(t, dir, "stranger.pem")
	pool := x509.NewCertPool()
	pool.AddCert(accepted)

	s, handler := validatedStore(t, emulator.Windows, sfctlKnown, emulator.WithClientCAs(pool))
	server := httptest.NewUnstartedServer(handler)
	server.TLS = &tls.Config{ClientAuth: tls.RequestClientCert}
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // handshakes fail on purpose
	server.StartTLS()
	t.Cleanup(server.Close)
	ca := filepath.Join(dir, "server.pem")
	writePEM(t, ca, &pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})

	c := newSfctl(t)
	selectWith := func(certificate *x509.Certificate, verification ...string) ran {
		return c.run(t, append([]string{"cluster", "select", "--endpoint", server.URL,
			"--pem", filepath.Join(dir, certificate.Subject.CommonName)}, verification...)...)
	}
	// These two flags do not reach its HTTP library; only the environment variable does.
	selectWith(accepted, "--ca", ca).mustHaveFailed(t, "CERTIFICATE_VERIFY_FAILED")
	selectWith(accepted, "--no-verify").mustHaveFailed(t, "CERTIFICATE_VERIFY_FAILED")

	c.environment = append(c.environment, "REQUESTS_CA_BUNDLE="+ca)
	selectWith(stranger, "--ca", ca).mustHaveFailed(t, "403")
	if r := selectWith(accepted, "--ca", ca); r.exit != 0 {
		t.Fatalf("exit code %d\n%s", r.exit, r.stderr)
	}
	if r := c.upload(t, "App", appPackage()); r.exit != 0 {
		t.Fatalf("exit code %d\n%s", r.exit, r.stderr)
	}
	same(t, read(t, filepath.Join(s.folder, "App")), appPackage().marked())
}

// clientCertificate writes a certificate, signed by itself, and its key to a file of that name.
func clientCertificate(t *testing.T, dir, name string) *x509.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber:          big.NewInt(1),
		Subject:               pkix.Name{CommonName: name},
		NotBefore:             time.Now().Add(-time.Hour),
		NotAfter:              time.Now().Add(time.Hour),
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
		IsCA:                  true,
		BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	writePEM(t, filepath.Join(dir, name),
		&pem.Block{Type: "CERTIFICATE", Bytes: der}, &pem.Block{Type: "PRIVATE KEY", Bytes: private})
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return certificate
}

func writePEM(t *testing.T, file string, blocks ...*pem.Block) {
	t.Helper()
	var text []byte
	for _, block := range blocks {
		text = append(text, pem.EncodeToMemory(block)...)
	}
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
}
