package cli

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/sfstore/sfstore/wrapper/imagestore"
)

// cleanEndpoints trims white space around endpoints, and rejects addresses of a web page or of the
// image store below a gateway.
func cleanEndpoints(endpoints []string) ([]string, error) {
	var clean []string
	for _, endpoint := range endpoints {
		if trimmed := strings.TrimSpace(endpoint); trimmed != "" {
			endpoint = trimmed
		}
		if err := checkEndpoint(endpoint); err != nil {
			return nil, err
		}
		clean = append(clean, endpoint)
	}
	return clean, nil
}

// checkEndpoints reports what is wrong with the endpoints of a cluster, without a request.
func checkEndpoints(endpoints []string) error {
	clean, err := cleanEndpoints(endpoints)
	if err != nil {
		return err
	}
	_, err = imagestore.New(clean[0], imagestore.WithEndpoints(clean[1:]...))
	return err
}

// withoutUser is the endpoint as it may be printed.
func withoutUser(endpoint string) string {
	i := strings.LastIndex(endpoint, "@")
	if u, err := url.Parse(endpoint); i < 0 || err == nil && u.User == nil {
		return endpoint
	}
	scheme, _, _ := strings.Cut(endpoint[:i], "//")
	return scheme + "//xxxxx" + endpoint[i:]
}

// checkEndpoint leaves invalid URLs to package imagestore. A path that a reverse proxy adds before a
// gateway's own is allowed. What follows an address of Explorer is not repeated: it may be a secret.
func checkEndpoint(endpoint string) error {
	u, _ := url.Parse(endpoint)
	if u == nil || u.User != nil || u.Host == "" {
		return nil
	}
	segments := splitPath(u.Path)
	at := slices.IndexFunc(segments, isBelowGateway)
	if at < 0 {
		return nil
	}
	address := func(n int) *url.URL {
		shown := &url.URL{Scheme: u.Scheme, Host: u.Host}
		if n > 0 {
			shown.Path = "/" + strings.Join(segments[:n], "/")
		}
		return shown
	}
	if strings.EqualFold(segments[at], "Explorer") {
		return fmt.Errorf("endpoint %q is the address of Service Fabric Explorer, not of the gateway; use %s", address(at+1), address(at))
	}
	if last := segments[len(segments)-1]; isBelowGateway(last) {
		return fmt.Errorf("endpoint %q ends in %q, which sfstore adds itself; use %s", address(len(segments)), last, address(at))
	}
	return fmt.Errorf("endpoint %q has %q in its path, which sfstore adds itself; use %s", address(len(segments)), segments[at], address(at))
}

// isBelowGateway reports whether a segment of a path is one that a gateway has below its own
// address, and a reverse proxy before it does not.
func isBelowGateway(segment string) bool {
	return strings.EqualFold(segment, "Explorer") || strings.EqualFold(segment, "ImageStore") || segment == "$"
}
