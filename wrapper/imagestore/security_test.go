package imagestore_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/sfstore/sfstore/internal/testcert"
	"github.com/sfstore/sfstore/wrapper/imagestore"
)

// authority issues the certificates of the servers.
var authority = testcert.NewAuthority()

// serveTLS starts a server that requests a client certificate, as gateways do.
func serveTLS(t testing.TB, handler http.HandlerFunc, changes ...func(*httptest.Server)) *httptest.Server {
	t.Helper()
	server := httptest.NewUnstartedServer(handler)
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.TLS = &tls.Config{Certificates: []tls.Certificate{authority.Issue()}, ClientAuth: tls.RequestClientCert}
	for _, change := range changes {
		change(server)
	}
	server.StartTLS()
	t.Cleanup(server.Close)
	return server
}

func onConnection(f func()) func(*httptest.Server) {
	return func(server *httptest.Server) {
		server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
			if state == http.StateNew {
				f()
			}
		}
	}
}

func trusting(s imagestore.Security) imagestore.Option {
	s.RootCAs = authority.Pool()
	return imagestore.WithSecurity(s)
}

func static(token string) imagestore.TokenSource {
	return func(context.Context) (string, error) { return token, nil }
}

func TestOptionsThatDoNotGoTogether(t *testing.T) {
	type options = []imagestore.Option
	own := imagestore.WithHTTPClient(&http.Client{})
	someone := testcert.SelfSigned()
	for name, row := range map[string]struct {
		endpoint         string
		options          options
		argument, reason string
	}{
		"security of an HTTP client that is given": {"https://a", options{own, imagestore.WithSecurity(imagestore.Security{Insecure: true})}, "http client", "cannot be combined with WithSecurity"},
		"an HTTP client after security":            {"https://a", options{imagestore.WithSecurity(imagestore.Security{Certificate: &someone}), own}, "http client", "cannot be combined with WithSecurity"},
		"endpoints of an HTTP client":              {"http://a", options{own, imagestore.WithEndpoints("http://b")}, "http client", "cannot be combined with WithEndpoints"},
		"a token over HTTP":                        {"http://localhost", options{imagestore.WithToken(static("hush"))}, "endpoint", "must be https when a token"},
		"a token over HTTP by a client":            {"http://localhost", options{own, imagestore.WithToken(static("hush"))}, "endpoint", "must be https when a token"},
		"a certificate over HTTP":                  {"http://a", options{imagestore.WithSecurity(imagestore.Security{Certificate: &someone})}, "endpoint", "must be https when certificates"},
		"no token source":                          {"https://a", options{imagestore.WithToken(nil)}, "token source", "is nil"},
		"an endpoint that is none":                 {"https://a", options{imagestore.WithEndpoints("https://b", "c")}, "endpoint", "must begin with http"},
		"an endpoint with a password":              {"https://a", options{imagestore.WithEndpoints("https://u:hush@b")}, "endpoint", "has a user name"},
		"endpoints with and without TLS":           {"https://a", options{imagestore.WithEndpoints("http://b")}, "endpoint", "only in its host"},
		"endpoints with other paths":               {"https://a", options{imagestore.WithEndpoints("https://b/gateway")}, "endpoint", "only in its host"},
		"a thumbprint that is none":                {"https://a", options{imagestore.WithSecurity(imagestore.Security{ServerThumbprints: []string{"12"}})}, "server thumbprint", "is not a thumbprint"},
		"an issuer that is none":                   {"https://a", options{imagestore.WithSecurity(imagestore.Security{ServerCommonNames: []imagestore.ServerCommonName{{Name: "a", IssuerThumbprints: []string{"12"}}}})}, "issuer thumbprint", "is not a thumbprint"},
		"a certificate without a key":              {"https://a", options{imagestore.WithSecurity(imagestore.Security{Certificate: &tls.Certificate{}})}, "client certificate", "lacks"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := imagestore.New(row.endpoint, row.options...)
			checkArgument(t, "New", err, row.argument, row.reason)
			if err != nil && strings.Contains(err.Error(), "hush") {
				t.Errorf("the error contains a secret: %v", err)
			}
		})
	}
	if _, err := imagestore.New("http://a", imagestore.WithSecurity(imagestore.Security{}), imagestore.WithEndpoints("http://b/")); err != nil {
		t.Errorf("nothing set is refused: %v", err)
	}
}

