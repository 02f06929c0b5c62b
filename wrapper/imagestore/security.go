package imagestore

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/sfstore/sfstore/internal/transport"
)

// Security says who the client is and which servers it trusts. The zero value trusts what the
// system trusts, by the name in the endpoint, and has no certificate to show.
//
// With thumbprints or common names, one of them must hold, and the name in the endpoint does
// not matter: gateways are reached by addresses and by names of load balancers.
type Security struct {
	// Certificate is offered whenever a server asks for one, whatever authorities it names.
	Certificate *tls.Certificate
	// RootCAs are the authorities that may stand behind a server. Nil means the system's.
	RootCAs *x509.CertPool
	// ServerThumbprints are what the server's own certificate may have, SHA-1 or SHA-256 in
	// hexadecimal. Colons, blanks and case do not matter. Who issued the certificate does not
	// matter either, but it must not have expired.
	ServerThumbprints []string
	// ServerCommonNames are the names that the server's certificate may have.
	ServerCommonNames []ServerCommonName
	// Insecure trusts any server, whatever else is set: who is on the way can read and change
	// everything, and take a token.
	Insecure bool
	// AllowTLS13 allows it with a client certificate too. Unless set, TLS 1.2 is the most then,
	// because gateways ask for the certificate by renegotiation, which TLS 1.3 does not know.
	// Set it for a cluster in exclusive authentication mode.
	AllowTLS13 bool
}

// ServerCommonName is a name of a server's certificate as Service Fabric users declare it: the
// subject's common name or one of the DNS names.
type ServerCommonName struct {
	Name string
	// IssuerThumbprints are what the certificate's direct issuer may have, written as
	// [Security.ServerThumbprints] are. The issuer's certificate must come from the server, or
	// be among RootCAs. Without any, the chain must end at RootCAs.
	IssuerThumbprints []string
}

// TLSConfig is TLS as a [Client] speaks it to a server of that name, for a program that makes a
// connection by itself. An [*ArgumentError] says what of s cannot be used; a server that is not
// trusted makes the handshake fail.
func (s Security) TLSConfig(serverName string) (*tls.Config, error) {
	config, err := transport.ClientConfig(s.toTransport(), serverName)
	return config, argument(err)
}

// VerifyServer says whether a server of that name is trusted at this moment by the certificates
// that it showed, its own first. The error is a [*ServerCertificateError], or an
// [*ArgumentError] when s cannot be used.
func (s Security) VerifyServer(serverName string, chain []*x509.Certificate) error {
	return argument(transport.VerifyServer(s.toTransport(), serverName, chain, time.Now()))
}

// ServerCertificateError is a server that is not trusted; nothing was sent to it. Find it with
// [errors.As]. Its Reason is one of a few words, such as "expired" or "wrong thumbprint", its
// Certificate the server's own, and its text says what can be done.
type ServerCertificateError = transport.ServerCertificateError

// TokenSource returns the token of a request, which goes out as "Authorization: Bearer" in
// front of it. It is asked for each request, by several goroutines at once: to keep a token,
// and to fetch it again before it ends, is its own business.
type TokenSource func(ctx context.Context) (string, error)

// WithSecurity says who the client is and which servers it trusts. It is for https endpoints
// alone.
func WithSecurity(s Security) Option {
	return func(c *config) error {
		if err := s.toTransport().Check(); err != nil {
			return argument(err)
		}
		c.security, c.transport = s, nil
		return nil
	}
}

// WithToken authorizes each request with a token. The endpoint must be https.
func WithToken(source TokenSource) Option {
	return func(c *config) error {
		if source == nil {
			return &ArgumentError{Argument: "token source", Reason: "is nil"}
		}
		c.token = source
		return nil
	}
}

// WithEndpoints adds further gateways of the same cluster. A request goes on to the next one
// when it gets no connection, and, if nothing can have come of it, when the connection breaks
// or the answer is 502 or 503. A gateway that is not trusted, or refuses the client, is passed
// over; that is the error when none of the others works. The gateway that answered last is
// asked first. The endpoints must differ in their hosts alone.
func WithEndpoints(more ...string) Option {
	return func(c *config) error {
		endpoints := slices.Clone(c.endpoints)
		for _, endpoint := range more {
			u, err := parseEndpoint(endpoint)
			if err != nil {
				return err
			}
			endpoints = append(endpoints, u)
		}
		c.endpoints, c.gateways = endpoints, nil
		return nil
	}
}

func (s Security) toTransport() transport.Security {
	names := make([]transport.ServerCommonName, len(s.ServerCommonNames))
	for i, name := range s.ServerCommonNames {
		names[i] = transport.ServerCommonName(name)
	}
	return transport.Security{
		Certificate: s.Certificate, RootCAs: s.RootCAs,
		ServerThumbprints: s.ServerThumbprints, ServerCommonNames: names,
		Insecure: s.Insecure, AllowTLS13: s.AllowTLS13,
	}
}

// isZero says whether nothing is set.
func (s Security) isZero() bool {
	return s.Certificate == nil && s.RootCAs == nil && len(s.ServerThumbprints) == 0 &&
		len(s.ServerCommonNames) == 0 && !s.Insecure && !s.AllowTLS13
}

// argument makes an [ArgumentError] of what the transport cannot use.
func argument(err error) error {
	if setting, ok := errors.AsType[*transport.SettingError](err); ok {
		return &ArgumentError{Argument: setting.Setting, Value: setting.Value, Reason: setting.Reason}
	}
	return err
}

// check refuses what does not go together, in whatever order the options came.
func (c *config) check(base *url.URL) error {
	switch {
	case c.http != nil && !c.security.isZero():
		return &ArgumentError{Argument: "http client", Reason: "is used as it is, so that security cannot be set besides"}
	case c.http != nil && len(c.endpoints) > 0:
		return &ArgumentError{Argument: "http client", Reason: "is used as it is, with one endpoint alone"}
	case base.Scheme != "https" && c.token != nil:
		return &ArgumentError{Argument: "endpoint", Value: base.String(), Reason: "must begin with https:// for a token to be sent"}
	case base.Scheme != "https" && !c.security.isZero():
		return &ArgumentError{Argument: "endpoint", Value: base.String(), Reason: "must begin with https:// for certificates to count"}
	}
	for _, u := range c.endpoints {
		if u.Scheme != base.Scheme || strings.TrimSuffix(u.EscapedPath(), "/") != strings.TrimSuffix(base.EscapedPath(), "/") {
			return &ArgumentError{Argument: "endpoint", Value: u.String(), Reason: "must differ from " + base.String() + " in its host alone"}
		}
	}
	return nil
}

// connect makes what carries requests, unless the client it comes from has it already.
func (c *config) connect(base *url.URL) (err error) {
	if c.http == nil && c.transport == nil {
		if c.transport, err = transport.New(c.security.toTransport()); err != nil {
			return argument(err)
		}
	}
	if c.http != nil && c.token != nil {
		careful := *c.http // which takes no token to where a redirect points
		careful.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
		c.http = &careful
	}
	if c.gateways == nil {
		c.gateways = transport.NewGateways(append([]*url.URL{base}, c.endpoints...)...)
	}
	return nil
}
