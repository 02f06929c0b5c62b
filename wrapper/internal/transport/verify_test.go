package transport_test

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/sfstore/sfstore/internal/testcert"
	"github.com/sfstore/sfstore/wrapper/internal/transport"
)

type security = transport.Security

func named(name string, issuers ...string) []transport.ServerCommonName {
	return []transport.ServerCommonName{{Name: name, IssuerThumbprints: issuers}}
}

// spaced writes a thumbprint as a dialog of Windows shows it, with the invisible mark.
func spaced(thumbprint string) string {
	var b strings.Builder
	b.WriteRune('\u200e')
	for i := 0; i < len(thumbprint); i += 2 {
		b.WriteString(strings.ToUpper(thumbprint[i:i+2]) + " ")
	}
	return b.String()
}

func colons(thumbprint string) string {
	return strings.ReplaceAll(strings.TrimSpace(spaced(thumbprint)[3:]), " ", ":")
}

// TestServers connects to servers that are trusted and servers that are not, over real TLS.
func TestServers(t *testing.T) {
	root, other := testcert.NewAuthority(), testcert.NewAuthority(testcert.CommonName("Other Root"))
	between := root.Authority()
	good, below := root.Issue(), between.Issue()
	expired := root.Issue(testcert.Expired())
	unnamed := root.Issue(testcert.Names(), testcert.CommonName("gateway.example.org"))
	wild := root.Issue(testcert.Names("*.example.org"), testcert.CommonName("wild"))
	alone, loneName := testcert.SelfSigned(), testcert.SelfSigned(testcert.CommonName("lone.example.org"))
	forClients := root.Issue(testcert.Usages(x509.ExtKeyUsageClientAuth))
	notSent := between.Issue()
	notSent.Certificate = notSent.Certificate[:1]
	allSent := between.Issue()
	allSent.Certificate = append(allSent.Certificate, root.Certificate.Raw)
	trusting := func(s security) security { s.RootCAs = root.Pool(); return s }
	sha1, sha256 := testcert.SHA1, testcert.SHA256
	const cn = "gateway.example.org"

	for name, row := range map[string]struct {
		server   tls.Certificate
		security security
		reason   transport.Reason // empty if the server is trusted
		text     string
	}{
		"of the authority":                            {good, trusting(security{}), "", ""},
		"of an authority below it":                    {below, trusting(security{}), "", ""},
		"trusted by itself":                           {alone, security{RootCAs: poolOf(alone)}, "", ""},
		"for any usage":                               {root.Issue(testcert.Usages()), trusting(security{}), "", ""},
		"of an authority that the system lacks":       {good, security{}, transport.UnknownIssuer, `chain ends at the issuer "CN=Test Root"`},
		"of another authority":                        {good, security{RootCAs: other.Pool()}, transport.UnknownIssuer, "not a trusted authority"},
		"whose issuer is not sent":                    {notSent, trusting(security{}), transport.UnknownIssuer, `"CN=Test Intermediate"`},
		"self-signed":                                 {alone, trusting(security{}), transport.SelfSigned, "signed by itself; give its thumbprint"},
		"expired":                                     {expired, trusting(security{}), transport.Expired, "it expired at 20"},
		"not yet valid":                               {root.Issue(testcert.NotYetValid()), trusting(security{}), transport.NotYetValid, "valid only from 20"},
		"of an authority that expired":                {root.Authority(testcert.Expired()).Issue(), trusting(security{}), transport.IssuerExpired, `of its issuer "CN=Test Intermediate": it expired`},
		"of what is no authority":                     {root.Authority(testcert.NoAuthority()).Issue(), trusting(security{}), transport.NoAuthority, "is not an authority"},
		"for another host":                            {root.Issue(testcert.Names("cluster.example.org")), trusting(security{}), transport.WrongName, "it is for cluster.example.org"},
		"for no host":                                 {unnamed, trusting(security{}), transport.WrongName, `it is for "gateway.example.org"`},
		"for clients":                                 {forClients, trusting(security{}), transport.WrongUsage, "not for server authentication"},
		"by SHA-1":                                    {alone, security{ServerThumbprints: []string{sha1(alone.Leaf)}}, "", ""},
		"by SHA-256 with colons":                      {alone, security{ServerThumbprints: []string{colons(sha256(alone.Leaf))}}, "", ""},
		"by SHA-1 as Windows copies it":               {alone, security{ServerThumbprints: []string{spaced(sha1(alone.Leaf))}}, "", ""},
		"by the second of two thumbprints":            {alone, security{ServerThumbprints: []string{sha1(good.Leaf), sha1(alone.Leaf)}}, "", ""},
		"by thumbprint, for another host":             {unnamed, security{ServerThumbprints: []string{sha1(unnamed.Leaf)}}, "", ""},
		"by thumbprint, for clients":                  {forClients, security{ServerThumbprints: []string{sha1(forClients.Leaf)}}, "", ""},
		"by thumbprint, issuer not sent":              {notSent, security{ServerThumbprints: []string{sha1(notSent.Leaf)}}, "", ""},
		"by thumbprint, expired":                      {expired, security{ServerThumbprints: []string{sha1(expired.Leaf)}}, transport.Expired, "it expired at 20"},
		"another thumbprint":                          {good, trusting(security{ServerThumbprints: []string{sha1(alone.Leaf)}}), transport.WrongThumbprint, sha1(good.Leaf)},
		"the thumbprint of its issuer":                {good, trusting(security{ServerThumbprints: []string{sha1(root.Certificate)}}), transport.WrongThumbprint, ""},
		"by common name":                              {unnamed, trusting(security{ServerCommonNames: named(cn)}), "", ""},
		"by common name in other letters":             {unnamed, trusting(security{ServerCommonNames: named("Gateway.Example.ORG")}), "", ""},
		"by a name that it has besides":               {root.Issue(testcert.Names("b.example.org")), trusting(security{ServerCommonNames: named("b.example.org")}), "", ""},
		"by a wildcard that it has":                   {wild, trusting(security{ServerCommonNames: named("a.example.org")}), "", ""},
		"by a wildcard that covers one label":         {wild, trusting(security{ServerCommonNames: named("b.a.example.org")}), transport.WrongCommonName, `not for "b.a.example.org"`},
		"another common name":                         {good, trusting(security{ServerCommonNames: named("gateway")}), transport.WrongCommonName, `not for "gateway"`},
		"by common name of another authority":         {good, security{RootCAs: other.Pool(), ServerCommonNames: named(cn)}, transport.UnknownIssuer, ""},
		"by common name, self-signed":                 {alone, trusting(security{ServerCommonNames: named(cn)}), transport.SelfSigned, ""},
		"by common name, expired":                     {expired, trusting(security{ServerCommonNames: named(cn)}), transport.Expired, ""},
		"by common name, for clients":                 {forClients, trusting(security{ServerCommonNames: named(cn)}), transport.WrongUsage, ""},
		"by name and issuer that nobody trusts":       {below, security{ServerCommonNames: named(cn, sha1(between.Certificate))}, "", ""},
		"by name and the second issuer, SHA-256":      {below, security{ServerCommonNames: named(cn, sha1(root.Certificate), sha256(between.Certificate))}, "", ""},
		"by name and an issuer that is known here":    {good, trusting(security{ServerCommonNames: named(cn, sha1(root.Certificate))}), "", ""},
		"by name and itself as the issuer":            {loneName, security{ServerCommonNames: named("lone.example.org", sha1(loneName.Leaf))}, "", ""},
		"by name and another issuer":                  {below, trusting(security{ServerCommonNames: named(cn, sha1(other.Certificate))}), transport.WrongIssuer, `"CN=Test Intermediate"`},
		"by name and who stands above its issuer":     {below, trusting(security{ServerCommonNames: named(cn, sha1(root.Certificate))}), transport.WrongIssuer, ""},
		"the same, which is sent":                     {allSent, security{ServerCommonNames: named(cn, sha1(root.Certificate))}, transport.WrongIssuer, ""},
		"by name and an issuer that nobody knows":     {good, security{RootCAs: other.Pool(), ServerCommonNames: named(cn, sha1(root.Certificate))}, transport.UnknownIssuer, `the certificate of its issuer "CN=Test Root" was not sent and is not known here`},
		"by name and another, where none is known":    {good, security{RootCAs: other.Pool(), ServerCommonNames: named(cn, sha1(other.Certificate))}, transport.UnknownIssuer, "was not sent and is not known here"},
		"by name and another issuer than the known":   {good, trusting(security{ServerCommonNames: named(cn, sha1(other.Certificate))}), transport.WrongIssuer, `"CN=Test Root"`},
		"by name and another issuer than itself":      {loneName, security{ServerCommonNames: named("lone.example.org", sha1(other.Certificate))}, transport.WrongIssuer, ""},
		"by name and a known issuer, expired":         {expired, trusting(security{ServerCommonNames: named(cn, sha1(root.Certificate))}), transport.Expired, ""},
		"by name and issuer, expired":                 {between.Issue(testcert.Expired()), security{ServerCommonNames: named(cn, sha1(between.Certificate))}, transport.Expired, ""},
		"by another name and its issuer":              {below, security{ServerCommonNames: named("x", sha1(between.Certificate))}, transport.WrongCommonName, ""},
		"by the second of two declarations of a name": {below, security{ServerCommonNames: append(named(cn, sha1(other.Certificate)), named(cn, sha1(between.Certificate))...)}, "", ""},
		"by its name after another name":              {expired, trusting(security{ServerCommonNames: append(named(cn), named("x")...)}), transport.Expired, ""},
		"by its name where its thumbprint differs":    {unnamed, trusting(security{ServerThumbprints: []string{sha1(alone.Leaf)}, ServerCommonNames: named(cn)}), "", ""},
		"whoever it is":                               {testcert.SelfSigned(testcert.Expired(), testcert.Names()), security{Insecure: true}, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			err := request(t, row.security, row.server)
			checkReason(t, err, row.reason, row.text)
			// VerifyServer, which has only the chain, comes to the same result.
			var chain []*x509.Certificate
			for _, der := range row.server.Certificate {
				c, err := x509.ParseCertificate(der)
				if err != nil {
					t.Fatal(err)
				}
				chain = append(chain, c)
			}
			checkReason(t, transport.VerifyServer(row.security, "127.0.0.1", chain, time.Now()), row.reason, row.text)
		})
	}
}

