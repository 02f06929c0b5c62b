package doctor

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sfstore/sfstore/internal/testcert"
	"github.com/sfstore/sfstore/wrapper/imagestore"
)

const (
	noTokens = `{"type":"","metadata":{}}`
	entra    = `{"type":"aad","metadata":{"authority":"https://login.example.org/t1","client":"c1","cluster":"0f1e-cluster","tenant":"t1"}}`
	empty    = `200 {"StoreFiles":[],"StoreFolders":[]}`
)

func TestFindings(t *testing.T) {
	in := func(d time.Duration) int64 { return time.Now().Add(d).Unix() }
	rows := []struct {
		name    string
		gateway *gateway
		token   string
		version string // that was chosen
		check   string
		verdict Verdict
		seen    string
		cure    string
		refused bool
	}{
		{"a store in a folder answers so", &gateway{listing: failure(404, "FABRIC_E_SERVICE_DOES_NOT_EXIST")}, "", "",
			"image store", Problem, "the cluster has no image store service, as with ImageStoreConnectionString file:", "Copy-ServiceFabricApplicationPackage", false},
		{"a store in a folder by its manifest", &gateway{manifest: `file:C:\SfDevCluster\Data\ImageStoreShare`, listing: failure(404, "FABRIC_E_SERVICE_DOES_NOT_EXIST")}, "", "",
			"image store", Problem, "the manifest says file:, and only fabric: can be used from here", "fabric:ImageStore", false},
		{"a store in an account, whose key is not printed", &gateway{manifest: "xstore:AccountKey=" + canary}, "", "",
			"image store", Problem, "the manifest says xstore:,", "", false},
		{"a setting that is encrypted is not printed", &gateway{manifest: canary}, "", "",
			"image store", OK, "it responds, so it is fabric:", "", false},
		{"the service of the cluster", &gateway{manifest: "fabric:ImageStore"}, "", "",
			"image store", OK, "fabric:, the service of the cluster", "", false},
		{"a store without a primary", &gateway{listing: failure(504, "FABRIC_E_TIMEOUT")}, "", "",
			"image store", Problem, "the store did not respond: ", "fabric:/System/ImageStoreService", false},
		{"an empty store", &gateway{listing: failure(404, "FABRIC_E_NAME_DOES_NOT_EXIST")}, "", "",
			"image store", OK, "it responds", "", false},
		{"a store that fails", &gateway{listing: failure(500, "FABRIC_E_IMAGESTORE_IOERROR")}, "", "",
			"image store", Problem, "the store cannot be listed: ", "", false},

		{"a role that may not", &gateway{listing: failure(403, "E_ACCESSDENIED")}, "", "",
			"access", Problem, "403 E_ACCESSDENIED: the gateway identified the client", "role", true},
		{"no client is accepted without a certificate", &gateway{listing: "403 "}, "", "",
			"access", Problem, "403 without a body: the gateway requires a client certificate", "--cert", true},
		{"certificate or token", &gateway{aad: entra, listing: "403 "}, "", "",
			"access", Problem, "403 without a body: the gateway requires a client certificate or a token", "az account get-access-token --tenant t1 --resource 0f1e-cluster", true},
		{"a token that is not accepted", &gateway{aad: entra, listing: "403 "}, jwt(`{}`), "",
			"access", Problem, "403 without a body: the gateway did not accept the token", "19079", true},
		{"the sign-in of Windows", &gateway{listing: "401 "}, "", "",
			"access", Problem, "401: the gateway requires Windows authentication", "Kerberos", true},

		{"a login page", &gateway{listing: "200 <html>"}, "", "",
			"access", Problem, "the response is not the image store's: ", "proxy", false},
		{"a redirect", &gateway{listing: "302 "}, "", "",
			"access", Problem, "the response is not the image store's: ", "proxy", false},
		{"a wrong request", &gateway{listing: failure(400, "E_INVALIDARG")}, "", "",
			"access", Problem, "the response is not the image store's: ", "api-version", false},
		{"a page of errors", &gateway{listing: "500 <html>"}, "", "",
			"access", Problem, "the response is not the image store's: ", "", false},
		{"an error of the store", &gateway{listing: failure(500, "FABRIC_E_IMAGESTORE_IOERROR")}, "", "",
			"access", OK, "the gateway accepts anonymous clients", "", false},

		{"no token where one is taken", &gateway{aad: entra}, "", "",
			"token", Warning, "the cluster accepts Entra ID tokens (tenant t1, application 0f1e-cluster), and none was given", "az account get-access-token", false},
		{"a token that has expired", &gateway{aad: entra}, jwt(fmt.Sprintf(`{"exp":%d}`, in(-time.Hour))), "",
			"token", Problem, "the token expired at ", "az account get-access-token", true},
		{"a token where none is taken", &gateway{}, jwt(`{}`), "",
			"token", Warning, "a token was given, and the cluster accepts none", "leave it out", false},
		{"a token that fits", &gateway{aad: entra}, jwt(fmt.Sprintf(`{"aud":"api://0F1E-cluster","tid":"T1","exp":%d}`, in(time.Hour))), "",
			"token", OK, "the token is for this cluster (tenant t1, application 0f1e-cluster), until ", "", false},
		{"a token of another tenant", &gateway{aad: entra}, jwt(`{"aud":"0f1e-cluster","tid":"t2"}`), "",
			"token", Warning, "the token is of tenant t2, and the cluster requires tenant t1", "--tenant t1", false},
		{"a token for another", &gateway{aad: entra}, jwt(`{"aud":"https://management.example.org/"}`), "",
			"token", Warning, "the token is for https://management.example.org/, and the cluster requires tenant t1, application 0f1e-cluster", "--resource 0f1e-cluster", false},
		{"a token that cannot be read", &gateway{aad: entra}, canary, "",
			"token", Warning, "the token is not a JSON Web Token", "", false},

		{"the version of the runtime, in three requests", &gateway{versions: 9.1, runtime: "9.1.1583.9590"}, "", "",
			"api-version", OK, "the gateway accepts 1.0 to 9.1", "", false},
		{"a runtime that is not published", &gateway{versions: 10.1}, "", "",
			"api-version", OK, "the gateway accepts 1.0 to 10.1", "", false},
		{"a runtime that is published wrong", &gateway{versions: 7.2, runtime: "9.1"}, "", "",
			"api-version", OK, "the gateway accepts 1.0 to 7.2", "", false},
		{"a runtime that is published as nonsense", &gateway{versions: 8.0, runtime: "new"}, "", "",
			"api-version", OK, "the gateway accepts 1.0 to 8.0", "", false},
		{"one that is newer than what is known", &gateway{versions: 12.0}, "", "",
			"api-version", OK, "the gateway accepts 1.0 to 12.0", "sfstore conform", false},
		{"one without du and info", &gateway{versions: 6.4}, "", "",
			"api-version", Warning, "the gateway accepts 1.0 to 6.4; without 6.5 du and info do not work", "update it", false},
		{"one without listings", &gateway{versions: 6.1}, "", "",
			"api-version", Warning, "the gateway accepts 1.0 to 6.1; without 6.2 folders cannot be listed", "", false},
		{"one that is too old", &gateway{versions: 5.7}, "", "",
			"api-version", Problem, "the gateway accepts 1.0 to 5.7; without 6.0 nothing works", "", false},
		{"one that was chosen and is not there", &gateway{versions: 6.4}, "", "7.0-preview",
			"api-version", Problem, "the gateway accepts 1.0 to 6.4, and 7.0-preview was chosen", "leave --api-version out", false},
		{"one that was chosen", &gateway{versions: 6.4}, "", "6.4",
			"api-version", OK, "the gateway accepts 1.0 to 6.4, and 6.4 was chosen", "", false},

		{"a page of something else", &gateway{aad: "<html>", listing: "200 <html>"}, "", "",
			"gateway", Problem, "responds with 200 and application/json, unlike any Service Fabric gateway", "login page", false},
		{"a proxy that passes the image store alone", &gateway{aad: "<html>"}, "", "",
			"gateway", Warning, "responds with 200 to /$/GetAadMetadata, and like an image store to /ImageStore: a proxy seems to forward nothing else", "", false},
		{"the versions behind such a proxy", &gateway{aad: "<html>", versions: 6.4}, "", "",
			"api-version", Warning, "the gateway accepts 1.0 to 6.4; without 6.5 du and info do not work", "", false},
		{"the store behind such a proxy", &gateway{aad: "<html>"}, "", "",
			"image store", OK, "it responds", "", false},
		{"a token behind such a proxy", &gateway{aad: "<html>"}, jwt(`{}`), "",
			"token", OK, "a token was given; the gateway does not publish which it accepts", "", false},
		{"an address where nothing is accepted", &gateway{versions: 0.5}, "", "",
			"api-version", Warning, "not known: nothing was accepted at /$/GetAadMetadata, not even 1.0", "the gateway's own address", false},
		{"a gateway that refuses everybody", &gateway{aad: "REFUSED"}, "", "",
			"gateway", Problem, "responds with 403 without a body, even to a request that needs no authorization", "--cert", true},
	}
	authority := testcert.NewAuthority()
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			g := row.gateway
			g.aad, g.listing = or(g.aad, noTokens), or(g.listing, empty)
			if g.versions == 0 {
				g.versions = 9.1
			}
			server := secure(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if g.aad == "REFUSED" {
					w.WriteHeader(http.StatusForbidden)
					return
				}
				g.ServeHTTP(w, r)
			}), &tls.Config{Certificates: []tls.Certificate{authority.Issue()}})
			p := Target{APIVersion: row.version, Security: imagestore.Security{RootCAs: authority.Pool()}}
			options := []imagestore.Option{imagestore.WithSecurity(p.Security)}
			if row.token != "" {
				p.Token = func(context.Context) (string, error) { return row.token, nil }
				options = append(options, imagestore.WithToken(p.Token))
			}
			if row.version != "" {
				options = append(options, imagestore.WithAPIVersion(row.version))
			}
			p.Client = newClient(t, server.URL, options...)
			report := Examine(t.Context(), p)
			f := find(t, report, row.check)
			if f.Verdict != row.verdict || !strings.HasPrefix(f.Seen, row.seen) || !strings.Contains(f.Cure, row.cure) || f.Refused != row.refused {
				t.Errorf("got  %+v\nwant %s %s -> %s, refused %t", f, row.verdict, row.seen, row.cure, row.refused)
			}
			if text := fmt.Sprint(report); strings.Contains(text, canary) {
				t.Errorf("a secret is printed: %s", text)
			}
			if n := g.asked.Load(); n > 20 {
				t.Errorf("it took %d requests", n)
			}
		})
	}
}

