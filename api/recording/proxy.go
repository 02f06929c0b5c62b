package recording

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/url"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/sfstore/sfstore/api"
)

// Proxy stands between clients and the gateway of a cluster. It passes on what both say, holds
// it to the contract, and records it without its secrets.
//
// # What passes
//
// Every byte passes as it came, in both directions: heads with their escapes, the letters of
// their names and their order, bodies with their framing, interim responses, trailers, and
// answers that come early. The one thing that it writes anew is the value of the header Host,
// which is the upstream's, as it is without a proxy. The upstream gets a connection for each
// of a client, which ends as the client's ends, and the other way round. There is no answer
// that is the proxy's own: where the upstream cannot be reached, the client's connection is
// cut. What is not HTTP/1 passes unrecorded, and so does what follows an upgrade, or a request
// that was to be the last. A head, and what may become one, waits until it is whole.
//
// # What is recorded
//
// Exchanges, in the order in which they ended, with their headers, sizes and times. Bodies are
// those of the image store's JSON, up to MaxBody; of others, uploads among them, there is the
// size, and the digest if the operation is the image store's. Memory does not grow with the
// size of a body: what is over 8 MiB, or over MaxBody if that is more, is not looked at. Nor are
// bodies of a connection that holds 16 MiB and MaxBody of them already, and what follows 1000
// requests without an answer, or 1 MiB of heads, passes unrecorded.
//
// # What is not recorded
//
// The word REDACTED stands in place of all that is not listed as harmless. Kept are the
// paths under /ImageStore, with the names of files and folders, which may tell what a cluster
// is used for; the parameters api-version, timeout, session-id and ContinuationToken; headers
// such as Content-Range, Content-Type, Date, Server and User-Agent; both only in the form that
// they have by rights; and in JSON the members of the contract. Not kept are, among others, the host, users and passwords in URLs, paths of
// anything but the image store, Authorization, cookies, ClusterId and X-ServiceFabricRequestId,
// messages of errors that name more than the error, and all bodies outside the image store,
// such as that of GetAadMetadata. What is left is of the contract if the whole was.
type Proxy struct {
	// Upstream is the URL of the gateway. Only its scheme, http or https, and its host are used.
	Upstream *url.URL
	// TLS is how to speak with an upstream of https; nil is the default of [tls.Client].
	TLS *tls.Config
	// LocalOnly cuts off requests that a web page may have made a browser send: those with an
	// Origin, and those whose Host is not of this machine. Set it when TLS shows a certificate,
	// with which all that passes acts.
	LocalOnly bool
	Contract  *api.Contract
	// File is where exchanges are recorded.
	File *File
	// MaxBody is the size in bytes of the largest JSON body that is recorded.
	MaxBody int64
	// Name is what findings call the recording.
	Name string
	// Differs is called for each difference when it is recorded.
	Differs func(Finding)
	// Fails is called for what cannot be passed on or recorded. Its calls and those of Differs
	// come one at a time, and nothing waits for them: when 1000 are still to come, more are only
	// counted, and Fails is told how many. Serve may return while a call has not.
	Fails func(error)

	told   teller
	mu     sync.Mutex
	counts Counts
	conns  map[*conn]bool
	ending bool
	failed error // of the recording
	lost   int   // exchanges that are not in it for that

	connected, unconnected atomic.Bool // to the upstream
}

// ErrNoUpstream says that the upstream took no connection, though clients came.
var ErrNoUpstream = errors.New("no connection to the upstream came about")

// shutdownGrace is what exchanges under way get to finish.
const shutdownGrace = 5 * time.Second