func TestServerWithoutACertificate(t *testing.T) {
	for _, chain := range [][]*x509.Certificate{nil, {nil}, {testcert.SelfSigned().Leaf, nil}} {
		checkReason(t, transport.VerifyServer(security{}, "localhost", chain, time.Now()), transport.NoCertificate, "sent no certificate")
	}
}

// request sends one over TLS to a server with a certificate.
func request(t *testing.T, s security, certificate tls.Certificate) error {
	t.Helper()
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	server.TLS = &tls.Config{Certificates: []tls.Certificate{certificate}}
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	defer server.Close()
	tr, err := transport.New(s)
	if err != nil {
		t.Fatal(err)
	}
	defer tr.CloseIdleConnections()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	rsp, err := tr.RoundTrip(r)
	if err != nil {
		return err
	}
	return rsp.Body.Close()
}

func checkReason(t *testing.T, err error, reason transport.Reason, text string) {
	t.Helper()
	if reason == "" {
		if err != nil {
			t.Errorf("it is refused: %v", err)
		}
		return
	}
	var got *transport.UntrustedError
	switch {
	case !errors.As(err, &got):
		t.Errorf("got %v", err)
	case got.Reason != reason || !strings.Contains(err.Error(), text):
		t.Errorf("the reason is %q, not %q with %q: %v", got.Reason, reason, text, err)
	case !transport.IsRefusal(err):
		t.Errorf("it is no refusal: %v", err)
	}
}

