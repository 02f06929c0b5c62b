package imagestore_test

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/sfstore/sfstore/internal/testcert"
	"github.com/sfstore/sfstore/wrapper/imagestore"
)

// TestServersThatAreNotTrusted connects to each of them in every way that a program can.
func TestServersThatAreNotTrusted(t *testing.T) {
	roots := authority.Pool()
	elsewhere := authority.Issue(testcert.Names("gateway.example.org"))
	expired := authority.Issue(testcert.Expired())
	forClients := authority.Issue(testcert.Usages(x509.ExtKeyUsageClientAuth))
	lone := testcert.SelfSigned()
	below := testcert.NewAuthority().Issue()
	for name, row := range map[string]struct {
		server   tls.Certificate
		security imagestore.Security
		want     imagestore.CertificateReason
	}{
		"an expired one":               {expired, imagestore.Security{RootCAs: roots}, imagestore.CertificateExpired},
		"one with another name":        {elsewhere, imagestore.Security{RootCAs: roots}, imagestore.CertificateWrongName},
		"one for clients":              {forClients, imagestore.Security{RootCAs: roots}, imagestore.CertificateWrongUsage},
		"one signed by itself":         {lone, imagestore.Security{RootCAs: roots}, imagestore.CertificateSelfSigned},
		"one of another authority":     {below, imagestore.Security{RootCAs: roots}, imagestore.CertificateUnknownIssuer},
		"one with another thumbprint":  {lone, imagestore.Security{ServerThumbprints: []string{testcert.SHA1(expired.Leaf)}}, imagestore.CertificateWrongThumbprint},
		"one with another common name": {lone, imagestore.Security{ServerCommonNames: []imagestore.ServerCommonName{{Name: "b"}}}, imagestore.CertificateWrongCommonName},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := serveTLS(t, func(http.ResponseWriter, *http.Request) { t.Error("a request came") },
				func(s *httptest.Server) { s.TLS.Certificates = []tls.Certificate{row.server} })
			check := func(how string, err error) {
				t.Helper()
				var got *imagestore.ServerCertificateError
				if !errors.As(err, &got) || got.Reason != row.want || !got.Certificate.Equal(row.server.Leaf) || !strings.Contains(err.Error(), got.Error()) {
					t.Errorf("%s: got %v, want reason %q", how, err, row.want)
				}
			}
			c := newClient(t, server.URL, imagestore.WithSecurity(row.security))
			_, err := c.Info(t.Context())
			check("by an operation", err)
			_, err = c.Generated().GetImageStoreInfo(t.Context(), nil) //nolint:bodyclose // there is none
			check("by the generated client", err)
			if !errors.Is(err, imagestore.ErrRefused) || errors.Is(err, imagestore.ErrTimeout) {
				t.Errorf("the class of %v is not ErrRefused", err)
			}
			two := newClient(t, server.URL, imagestore.WithSecurity(row.security), imagestore.WithEndpoints("https://127.0.0.1:1"))
			_, err = two.Info(t.Context())
			check("with another gateway", err)

			config, err := row.security.TLSConfig("127.0.0.1")
			if err != nil {
				t.Fatal(err)
			}
			_, err = tls.Dial("tcp", server.Listener.Addr().String(), config)
			check("by a handshake", err)
			given := newClient(t, server.URL, imagestore.WithHTTPClient(&http.Client{Transport: &http.Transport{TLSClientConfig: config}}))
			if _, err = given.Info(t.Context()); !errors.Is(err, imagestore.ErrRefused) {
				t.Errorf("by a given client: got %v", err)
			}
			check("by a given client", err)
			check("by its chain", row.security.VerifyServer("127.0.0.1", []*x509.Certificate{row.server.Leaf}))
		})
	}
}

func TestCertificateErrorWithoutDetails(t *testing.T) {
	err := &imagestore.ServerCertificateError{Reason: imagestore.CertificateMissing}
	if want := "the server is not trusted: no certificate"; err.Error() != want {
		t.Errorf("got %q, want %q", err, want)
	}
	if _, err := (imagestore.Security{}).TLSConfig(""); err == nil {
		t.Error("TLSConfig takes an empty name")
	}
}
