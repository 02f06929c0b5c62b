package conformance

import (
	"context"
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"sync"
)

// where is the kind of gateway that a fact applies to.
type where int

const (
	everywhere where = iota
	windows
	linux
	withSessions    // gateways that support upload sessions
	withoutSessions // those that do not
	since65         // gateways that accept api-version 6.5
)

// traits are the properties of the gateway, found out before the first fact.
type traits struct{ windows, sessions, since65 bool }

// excludes returns the reason that a fact is not asked of a gateway with these traits, or "".
func (t traits) excludes(w where) string {
	switch {
	case w == windows && !t.windows:
		return "it is about Windows"
	case w == linux && t.windows:
		return "it is about Linux"
	case w == withSessions && !t.sessions:
		return "the gateway has no upload sessions"
	case w == withoutSessions && t.sessions:
		return "the gateway has upload sessions"
	case w == since65 && !t.since65:
		return "the gateway does not accept api-version 6.5"
	}
	return ""
}

// findTraits stores a file and looks at the separator in its listing.
func (r *run) findTraits(ctx context.Context) error {
	const first = "store a first file"
	path := r.folder + "/platform"
	got, err := r.send(ctx, put(path, "x"))
	switch {
	case err != nil:
		return err
	case got.status != http.StatusOK:
		return &ResponseError{Step: first, Status: got.status, Code: got.code}
	}
	got, err = r.send(ctx, list(path))
	switch {
	case err != nil:
		return err
	case got.status != http.StatusOK:
		return &ResponseError{Step: "list the first file", Status: got.status, Code: got.code}
	}
	r.traits.windows = strings.Contains(got.body, r.folder+`\\platform`)
	if got, err = r.send(ctx, session(randomID())); err != nil {
		return err
	}
	r.traits.sessions = got.status == http.StatusNoContent
	if got, err = r.send(ctx, list(path).at("6.5")); err != nil {
		return err
	}
	r.traits.since65 = got.status == http.StatusOK
	if got, err = r.send(ctx, get("/$/GetClusterVersion")); err != nil {
		return err
	}
	r.report.Cluster = Cluster{Version: versionIn(got.body), Platform: "linux", Sessions: r.traits.sessions}
	if r.traits.windows {
		r.report.Cluster.Platform = "windows"
	}
	return nil
}

var versionForm = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[0-9.]{3,40}$`) })

// versionIn returns the version in a response of GetClusterVersion, or "" if it is not known.
func versionIn(body string) string {
	var wire struct{ Version string }
	if json.Unmarshal([]byte(body), &wire) != nil || !versionForm().MatchString(wire.Version) {
		return ""
	}
	return wire.Version
}
