package imagestore

import (
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"
	"unicode"

	"github.com/google/uuid"

	"github.com/sfstore/sfstore/internal/transport"
)

// DefaultServerTimeout is what the server may spend on an operation unless
// [WithServerTimeout] says otherwise; it is the contract's own default.
const DefaultServerTimeout = 60 * time.Second

// Option changes how a [Client] works. An option that is given a wrong value makes [New]
// return an [*ArgumentError].
type Option func(*config) error

type config struct {
	http           *http.Client // nil for a transport of our own
	security       Security
	transport      *transport.Transport // of our own; shared by clients with the same security
	endpoints      []*url.URL           // further ones
	gateways       *transport.Gateways  // all of them, and which answered last
	token          TokenSource
	serverTimeout  time.Duration
	apiVersion     string
	userAgent      string
	requestID      func() string
	logger         *slog.Logger
	singleDecoding bool
}

func defaultConfig() config {
	return config{
		serverTimeout: DefaultServerTimeout,
		userAgent:     "sfstore",
		requestID:     uuid.NewString,
		logger:        slog.New(slog.DiscardHandler),
	}
}

// WithHTTPClient sends requests by the given client, which is used as it is and never changed.
// It cannot be combined with [WithSecurity] and [WithEndpoints].
func WithHTTPClient(client *http.Client) Option {
	return func(c *config) error {
		if client == nil {
			return &ArgumentError{Argument: "http client", Reason: "is nil"}
		}
		c.http = client
		return nil
	}
}

// WithServerTimeout sets what the server may spend on an operation, the contract's timeout
// parameter: whole seconds from 1 to 4294967295.
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

var apiVersionForm = regexp.MustCompile(`^[0-9]+\.[0-9]+(-preview)?$`)

// WithAPIVersion sends one api-version, such as "6.4", with all operations, instead of the
// version that each is published with.
func WithAPIVersion(version string) Option {
	return func(c *config) error {
		if !apiVersionForm.MatchString(version) {
			return &ArgumentError{Argument: "api-version", Value: version, Reason: "must look like 6.0"}
		}
		c.apiVersion = version
		return nil
	}
}

// WithUserAgent sets the User-Agent header.
func WithUserAgent(agent string) Option {
	return func(c *config) error {
		if strings.ContainsFunc(agent, unicode.IsControl) {
			return &ArgumentError{Argument: "user agent", Value: agent, Reason: "has a control character"}
		}
		c.userAgent = agent
		return nil
	}
}

// WithRequestID sets where the X-ServiceFabricRequestId header of each request comes from.
// The gateway logs it. Unless set it is a random GUID. The function may be called from
// several goroutines at once.
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
// request id; no other header, and never a body.
func WithLogger(logger *slog.Logger) Option {
	return func(c *config) error {
		if logger == nil {
			return &ArgumentError{Argument: "logger", Reason: "is nil"}
		}
		c.logger = logger
		return nil
	}
}

// WithSingleDecoding allows "#", "?" and "%" in content paths. Use it only with a gateway
// that is known to decode a URL once, as those on Linux do: others store such a file under
// another name.
func WithSingleDecoding() Option {
	return func(c *config) error {
		c.singleDecoding = true
		return nil
	}
}