// TestHandshakes connects to servers that differ in how they use TLS.
func TestHandshakes(t *testing.T) {
	authority, clients := testcert.NewAuthority(), testcert.NewAuthority()
	client := clients.Issue()
	own := []tls.Certificate{authority.Issue()}
	rows := []struct {
		name        string
		config      *tls.Config
		certificate *tls.Certificate
		allow13     bool
		check       string
		verdict     Verdict
		seen, cure  string
		refused     bool
	}{
		{"all versions", &tls.Config{MinVersion: tls.VersionTLS10}, nil, false, "tls", OK, "the server accepts TLS 1.0, TLS 1.1, TLS 1.2, TLS 1.3", "", false},
		{"old ones", &tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}, nil, false, "tls", Problem, "the server accepts TLS 1.0, TLS 1.1, and at least TLS 1.2 is needed", "turn on TLS 1.2", false},
		{"1.3 alone, without a certificate", &tls.Config{MinVersion: tls.VersionTLS13}, nil, false, "access", OK, "the gateway accepts anonymous clients", "", false},
		{"1.3 alone, with a certificate", &tls.Config{MinVersion: tls.VersionTLS13}, &client, false, "tls", Problem, "the server accepts only TLS 1.3", "--allow-tls13", false},
		{"1.3 alone, with a certificate and allowed", &tls.Config{MinVersion: tls.VersionTLS13}, &client, true, "access", OK, "the gateway accepts this certificate", "", false},
		{"a certificate that is required, and none", &tls.Config{ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: clients.Pool(), MaxVersion: tls.VersionTLS12}, nil, false, "gateway", Problem, "the server ended the handshake: ", "give a client certificate", true},
		{"the same with 1.3", &tls.Config{ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: clients.Pool()}, nil, false, "gateway", Problem, "the server ended the handshake: ", "give a client certificate", true},
		{"a certificate that is required, and the wrong one", &tls.Config{ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: authority.Pool()}, &client, false, "gateway", Problem, "the server ended the handshake: ", "is this certificate among", true},
		{"a certificate that is required, and the right one", &tls.Config{ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: clients.Pool()}, &client, false, "access", OK, "the gateway accepts this certificate", "", false},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			row.config.Certificates = own
			server := secure(t, &gateway{aad: noTokens, versions: 9.1, listing: empty}, row.config)
			security := imagestore.Security{RootCAs: authority.Pool(), Certificate: row.certificate, AllowTLS13: row.allow13}
			report := Examine(t.Context(), Target{Client: newClient(t, server.URL, imagestore.WithSecurity(security)), Security: security})
			f := find(t, report, row.check)
			if f.Verdict != row.verdict || !strings.HasPrefix(f.Seen, row.seen) || !strings.Contains(f.Cure, row.cure) || f.Refused != row.refused {
				t.Errorf("got %+v\nin %+v", f, report)
			}
		})
	}
}