func poolOf(c tls.Certificate) *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(c.Leaf)
	return pool
}

func TestSettingsThatAreRefused(t *testing.T) {
	for name, row := range map[string]struct {
		security security
		want     string
	}{
		"a thumbprint that is too short":   {security{ServerThumbprints: []string{"0a1b"}}, `server thumbprint "0a1b" is not a thumbprint`},
		"an empty thumbprint":              {security{ServerThumbprints: []string{""}}, "server thumbprint is not a thumbprint"},
		"a thumbprint that is no hex":      {security{ServerThumbprints: []string{strings.Repeat("x", 40)}}, "hexadecimal"},
		"a common name that is empty":      {security{ServerCommonNames: named(" ")}, "server common name is empty"},
		"an issuer that is no thumbprint":  {security{ServerCommonNames: named("a", "b")}, `issuer thumbprint "b" is not`},
		"a certificate without its key":    {security{Certificate: &tls.Certificate{Certificate: [][]byte{{1}}}}, "client certificate lacks"},
		"a certificate with nothing in it": {security{Certificate: &tls.Certificate{}}, "client certificate lacks"},
	} {
		_, err := transport.New(row.security)
		var setting *transport.SettingError
		if !errors.As(err, &setting) || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: got %v, want %q", name, err, row.want)
		}
	}
}
