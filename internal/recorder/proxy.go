package recorder

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/sfstore/sfstore/api"
	"github.com/sfstore/sfstore/api/recording"
	"github.com/sfstore/sfstore/internal/webguard"
)

// Proxy forwards, validates and records; see the package's documentation. Fields without a
// default must be set before Serve is called, which may be done once.
type Proxy struct {
	// Upstream is the URL of the gateway. Only its scheme, http or https, and its host are used.
	Upstream *url.URL
	// TLS configures connections to an https upstream; nil is the default of [tls.Client].
	TLS *tls.Config
	// ListenTLS configures connections from clients, see [SelfIssued]; nil is plain HTTP.
	ListenTLS *tls.Config
	// Guard rejects the requests of web pages with 403.
	Guard    webguard.Guard
	Contract *api.Contract
	// File is the recording.
	File *File
	// MaxBody is the size in bytes of the largest JSON body that is recorded.
	MaxBody int64
	// Name is the name of the recording in findings.
	Name string
	// Differs is called for each difference when it is recorded.
	Differs func(recording.Finding)
	// Fails is called for each request or response that cannot be forwarded or recorded. Its calls
	// and those of Differs are made one at a time, and nothing waits for them: while 1000 are
	// queued, more are only counted, and Fails gets the number. Serve may return before a call does.
	Fails func(error)

	notices  notices
	redactor *redactor

	connected   atomic.Bool // to the upstream
	unconnected atomic.Pointer[connectError]

	underWay sync.WaitGroup // requests

	mu     sync.Mutex
	counts recording.Counts
	failed error // of the recording
	lost   int   // exchanges that are not in the recording because of it
}

// ErrNoUpstream means that the upstream accepted no connection, though clients came.
var ErrNoUpstream = errors.New("could not connect to the upstream")

const (
	// shutdownGrace is how long current exchanges have to finish.
	shutdownGrace = 5 * time.Second
	// headTimeout is how long a client may take to send a head.
	headTimeout = time.Minute
)

// silent discards the log of net/http: the recording has responses that end early, and Fails
// reports what concerns the user.
var silent = log.New(io.Discard, "", 0)

// Serve accepts connections until the context ends, which is not an error, and returns when the
// last exchange is recorded. Current exchanges then have 5 seconds to finish. The listener, which
// must be a TCP listener, is closed. The error is that of the listener or of the recording, with
// the number of exchanges that are not in it, or [ErrNoUpstream] with the reason of the last failed
// connection.
func (p *Proxy) Serve(ctx context.Context, listener net.Listener) (recording.Counts, error) {
	p.redactor = newRedactor(p.Contract)
	p.notices.start(p.Fails)
	// Current exchanges may continue for a time after the context has ended.
	work, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	server := p.server(work)
	stop := context.AfterFunc(ctx, func() { _ = listener.Close() })
	defer stop()
	var accepted net.Listener = &links{Listener: listener, proxy: p, ctx: ctx}
	if p.ListenTLS != nil {
		accepted = tls.NewListener(accepted, p.ListenTLS)
	}
	err := server.Serve(accepted)
	if ctx.Err() != nil {
		err = nil
	}
	grace, done := context.WithTimeout(work, shutdownGrace)
	defer done()
	_ = server.Shutdown(grace)
	cancel()
	_ = server.Close()
	p.underWay.Wait() // net/http does not wait for what was upgraded, or cut off
	p.notices.end()
	return p.counts, errors.Join(err, p.incomplete())
}

// server returns the server for clients, whose requests have a context of their own.
func (p *Proxy) server(work context.Context) *http.Server {
	return &http.Server{
		Handler:     p,
		BaseContext: func(net.Listener) context.Context { return work },
		ConnContext: func(ctx context.Context, conn net.Conn) context.Context {
			if secure, ok := conn.(*tls.Conn); ok {
				conn = secure.NetConn()
			}
			return context.WithValue(ctx, linkKey{}, conn)
		},
		ErrorLog:                     log.New(handshakes{p}, "", 0),
		DisableGeneralOptionsHandler: true,
		ReadHeaderTimeout:            headTimeout,
	}
}

// incomplete returns why the recording lacks exchanges, or has none.
func (p *Proxy) incomplete() error {
	var err error
	if p.failed != nil {
		err = fmt.Errorf("%d of %d exchanges not recorded: %w", p.lost, p.lost+p.counts.Total(), p.failed)
	}
	if reason := p.unconnected.Load(); reason != nil && !p.connected.Load() {
		err = errors.Join(err, fmt.Errorf("%w: %w", ErrNoUpstream, reason.error))
	}
	return err
}

// handshakes reads the log of net/http, and reports clients that do not trust the certificate.
type handshakes struct{ proxy *Proxy }

func (h handshakes) Write(line []byte) (int, error) {
	if text, ok := strings.CutPrefix(string(line), "http: TLS handshake error from "); ok {
		h.proxy.fail("no handshake with the client %s", strings.TrimSpace(text))
	}
	return len(line), nil
}

func (p *Proxy) fail(reason string, args ...any) {
	err := fmt.Errorf(reason, args...)
	p.notices.add(func() { p.Fails(err) })
}

// record validates an exchange and writes it to the recording.
func (p *Proxy) record(x *exchange) {
	var counts recording.Counts
	differences, entry := x.judge(&counts), x.entry()
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.failed != nil {
		p.lost++
		return
	}
	number, err := p.File.add(entry)
	if err != nil {
		p.failed = fmt.Errorf("write the recording: %w", err)
		p.lost++
		p.fail("%w", p.failed)
		return
	}
	p.counts.Add(counts)
	for _, d := range differences {
		found := recording.Finding{
			File: p.Name, Entry: number, Operation: x.operation,
			Side: d.Side, Place: d.Place, Reason: d.Reason,
		}
		found.Method, found.Path = x.place()
		p.notices.add(func() { p.Differs(found) })
	}
}
