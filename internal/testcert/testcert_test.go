package testcert_test

import (
	"crypto/tls"
	"crypto/x509"
	"testing"

	"github.com/sfstore/sfstore/internal/testcert"
)

// TestGoodUnlessChanged keeps tests that use the package from passing for the wrong reason.
func TestGoodUnlessChanged(t *testing.T) {
	root := testcert.NewAuthority()
	below := root.Authority()
	verify := func(c tls.Certificate) error {
		between := x509.NewCertPool()
		for _, der := range c.Certificate[1:] {
			issuer, err := x509.ParseCertificate(der)
			if err != nil {
				t.Fatal(err)
			}
			between.AddCert(issuer)
		}
		_, err := c.Leaf.Verify(x509.VerifyOptions{DNSName: "127.0.0.1", Roots: root.Pool(), Intermediates: between})
		return err
	}
	for name, row := range map[string]struct {
		certificate tls.Certificate
		good        bool
	}{
		"issued by the root":              {root.Issue(), true},
		"issued below the root":           {below.Issue(), true},
		"self-signed":                     {testcert.SelfSigned(), false},
		"of another root":                 {testcert.NewAuthority().Issue(), false},
		"expired":                         {root.Issue(testcert.Expired()), false},
		"not yet valid":                   {root.Issue(testcert.NotYetValid()), false},
		"for other names":                 {root.Issue(testcert.Names("example.org")), false},
		"for clients":                     {root.Issue(testcert.Usages(x509.ExtKeyUsageClientAuth)), false},
		"issued by what is no authority":  {root.Authority(testcert.NoAuthority()).Issue(), false},
		"issued by an expired authority":  {root.Authority(testcert.Expired()).Issue(), false},
		"issued by an authority far down": {below.Authority().Issue(), true},
	} {
		if err := verify(row.certificate); (err == nil) != row.good {
			t.Errorf("%s: %v", name, err)
		}
	}
	chain, key := testcert.PEM(below.Issue())
	if pair, err := tls.X509KeyPair(chain, key); err != nil || len(pair.Certificate) != 2 {
		t.Errorf("read back: %d certificates, %v", len(pair.Certificate), err)
	}
}