// TestNoCertificateForStrangers connects to a server that is not trusted and requests a certificate in
// the handshake.
func TestNoCertificateForStrangers(t *testing.T) {
	var handshakes, shown atomic.Int64
	server := secure(t, http.NotFoundHandler(), &tls.Config{
		Certificates: []tls.Certificate{testcert.NewAuthority().Issue()},
		ClientAuth:   tls.RequestClientCert,
		VerifyConnection: func(state tls.ConnectionState) error {
			handshakes.Add(1)
			shown.Add(int64(len(state.PeerCertificates)))
			return nil
		},
	})
	certificate := testcert.NewAuthority().Issue()
	security := imagestore.Security{RootCAs: x509.NewCertPool(), Certificate: &certificate}
	report := Examine(t.Context(), Target{Client: newClient(t, server.URL, imagestore.WithSecurity(security)), Security: security})
	if f := find(t, report, "server certificate"); f.Verdict != Problem || !f.Refused {
		t.Errorf("got %+v", f)
	}
	server.Close() // so that the handshakes are over
	if handshakes.Load() == 0 || shown.Load() > 0 {
		t.Errorf("in %d handshakes %d certificates were shown to a server that is not trusted", handshakes.Load(), shown.Load())
	}
}

// TestItNeverHangs connects to servers that accept a connection and send nothing.
func TestItNeverHangs(t *testing.T) {
	limitSteps(t)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	for scheme, check := range map[string]string{"http": "gateway", "https": "tls"} {
		t.Run(scheme, func(t *testing.T) {
			t.Parallel()
			report := Examine(t.Context(), Target{Client: newClient(t, scheme+"://"+listener.Addr().String())})
			if f := find(t, report, check); f.Verdict != Problem || !strings.HasSuffix(f.Seen, "nothing came within 2s") {
				t.Errorf("got %+v", f)
			}
		})
	}
}

