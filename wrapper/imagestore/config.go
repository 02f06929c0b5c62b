package imagestore

import (
	"encoding/binary"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/sfstore/sfstore/wrapper/internal/transport"
)

// config has the settings of options.
type config struct {
	http          *http.Client // nil for a transport of our own
	security      Security
	transport     *transport.Transport // of our own; shared by clients with the same security
	endpoints     []*url.URL           // further ones
	gateways      *transport.Gateways  // all of them, and which one responded last
	token         TokenSource
	serverTimeout time.Duration
	readRetries   int
	apiVersion    string
	userAgent     string
	requestID     func() string
	logger        *slog.Logger
	reserved      bool
}

func defaultConfig() config {
	return config{
		serverTimeout: DefaultServerTimeout,
		userAgent:     "sfstore",
		requestID:     newRequestID,
		logger:        slog.New(slog.DiscardHandler),
	}
}

// check rejects options that cannot be combined, in any order.
func (c *config) check(base *url.URL) error {
	switch {
	case c.http != nil && !c.security.isZero():
		return &ArgumentError{Argument: "http client", Reason: "WithHTTPClient cannot be combined with WithSecurity"}
	case c.http != nil && len(c.endpoints) > 0:
		return &ArgumentError{Argument: "http client", Reason: "WithHTTPClient cannot be combined with WithEndpoints"}
	case base.Scheme != "https" && c.token != nil:
		return &ArgumentError{Argument: "endpoint", Value: base.String(), Reason: "must be https when a token is configured"}
	case base.Scheme != "https" && !c.security.isZero():
		return &ArgumentError{Argument: "endpoint", Value: base.String(), Reason: "must be https when certificates are configured"}
	}
	for _, u := range c.endpoints {
		if u.Scheme != base.Scheme || strings.TrimSuffix(u.EscapedPath(), "/") != strings.TrimSuffix(base.EscapedPath(), "/") {
			return &ArgumentError{Argument: "endpoint", Value: u.String(), Reason: "must differ from " + base.String() + " only in its host"}
		}
	}
	return nil
}

// connect makes the transport, unless the original client has it already.
func (c *config) connect(base *url.URL) (err error) {
	if c.http == nil && c.transport == nil {
		if c.transport, err = transport.New(c.security.toTransport()); err != nil {
			return argument(err)
		}
	}
	if c.http != nil && c.token != nil {
		careful := *c.http // which does not send a token to the target of a redirect
		careful.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
		c.http = &careful
	}
	if c.gateways == nil {
		c.gateways = transport.NewGateways(append([]*url.URL{base}, c.endpoints...)...)
	}
	return nil
}

// newRequestID returns a random id. It is no secret, so it need not cost a system call.
func newRequestID() string {
	var id uuid.UUID
	binary.LittleEndian.PutUint64(id[:8], rand.Uint64())
	binary.LittleEndian.PutUint64(id[8:], rand.Uint64())
	id[6], id[8] = id[6]&0x0f|0x40, id[8]&0x3f|0x80 // version 4
	return id.String()
}