// TestTheCertificateIsAlwaysOffered connects to servers that name an authority which did not issue it.
func TestTheCertificateIsAlwaysOffered(t *testing.T) {
	mine := testcert.SelfSigned(testcert.CommonName("someone"), testcert.Usages(x509.ExtKeyUsageServerAuth))
	for name, row := range map[string]struct {
		security imagestore.Security
		version  uint16
	}{
		"in TLS 1.2":                     {imagestore.Security{Certificate: &mine}, tls.VersionTLS12},
		"in TLS 1.3 where it is allowed": {imagestore.Security{Certificate: &mine, AllowTLS13: true}, tls.VersionTLS13},
	} {
		t.Run(name, func(t *testing.T) {
			server := serveTLS(t, func(_ http.ResponseWriter, r *http.Request) {
				if r.TLS.Version != row.version || r.ProtoMajor != 1 || len(r.TLS.PeerCertificates) != 1 || !r.TLS.PeerCertificates[0].Equal(mine.Leaf) {
					t.Errorf("%s came in %x with %d certificates", r.Proto, r.TLS.Version, len(r.TLS.PeerCertificates))
				}
			}, func(s *httptest.Server) {
				s.TLS.ClientCAs = authority.Pool()
				s.TLS.NextProtos = []string{"h2", "http/1.1"}
			})
			if err := newClient(t, server.URL, trusting(row.security)).DeleteContent(t.Context(), somePath); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestRefusals checks that a refusal before any response is reported as one.
func TestRefusals(t *testing.T) {
	mine, other := authority.Issue(testcert.CommonName("someone")), testcert.SelfSigned(testcert.CommonName("nobody"))
	wanting := func(version uint16) string {
		return serveTLS(t, func(http.ResponseWriter, *http.Request) {}, func(s *httptest.Server) {
			s.TLS.ClientAuth, s.TLS.ClientCAs, s.TLS.MaxVersion = tls.RequireAndVerifyClientCert, authority.Pool(), version
		}).URL
	}
	old := serveTLS(t, func(http.ResponseWriter, *http.Request) {}, func(s *httptest.Server) {
		s.TLS.MinVersion, s.TLS.MaxVersion = tls.VersionTLS10, tls.VersionTLS11
	}).URL
	plain := trusting(imagestore.Security{})
	for name, row := range map[string]struct {
		endpoint string
		options  []imagestore.Option
		want     string
	}{
		"a server that is not trusted": {wanting(0), nil, "the server is not trusted: its certificate of"},
		"no certificate":               {wanting(tls.VersionTLS12), []imagestore.Option{plain}, "the server requires a client certificate, and none is configured"},
		"no certificate in TLS 1.3":    {wanting(0), []imagestore.Option{plain}, "the server requires a client certificate, and none is configured"},
		"a certificate of nobody's":    {wanting(0), []imagestore.Option{trusting(imagestore.Security{Certificate: &other})}, `the server does not accept the client certificate of "CN=nobody"`},
		"the same in TLS 1.3":          {wanting(0), []imagestore.Option{trusting(imagestore.Security{Certificate: &other, AllowTLS13: true})}, `the server does not accept the client certificate of "CN=nobody"`},
		"a server with TLS 1.1":        {old, []imagestore.Option{trusting(imagestore.Security{Certificate: &mine})}, "no version of TLS that the client may use"},
		"a token that is not available": {"https://localhost:1", []imagestore.Option{imagestore.WithToken(func(context.Context) (string, error) {
			return "hush", errors.New("log in first")
		})}, "no token for the request: log in first"},
		"a token that is empty":        {"https://localhost:1", []imagestore.Option{imagestore.WithToken(static(""))}, "an invalid token"},
		"a token of several lines":     {"https://localhost:1", []imagestore.Option{imagestore.WithToken(static("hush\r\nX-Evil: 1"))}, "an invalid token"},
		"a token with its scheme":      {"https://localhost:1", []imagestore.Option{imagestore.WithToken(static("Bearer hush"))}, "an invalid token"},
		"a token that is not in ASCII": {"https://localhost:1", []imagestore.Option{imagestore.WithToken(static("hüsh"))}, "an invalid token"},
	} {
		for _, id := range []string{"GetImageStoreInfo", "UploadFile"} {
			t.Run(name+"/"+id, func(t *testing.T) {
				_, err := callOf(t, id).do(t.Context(), newClient(t, row.endpoint, row.options...))
				var fabric *imagestore.FabricError
				if !errors.As(err, &fabric) || fabric.StatusCode != 0 || !errors.Is(err, imagestore.ErrRefused) || !strings.Contains(err.Error(), row.want) {
					t.Errorf("got %v, want %q", err, row.want)
				}
				if strings.Contains(err.Error(), "hush") {
					t.Errorf("the error contains a secret: %v", err)
				}
			})
		}
	}
}

func TestEachRequestHasItsToken(t *testing.T) {
	var asked atomic.Int64
	var got []string
	server := serveTLS(t, func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		got = append(got, r.Header.Get("Authorization"))
	})
	source := imagestore.WithToken(func(context.Context) (string, error) {
		return "abc." + strings.Repeat("x", int(asked.Add(1))), nil
	})
	for _, c := range []*imagestore.Client{
		newClient(t, server.URL, trusting(imagestore.Security{}), source),
		newClient(t, server.URL, imagestore.WithHTTPClient(server.Client()), source),
	} {
		if err := c.DeleteContent(t.Context(), somePath); err != nil {
			t.Error(err)
		}
	}
	if len(got) != 2 || got[0] != "Bearer abc.x" || got[1] != "Bearer abc.xx" {
		t.Errorf("the requests had %q", got)
	}
}

// TestNothingCrossesToAnotherOrigin lets a gateway redirect to another server, which checks everything
// that arrives.
func TestNothingCrossesToAnotherOrigin(t *testing.T) {
	elsewhere := serveTLS(t, func(_ http.ResponseWriter, r *http.Request) { t.Errorf("%s came with %v", r.URL, r.Header) },
		onConnection(func() { t.Error("there was a connection") }))
	mine := authority.Issue()
	for name, row := range map[string]struct{ to, want string }{
		"to another host":     {elsewhere.URL + "/ImageStore?sig=hush#hush", "the response points to " + elsewhere.URL + "/ImageStore, and redirects are not followed"},
		"to HTTP":             {strings.Replace(elsewhere.URL, "https", "http", 1), "points to http://"},
		"to itself":           {"?again=hush", "/ImageStore/App, and"},
		"to a user":           {"https://someone:hush@localhost/a", "points to https://localhost/a, and"},
		"to an invalid URL":   {"https://hush:port%zz", "is not a valid URL"},
		"to what it was sent": {"/token/hush-token", "/token/[token], and"},
	} {
		server := serveTLS(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", row.to)
			w.WriteHeader(http.StatusTemporaryRedirect)
		})
		theirs := server.Client()
		for how, options := range map[string][]imagestore.Option{
			"by our own client": {trusting(imagestore.Security{Certificate: &mine})},
			"by a given client": {imagestore.WithHTTPClient(theirs)},
		} {
			t.Run(name+" "+how, func(t *testing.T) {
				options = append(options, imagestore.WithToken(static("hush-token")))
				_, err := newClient(t, server.URL, options...).List(t.Context(), "App")
				var got *imagestore.FabricError
				if !errors.As(err, &got) || !strings.Contains(err.Error(), row.want) {
					t.Errorf("got %v, want %q", err, row.want)
				}
				if got.StatusCode != http.StatusTemporaryRedirect && how == "by our own client" {
					t.Errorf("the status is %d", got.StatusCode)
				}
				if strings.Contains(err.Error(), "hush") || strings.Contains(err.Error(), "someone") {
					t.Errorf("the error contains a secret: %v", err)
				}
			})
		}
	}
}

// TestNoTokenInWhatOtherGatewaysSaid uses gateways that repeat the token in their errors.
func TestNoTokenInWhatOtherGatewaysSaid(t *testing.T) {
	echo := serveTLS(t, func(w http.ResponseWriter, r *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		_, _ = io.WriteString(conn, "HTTP/1.1 503 hush\x1b[31m "+r.Header.Get("Authorization")+"\r\nContent-Length: 0\r\n\r\n")
		_ = conn.Close()
	})
	c := newClient(t, echo.URL, trusting(imagestore.Security{}), imagestore.WithToken(static("hush-token")), imagestore.WithEndpoints("https://localhost:1"))
	_, err := c.Info(t.Context())
	if err == nil || strings.Contains(err.Error(), "hush") || !strings.Contains(err.Error(), ": 503 Service Unavailable") {
		t.Errorf("got %v", err)
	}
}

// TestATokenKeepsToItsEndpoint lets an editor of the generated client change a request.
func TestATokenKeepsToItsEndpoint(t *testing.T) {
	c := newClient(t, "https://localhost:1", imagestore.WithToken(func(context.Context) (string, error) {
		t.Error("a token was asked for")
		return "hush", nil
	}))
	for _, change := range []func(*http.Request){
		func(r *http.Request) { r.URL.Scheme = "http" },
		func(r *http.Request) { r.URL.Host = "localhost:2" },
	} {
		rsp, err := c.Generated().GetImageStoreInfo(t.Context(), nil, func(_ context.Context, r *http.Request) error {
			change(r)
			return nil
		})
		if err == nil || !strings.Contains(err.Error(), "client's own https endpoint") {
			_ = rsp.Body.Close()
			t.Errorf("got %v", err)
		}
	}
}

// TestEndpointsOfOneCluster has no server at the first endpoint.
func TestEndpointsOfOneCluster(t *testing.T) {
	gone := httptest.NewServer(nil)
	gone.Close()
	here := store(t)
	c := newClient(t, gone.URL, imagestore.WithEndpoints(here))
	for _, call := range calls() {
		if _, err := call.do(t.Context(), c); err != nil {
			t.Errorf("%s: %v", call.id, err)
		}
	}
	if c.Endpoint() != gone.URL {
		t.Errorf("the endpoint is %s", c.Endpoint())
	}
	_, err := newClient(t, gone.URL, imagestore.WithEndpoints(responding(t, 500, jsonType, ""))).Info(t.Context())
	var got *imagestore.FabricError
	if !errors.As(err, &got) || got.StatusCode != 500 || strings.HasPrefix(got.URL, gone.URL) {
		t.Errorf("the error is about %v", got)
	}
}

// TestWithSharesConnections counts the connections of clients that were made of one client.
func TestWithSharesConnections(t *testing.T) {
	var connections atomic.Int64
	server := serveTLS(t, func(http.ResponseWriter, *http.Request) {}, onConnection(func() { connections.Add(1) }))
	first := newClient(t, server.URL, trusting(imagestore.Security{}))
	for _, options := range [][]imagestore.Option{
		nil, {imagestore.WithUserAgent("a")}, {imagestore.WithToken(static("a"))}, {imagestore.WithEndpoints("https://localhost:1")},
	} {
		c, err := first.With(options...)
		if err != nil {
			t.Fatal(err)
		}
		if err := c.DeleteContent(t.Context(), somePath); err != nil {
			t.Error(err)
		}
	}
	if n := connections.Load(); n != 1 {
		t.Errorf("%d connections, not one", n)
	}
	// A client that trusts other servers must not use a connection of this one.
	careful, err := first.With(imagestore.WithSecurity(imagestore.Security{RootCAs: x509.NewCertPool()}))
	if err != nil {
		t.Fatal(err)
	}
	if err := careful.DeleteContent(t.Context(), somePath); !errors.Is(err, imagestore.ErrRefused) {
		t.Errorf("got %v", err)
	}
}
