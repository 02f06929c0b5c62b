package emulator

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// authority signs certificates for a test.
type authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

func newAuthority(t *testing.T) authority {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return authority{cert, key}
}

func (a authority) issue(t *testing.T, usage x509.ExtKeyUsage) []tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(2), NotAfter: time.Now().Add(time.Hour), ExtKeyUsage: []x509.ExtKeyUsage{usage}}
	der, err := x509.CreateCertificate(rand.Reader, template, a.cert, &key.PublicKey, a.key)
	if err != nil {
		t.Fatal(err)
	}
	return []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}
}

func TestClientCertificates(t *testing.T) {
	mine, other := newAuthority(t), newAuthority(t)
	pool := x509.NewCertPool()
	pool.AddCert(mine.cert)
	store, err := New(WithFolder(t.TempDir()), WithClientCAs(pool))
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	server := httptest.NewUnstartedServer(validated(t, store))
	server.TLS = &tls.Config{ClientAuth: tls.RequestClientCert}
	server.StartTLS()
	defer server.Close()

	good := mine.issue(t, x509.ExtKeyUsageClientAuth)
	for _, row := range []struct {
		name         string
		certificates []tls.Certificate
		verb, target string
		want         int
	}{
		{"with an accepted certificate", good, "PUT", "/ImageStore/a?" + version, 200},
		{"without one", nil, "PUT", "/ImageStore/b?" + version, 403},
		{"of another authority", other.issue(t, x509.ExtKeyUsageClientAuth), "PUT", "/ImageStore/b?" + version, 403},
		{"of a server", mine.issue(t, x509.ExtKeyUsageServerAuth), "PUT", "/ImageStore/b?" + version, 403},
		{"before the timeout is looked at", nil, "GET", "/ImageStore?timeout=0&" + version, 403},
		{"after the URL is looked at", nil, "GET", "/Nodes", 400},
		{"after the version is looked at", nil, "GET", "/ImageStore", 400},
		{"for the manifest", nil, "GET", "/$/GetClusterManifest?" + version, 403},
		{"for the page at the root", nil, "GET", "/", 403},
		{"not for the metadata of a directory", nil, "GET", "/$/GetAadMetadata?" + version, 200},
	} {
		t.Run(row.name, func(t *testing.T) {
			transport := server.Client().Transport.(*http.Transport).Clone()
			transport.TLSClientConfig.Certificates = row.certificates
			defer transport.CloseIdleConnections()
			req, err := http.NewRequestWithContext(t.Context(), row.verb, server.URL+row.target, strings.NewReader("x"))
			if err != nil {
				t.Fatal(err)
			}
			resp, err := transport.RoundTrip(req)
			if err != nil {
				t.Fatal(err)
			}
			r, err := readReply(resp)
			if err != nil || r.status != row.want {
				t.Fatalf("got %s %v, want %d", r, err, row.want)
			}
			if r.status == 403 && (len(r.body) != 0 || r.header["Content-Type"] != nil) {
				t.Errorf("%q %v", r.body, r.header)
			}
		})
	}
	if got := store.Stats().Files; got != 1 {
		t.Errorf("%d files, want the one", got)
	}
	// Without TLS there is no certificate.
	w := httptest.NewRecorder()
	store.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/ImageStore?"+version, nil))
	if w.Code != 403 {
		t.Errorf("without TLS: %d", w.Code)
	}
}
