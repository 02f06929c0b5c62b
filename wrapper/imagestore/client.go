package imagestore

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/sfstore/sfstore/gen"
)

// Client calls the image store of one cluster. Make it with [New].
type Client struct {
	config
	base *url.URL
	api  *gen.Client
}

// New returns a client of the gateway at endpoint, an http or https URL such as
// "https://mycluster.example.org:19080". It sends nothing. It returns an [*ArgumentError] if the
// endpoint or an option cannot be used, or an option is nil.
func New(endpoint string, options ...Option) (*Client, error) {
	base, err := parseEndpoint(endpoint)
	if err != nil {
		return nil, err
	}
	return newClient(base, defaultConfig(), options)
}

// With returns a copy of c with the given options changed. Both share connections, unless
// the options change how they are made. It returns the errors of [New].
func (c *Client) With(options ...Option) (*Client, error) {
	return newClient(c.base, c.config, options)
}

func newClient(base *url.URL, conf config, options []Option) (*Client, error) {
	for _, option := range options {
		if option == nil {
			return nil, &ArgumentError{Argument: "option", Reason: "is nil"}
		}
		if err := option(&conf); err != nil {
			return nil, err
		}
	}
	if err := conf.check(base); err != nil {
		return nil, err
	}
	if err := conf.connect(base); err != nil {
		return nil, err
	}
	c := &Client{config: conf, base: base}
	api, err := gen.NewClient(base.String(), gen.WithHTTPClient(doer{c}))
	if err != nil {
		return nil, fmt.Errorf("generated client: %w", err)
	}
	c.api = api
	return c, nil
}

// Endpoint returns the URL of the gateway, without a trailing slash.
func (c *Client) Endpoint() string { return strings.TrimSuffix(c.base.String(), "/") }

// Generated returns the generated client of c, for an operation or a response that c does
// not cover. Its calls use the headers, the log and the time limit of c. It does not check content
// paths, and returns responses unchanged: see [CheckResponse]. The error of a request without a
// response has the classes of a [FabricError], for [errors.Is].
func (c *Client) Generated() *gen.Client { return c.api }

// version is the api-version to send: the operation's own, unless the caller chose one.
func (c *Client) version(ofOperation string) string {
	if c.apiVersion != "" {
		return c.apiVersion
	}
	return ofOperation
}

func (c *Client) timeout() *int64 {
	seconds := int64(c.serverTimeout / time.Second)
	return &seconds
}

func parseEndpoint(endpoint string) (*url.URL, error) {
	wrong := func(reason string) error {
		value := endpoint
		if strings.ContainsAny(value, "@?#") { // a password or a token may follow
			value = ""
		}
		return &ArgumentError{Argument: "endpoint", Value: value, Reason: reason}
	}
	if strings.TrimSpace(endpoint) == "" {
		return nil, wrong("is empty; write one like http://localhost:19080")
	}
	u, err := url.Parse(endpoint)
	if err != nil {
		// The text of the error repeats the endpoint, which may contain a password.
		return nil, &ArgumentError{Argument: "endpoint", Reason: "is not a URL; write one like http://localhost:19080"}
	}
	switch {
	case u.User != nil:
		return nil, wrong("has a user name; gateways accept only certificates and tokens")
	case u.Scheme != "http" && u.Scheme != "https":
		return nil, wrong("must begin with http:// or https://")
	case u.Hostname() == "":
		return nil, wrong("has no host")
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return nil, wrong("must end before ? and #")
	}
	if port := u.Port(); port != "" {
		if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
			return nil, wrong("has a port outside 1 to 65535")
		}
	}
	return u, nil
}

// operation is the current call: its operation of the contract, and a function that returns the
// step in words, with which an error begins.
type operation struct {
	id   string
	step func() string
}

// editor changes a request of the generated client before it is sent.
type editor = gen.RequestEditorFn
