package cli

import (
	"errors"
	"fmt"
	"net/url"

	"github.com/sfstore/sfstore/wrapper/imagestore"
)

// target is the cluster that a command works on: its gateways, whom to trust there, and who
// the person is.
type target struct {
	endpoints []string // at least one
	security  imagestore.Security
	token     imagestore.TokenSource // nil: none
}

var errNoEndpoint = errors.New("no endpoint: give --endpoint URL, or set SFSTORE_ENDPOINT")

// target says which cluster the flags, the environment or sfctl mean, in this order. What sfctl
// has selected counts only when no endpoint is given: its certificate is for its own cluster. With
// a [certificateError] the rest of the target is there.
func (a *app) target() (target, error) {
	flags := a.flags.security
	token, err := a.tokens()
	if err != nil {
		return target{}, usageError{"sfstore", err}
	}
	t := target{endpoints: a.flags.endpoints, token: token}
	if endpoint := a.getenv("SFSTORE_ENDPOINT"); len(t.endpoints) == 0 && endpoint != "" {
		t.endpoints = []string{endpoint}
	}
	if len(t.endpoints) == 0 {
		selected, err := readSfctl(a.getenv)
		if err != nil {
			return target{}, usageError{"sfstore", err}
		}
		if selected.endpoint == "" {
			err := errNoEndpoint
			if selected.written {
				err = fmt.Errorf("%w; the file of sfctl selects none: %s", err, selected.file)
			}
			return target{}, usageError{"sfstore", err}
		}
		// An endpoint with a password in it is refused, and not printed before.
		if u, err := url.Parse(selected.endpoint); err == nil && u.Host != "" {
			a.notice("using the cluster that sfctl has selected: %s://%s (%s)", u.Scheme, u.Host, selected.source)
		}
		if flags, err = selected.under(flags, token != nil); err != nil {
			return target{}, err
		}
		t.endpoints = []string{selected.endpoint}
	}
	t.security, err = flags.load(a.getenv)
	if flags.insecure {
		why := "--insecure"
		if !a.flags.security.insecure {
			why = "no_verify of sfctl"
		}
		a.warnInsecure(why)
	}
	if err != nil {
		return t, usageError{"sfstore", err}
	}
	return t, nil
}

// warnInsecure is not a notice: it is said whatever --quiet says.
func (a *app) warnInsecure(why string) {
	fmt.Fprintf(a.stderr, "sfstore: WARNING: %s: any server is trusted. Whoever stands between can read and change all that is sent, a token too.\n", why)
}
