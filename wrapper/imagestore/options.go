package imagestore

import (
	"context"
	"log/slog"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"
)

// DefaultServerTimeout is the time that the server may spend on an operation unless
// [WithServerTimeout] sets another; it is the contract's own default.
const DefaultServerTimeout = 60 * time.Second

// Option changes how a [Client] works. [New] and [Client.With] return an [*ArgumentError] for an
// option that is nil or has an invalid value.
type Option func(*config) error

// WithHTTPClient sends requests with the given client, which is not changed. The default is the
// client's own transport. It cannot be combined with [WithSecurity] and [WithEndpoints].
func WithHTTPClient(client *http.Client) Option {
	return func(c *config) error {
		if client == nil {
			return &ArgumentError{Argument: "http client", Reason: "is nil"}
		}
		c.http = client
		return nil
	}
}

// TokenSource returns the token of a request, which is sent as "Authorization: Bearer TOKEN". It is
// called for each request, by several goroutines at once, so it should keep a token until shortly
// before it expires. If it fails, the request is not sent, and the error is of class [ErrRefused].
type TokenSource func(ctx context.Context) (string, error)

// WithSecurity sets the client's certificate and which servers it trusts. It is for https endpoints
// only. The default is the zero [Security].
func WithSecurity(s Security) Option {
	return func(c *config) error {
		if err := s.toTransport().Check(); err != nil {
			return argument(err)
		}
		c.security, c.transport = s, nil
		return nil
	}
}

// WithToken authorizes each request with a token. The endpoint must be https. The default is none.
func WithToken(source TokenSource) Option {
	return func(c *config) error {
		if source == nil {
			return &ArgumentError{Argument: "token source", Reason: "is nil"}
		}
		c.token = source
		return nil
	}
}

// WithEndpoints adds further gateways of the same cluster. A request is sent to the next one if it
// gets no connection, and, if it cannot have been carried out, if the connection breaks or the
// response is 502 or 503. A gateway that is not trusted, or refuses the client, is skipped; that is
// the error if none of the others works. The gateway that responded last is used first. The
// endpoints must differ only in their hosts.
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

// WithServerTimeout sets the time that the server may spend on an operation, the contract's timeout
// parameter: whole seconds from 1 to 4294967295. The default is [DefaultServerTimeout].
func WithServerTimeout(d time.Duration) Option {
	return func(c *config) error {
		switch {
		case d < time.Second || d > 4294967295*time.Second:
			return &ArgumentError{Argument: "timeout", Value: d.String(), Reason: "must be from 1 to 4294967295 seconds"}
		case d%time.Second != 0:
			return &ArgumentError{Argument: "timeout", Value: d.String(), Reason: "must be whole seconds"}
		}
		c.serverTimeout = d
		return nil
	}
}

var apiVersionForm = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^(0|[1-9][0-9]*)\.[0-9]+(-preview)?$`) })

// WithAPIVersion sends one api-version, such as "6.4" or "6.4-preview", with all operations. The
// default is the published version of each operation. Versions below 3.0 are rejected, because
// gateways respond to them in another form.
func WithAPIVersion(version string) Option {
	return func(c *config) error {
		if !apiVersionForm().MatchString(version) {
			return &ArgumentError{Argument: "api-version", Value: version, Reason: "must look like 6.0"}
		}
		if strings.Index(version, ".") == 1 && version[0] < '3' {
			return &ArgumentError{Argument: "api-version", Value: version,
				Reason: "is below 3.0, so the gateway would write times and enumerations in another form"}
		}
		c.apiVersion = version
		return nil
	}
}

// WithUserAgent sets the User-Agent header, which must not have control characters. The default is
// "sfstore".
func WithUserAgent(agent string) Option {
	return func(c *config) error {
		if strings.ContainsFunc(agent, unicode.IsControl) {
			return &ArgumentError{Argument: "user agent", Value: agent, Reason: "has a control character"}
		}
		c.userAgent = agent
		return nil
	}
}

// WithRequestID sets the function that returns the X-ServiceFabricRequestId header of each request,
// which the gateway logs. The default is a random GUID. The function may be called by several
// goroutines at once.
func WithRequestID(next func() string) Option {
	return func(c *config) error {
		if next == nil {
			return &ArgumentError{Argument: "request id", Reason: "is nil"}
		}
		c.requestID = next
		return nil
	}
}

// WithLogger logs each request at level Debug: method, URL, status or error, duration and
// request id; no other header, and never a body. The default is no log.
func WithLogger(logger *slog.Logger) Option {
	return func(c *config) error {
		if logger == nil {
			return &ArgumentError{Argument: "logger", Reason: "is nil"}
		}
		c.logger = logger
		return nil
	}
}

// WithReservedCharacters allows "#", "?" and "%" in content paths, which are rejected unless it is
// given. Use it only with a gateway that is known to decode a URL once, as those on Linux do:
// others store such a file under another name.
func WithReservedCharacters() Option {
	return func(c *config) error {
		c.reserved = true
		return nil
	}
}
