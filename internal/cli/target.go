package cli

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/sfstore/sfstore/wrapper/imagestore"
)

// target is the cluster that a command works on: its gateways, which servers to trust, and the
// client's credentials.
type target struct {
	endpoints  []string // at least one
	security   imagestore.Security
	token      imagestore.TokenSource // nil: none
	timeout    time.Duration
	apiVersion optionalString
	source     string // where the client certificate comes from
}

var errNoEndpoint = errors.New("no endpoint: give --endpoint URL or --cluster NAME, or set SFSTORE_ENDPOINT")

// target returns the cluster that the flags, the environment, the configuration file or sfctl
// name. Each setting comes from the first of them that gives it. Settings of a named cluster or of
// sfctl are used only with its endpoint: its certificate is for its own cluster. With a
// [certificateError] the rest of the target is valid.
func (a *app) target() (target, error) {
	t, err := a.resolve()
	if err != nil && !isA[usageError](err) {
		err = usageError{"sfstore", err}
	}
	return t, err
}

func (a *app) resolve() (target, error) {
	variables, err := fromEnvironment(a.getenv)
	if err != nil {
		return target{}, err
	}
	sources := []*source{a.flags.source, variables}
	named, err := a.namedCluster(variables)
	if err != nil {
		return target{}, err
	}
	if named != nil {
		sources = append(sources, named)
	}
	var t target
	endpoints := named
	if endpoints == nil {
		endpoints = first(sources, "endpoint")
	}
	selected := sfctlCluster{}
	if endpoints != nil {
		t.endpoints = endpoints.endpoints
	} else if selected, err = a.selectedBySfctl(); err != nil {
		return target{}, err
	} else {
		t.endpoints = []string{selected.endpoint}
	}
	if t.endpoints, err = cleanEndpoints(t.endpoints); err != nil {
		return target{}, err
	}
	if isPlain(t.endpoints) {
		a.ignoreSecurity(variables)
	}
	return a.secure(t, sources, selected)
}

// secure adds timeout, api-version and credentials to a target.
func (a *app) secure(t target, sources []*source, selected sfctlCluster) (target, error) {
	t.timeout = time.Duration(a.flags.timeout)
	if s := a.take(sources, "timeout", "timeout"); s != nil {
		t.timeout = time.Duration(s.timeout)
	}
	if s := a.take(sources, "api-version", "api-version"); s != nil {
		t.apiVersion = s.apiVersion
	}
	flags := a.mergeSecurity(sources)
	var err error
	if t.token, err = a.tokens(flags.tokenCommand, !isPlain(t.endpoints)); err != nil {
		return target{}, err
	}
	if flags, err = a.underSfctl(flags, selected, t.token != nil); err != nil {
		return target{}, err
	}
	t.source = flags.source()
	t.security, err = flags.load(a.getenv)
	if flags.insecure {
		why := "no_verify of sfctl"
		if s := first(sources, "insecure"); s == a.flags.source {
			why = "--insecure"
		} else if s != nil {
			why = "insecure in " + s.name
		}
		a.warnInsecure(why)
	}
	return t, err
}

// namedCluster returns the settings of the cluster that --cluster, SFSTORE_CLUSTER or the
// default of the configuration file names. It is nil when an endpoint is given instead, or
// nothing at all.
func (a *app) namedCluster(variables *source) (*source, error) {
	flags := a.flags.source
	name, by := "", ""
	switch {
	case flags.cluster.isSet && flags.gives("endpoint"):
		return nil, errors.New("--cluster and --endpoint exclude each other")
	case flags.cluster.isSet:
		name, by = flags.cluster.text, "--cluster"
	case flags.gives("endpoint"):
		a.verbose("endpoint: from --endpoint")
		return nil, nil
	case variables.cluster.isSet && variables.gives("endpoint"):
		return nil, errors.New("SFSTORE_CLUSTER and SFSTORE_ENDPOINT exclude each other: unset one of them, or give --cluster or --endpoint")
	case variables.cluster.isSet:
		name, by = variables.cluster.text, "SFSTORE_CLUSTER"
	case variables.gives("endpoint"):
		a.verbose("endpoint: from SFSTORE_ENDPOINT")
		return nil, nil
	}
	config, err := readConfig(a.getenv)
	if err != nil {
		return nil, err
	}
	if by == "" {
		if config.standard == "" {
			return nil, nil
		}
		name = config.standard
	}
	cluster, err := config.cluster(name)
	switch {
	case err != nil:
		return nil, err
	case by == "":
		a.notice("using the cluster %q, the default of %s", name, config.path)
	default:
		a.verbose("endpoint: from %s, by %s", cluster.name, by)
	}
	return cluster, nil
}

// selectedBySfctl returns the cluster that sfctl has selected.
func (a *app) selectedBySfctl() (sfctlCluster, error) {
	selected, err := readSfctl(a.getenv)
	if err != nil {
		return selected, err
	}
	if selected.endpoint == "" {
		if selected.written {
			return selected, fmt.Errorf("%w; the file of sfctl has none: %s", errNoEndpoint, selected.file)
		}
		return selected, errNoEndpoint
	}
	// An endpoint with a password is rejected later, and must not be printed before.
	if u, err := url.Parse(strings.TrimSpace(selected.endpoint)); err == nil && u.Host != "" {
		a.notice("using the cluster that sfctl has selected: %s://%s (%s)", u.Scheme, u.Host, selected.source)
	}
	return selected, nil
}

// isPlain reports whether an endpoint is http, where neither certificates nor tokens are sent.
func isPlain(endpoints []string) bool {
	return slices.ContainsFunc(endpoints, func(endpoint string) bool {
		return strings.HasPrefix(strings.ToLower(endpoint), "http:")
	})
}

// isProxied reports whether requests go through a proxy.
func (t target) isProxied() bool {
	return slices.ContainsFunc(t.endpoints, func(endpoint string) bool {
		r, err := http.NewRequest(http.MethodGet, endpoint, nil)
		if err != nil {
			return false
		}
		proxy, err := http.ProxyFromEnvironment(r)
		return err == nil && proxy != nil
	})
}

// ignoreSecurity ignores variables that cannot be used with http. They are set for other
// clusters, so they are not an error.
func (a *app) ignoreSecurity(variables *source) {
	for _, name := range slices.Concat(identityFlags, trustFlags, []string{"allow-tls13", "token-command"}) {
		if variables.gives(name) {
			a.notice("%s is ignored: the endpoint is not https", variable(name))
			variables.flagSet.Lookup(name).Changed = false
		}
	}
}

// warnInsecure prints a warning even with --quiet.
func (a *app) warnInsecure(why string) {
	a.warn("%s: any server is trusted. Anyone on the network path can read and change everything, tokens included.", why)
}