// TestAStepEnds connects to gateways that are slow in one way, and expects the step to end in time and
// to report that.
func TestAStepEnds(t *testing.T) {
	limitSteps(t)
	authority := testcert.NewAuthority()
	security := imagestore.Security{RootCAs: authority.Pool()}
	for name, row := range map[string]struct {
		config  *tls.Config
		slow    func(*http.Request) time.Duration
		check   string
		verdict Verdict
		seen    string
	}{
		"a gateway that asks for a certificate and says nothing": {
			&tls.Config{ClientAuth: tls.RequestClientCert}, func(*http.Request) time.Duration { return time.Hour },
			"gateway", Problem, "no response: nothing came within 2s",
		},
		"a gateway that takes its time for each version": {
			new(tls.Config), func(r *http.Request) time.Duration {
				if r.URL.Path == "/$/GetAadMetadata" && r.URL.Query().Get("api-version") != oldest {
					return stepLimit * 4 / 10
				}
				return 0
			},
			"api-version", Warning, "not known: the gateway responds too slowly to find it out within 2s",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := &gateway{aad: noTokens, versions: 9.1, listing: empty}
			row.config.Certificates = []tls.Certificate{authority.Issue()}
			server := secure(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				select {
				case <-time.After(row.slow(r)):
					g.ServeHTTP(w, r)
				case <-r.Context().Done():
				}
			}), row.config)
			report := Examine(t.Context(), Target{Client: newClient(t, server.URL, imagestore.WithSecurity(security)), Security: security})
			if f := find(t, report, row.check); f.Verdict != row.verdict || f.Seen != row.seen || f.Refused {
				t.Errorf("got %+v", f)
			}
		})
	}
}

// TestFindingsBeforeAnInterrupt interrupts an examination while a request is sent to the gateway: the
// missing response is not a finding.
func TestFindingsBeforeAnInterrupt(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		cancel()
		<-r.Context().Done()
	}))
	defer server.Close()
	report := Examine(ctx, Target{Client: newClient(t, server.URL)})
	if len(report.Findings) != 2 || report.Verdict != OK || report.Findings[1].Check != "tcp" {
		t.Errorf("got %+v", report)
	}
}
