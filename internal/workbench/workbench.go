package workbench

import (
	_ "embed" // control.yaml
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/sfstore/sfstore/api"
	"github.com/sfstore/sfstore/emulator"
)

// Prefix begins the paths of the control API. No gateway has a path like it.
const Prefix = "/$sfstore/"

// Header must be in each request that changes something, with the value 1.
const Header = "X-Sfstore-Control"

// Document describes the control API in OpenAPI 3.0.
//
//go:embed control.yaml
var Document []byte

// Options are the settings of a [Workbench].
type Options struct {
	// Contract is what requests and responses are validated against. Nil: they are not.
	Contract *api.Contract
	// Notice is called with a line for each change by the control API. Nil: it is not.
	Notice func(line string)
}

// Workbench is an [http.Handler] around a store. It is safe for concurrent use.
type Workbench struct {
	Options
	store    *emulator.Store
	control  *http.ServeMux
	instance string // of this process, so that a page notices a restart

	traffic traffic
	changes changes

	closing sync.Once
	done    chan struct{}
}

// New returns a workbench around a store. The caller closes the store.
func New(store *emulator.Store, o Options) *Workbench {
	if o.Notice == nil {
		o.Notice = func(string) {}
	}
	b := &Workbench{Options: o, store: store, instance: strconv.FormatInt(time.Now().UnixNano(), 36), done: make(chan struct{})}
	b.control = b.routes()
	return b
}

// Close ends the streams of events, which a server waits for when it shuts down.
func (b *Workbench) Close() { b.closing.Do(func() { close(b.done) }) }

func (b *Workbench) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case strings.HasPrefix(r.URL.Path, Prefix):
		if reason := refusal(r); reason != "" {
			Refuse(w, r, reason)
			return
		}
		if _, pattern := b.control.Handler(r); pattern == "" {
			w = inJSON{w}
		}
		b.control.ServeHTTP(w, r)
	case wantsPage(r):
		b.page(w)
	default:
		b.serveStore(w, r)
	}
}

// Refuse responds to a request with 403: in the form of the control API if it is for that.
func Refuse(w http.ResponseWriter, r *http.Request, reason string) {
	if strings.HasPrefix(r.URL.Path, Prefix) {
		writeError(w, http.StatusForbidden, reason)
		return
	}
	http.Error(w, reason, http.StatusForbidden)
}

// Failover causes a failover of the store.
func (b *Workbench) Failover() {
	b.store.Failover()
	b.changed("failover: all upload sessions are lost")
}

// changed reports a change to [Options].Notice and to the pages.
func (b *Workbench) changed(notice string) {
	b.Notice(notice)
	b.changes.add(func(c *counts) { c.Control++; c.Files++; c.Sessions++ })
}

// refusal returns why a request may not reach the control API, or an empty text.
func refusal(r *http.Request) string {
	site := r.Header.Get("Sec-Fetch-Site")
	switch {
	case !isHere(r):
		return "the control API is for programs on this machine"
	case site != "" && site != "same-origin" && site != "none":
		return "the request comes from a web page of another site"
	case r.Method != http.MethodGet && r.Method != http.MethodHead && r.Header.Get(Header) != "1":
		return "a change needs the header " + Header + ": 1"
	}
	return ""
}

// isHere reports whether a request comes from this machine.
func isHere(r *http.Request) bool {
	from, err := netip.ParseAddrPort(r.RemoteAddr)
	return err == nil && from.Addr().Unmap().IsLoopback()
}