// Serve takes connections until the context ends, which is no error, and returns when the last
// exchange is recorded. Those under way then have 5 seconds. The listener is closed. The error
// is that of the listener or of the recording, which tells how many exchanges are not in it, or
// [ErrNoUpstream].
func (p *Proxy) Serve(ctx context.Context, listener net.Listener) (Counts, error) {
	stop := context.AfterFunc(ctx, func() { _ = listener.Close() })
	defer stop()
	p.told.start(p.Fails)
	// What is under way may go on when the context has ended, for a time.
	work, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	var all sync.WaitGroup
	err := p.accept(work, listener, &all)
	if ctx.Err() != nil {
		err = nil
	}
	p.drain()
	late := time.AfterFunc(shutdownGrace, func() {
		cancel()
		p.cut()
	})
	defer late.Stop()
	all.Wait()
	_ = listener.Close()
	p.told.end()
	if p.failed != nil {
		err = errors.Join(err, fmt.Errorf("%s not recorded: %w", exchanges(p.lost), p.failed))
	}
	if p.unconnected.Load() && !p.connected.Load() {
		err = errors.Join(err, ErrNoUpstream)
	}
	return p.counts, err
}

func (p *Proxy) accept(ctx context.Context, listener net.Listener, all *sync.WaitGroup) error {
	var told bool
	var wait time.Duration
	for {
		client, err := listener.Accept()
		if passing, ok := errors.AsType[passingError](err); ok && passing.Temporary() {
			if !told {
				p.fail("take a connection, which is tried again: %w", err)
				told = true
			}
			wait = min(max(2*wait, 5*time.Millisecond), time.Second)
			<-time.After(wait)
			continue
		}
		if err != nil {
			return err
		}
		wait = 0
		all.Go(func() { p.serve(ctx, client) })
	}
}

// passingError is an error such as that of a process with too many files open, which may pass.
type passingError interface {
	error
	Temporary() bool
}

// serve passes a client's connection on until it ends.
func (p *Proxy) serve(ctx context.Context, client net.Conn) {
	upstream, err := p.connect(ctx)
	if err != nil {
		p.unconnected.Store(true)
		p.fail("connect to the upstream: %w", err)
		reset(client)
		return
	}
	p.connected.Store(true)
	c := &conn{proxy: p, client: client, upstream: upstream}
	if p.enter(c) {
		c.pass()
		p.leave(c)
	}
}

// connect makes a connection to the upstream.
func (p *Proxy) connect(ctx context.Context) (net.Conn, error) {
	address := p.Upstream.Host
	if p.Upstream.Port() == "" {
		address = net.JoinHostPort(p.Upstream.Hostname(), p.Upstream.Scheme)
	}
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	if p.Upstream.Scheme != "https" {
		return new(net.Dialer).DialContext(ctx, "tcp", address)
	}
	config := p.TLS.Clone()
	if config == nil {
		config = new(tls.Config)
	}
	config.NextProtos = []string{"http/1.1"}
	return (&tls.Dialer{Config: config}).DialContext(ctx, "tcp", address)
}

// enter notes a connection, unless the proxy ends already.
func (p *Proxy) enter(c *conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ending {
		c.close()
		return false
	}
	if p.conns == nil {
		p.conns = make(map[*conn]bool)
	}
	p.conns[c] = true
	return true
}

func (p *Proxy) leave(c *conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.conns, c)
}

// drain ends the connections on which nothing is under way, and the others when that is done.
func (p *Proxy) drain() {
	for _, c := range p.end() {
		c.drain()
	}
}

func (p *Proxy) cut() {
	for _, c := range p.end() {
		reset(c.client)
		reset(c.upstream)
	}
}

func (p *Proxy) end() []*conn {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ending = true
	return slices.Collect(maps.Keys(p.conns))
}

func (p *Proxy) fail(reason string, args ...any) {
	err := fmt.Errorf(reason, args...)
	p.told.tell(func() { p.Fails(err) })
}

// record holds an exchange to the contract and writes it down.
func (p *Proxy) record(x *passed) {
	e := x.exchange()
	v := check(p.Contract, e)
	entry := x.entry(p.Upstream.Scheme, p.MaxBody)
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
	p.counts.add(v.counts())
	found := Finding{File: p.Name, Entry: number, Operation: v.operation}
	found.Method, found.Path = placeOf(e.request)
	for _, d := range v.differences {
		found := found
		found.Side, found.Place, found.Reason = d.Side, d.Place, d.Reason
		p.told.tell(func() { p.Differs(found) })
	}
}
