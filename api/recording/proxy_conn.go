package recording

import (
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"regexp"
	"sync"
	"time"
)

// conn is a connection of a client, with the connection to the upstream that is its own.
type conn struct {
	proxy            *Proxy
	client, upstream net.Conn

	room room // for bodies

	mu       sync.Mutex
	waiting  []*passed // whose responses have not begun, oldest first
	underWay int
	draining bool
	silent   bool // the upstream says nothing more
	unseen   sync.Once
}

const (
	// maxBodies bounds the bodies that a connection holds, in bytes, beyond one of MaxBody.
	maxBodies = 2 * maxBody
	// maxWaiting bounds the requests of a connection that wait for their answers, and
	// maxWaitingHeads what their heads take beyond one, in bytes.
	maxWaiting      = 1000
	maxWaitingHeads = 1 << 20
)

// pass passes both directions on until both have ended.
func (c *conn) pass() {
	c.room.Store(maxBodies + c.proxy.MaxBody)
	requests, answers := newWire(c.client, c.upstream), newWire(c.upstream, c.client)
	var both sync.WaitGroup
	both.Go(func() {
		c.passRequests(requests)
		end(requests, c.upstream)
	})
	both.Go(func() {
		c.passAnswers(answers)
		c.noMoreAnswers()
		end(answers, c.client)
	})
	both.Wait()
	c.close()
}

// end hands the end of one direction on as what it was, an end or a cut. When it is the other
// side that takes no more, what that side still says has to pass first.
func end(w *wire, to net.Conn) {
	switch {
	case w.broken != nil:
	case w.ended == io.EOF:
		if half, ok := to.(interface{ CloseWrite() error }); ok {
			_ = half.CloseWrite()
		}
	default:
		reset(to)
	}
}

// reset ends a connection as a process that dies does.
func reset(to net.Conn) {
	bare := to
	if secure, ok := to.(interface{ NetConn() net.Conn }); ok {
		bare = secure.NetConn()
	}
	if tcp, ok := bare.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = bare.Close()
}

func (c *conn) close() {
	_ = c.client.Close()
	_ = c.upstream.Close()
}

var (
	errNoHTTP     = errors.New("another protocol than HTTP/1")
	errAfterClose = errors.New("there is more behind a request that was to be the last")
	errTooMany    = errors.New("too many requests wait for their answers")
	errNoRequest  = errors.New("an answer without a request")
)

// passRequests passes requests on, one after another, however many answers are still to come.
func (c *conn) passRequests(w *wire) {
	for {
		if !w.beginsAs(likeRequest) {
			c.passUnseen(w, errNoHTTP)
			return
		}
		r, err := http.ReadRequest(w.Reader)
		if err == nil && (r.ProtoMajor != 1 || r.Method == http.MethodConnect) {
			err = errNoHTTP
		}
		if err != nil {
			c.passUnseen(w, err)
			return
		}
		if c.proxy.LocalOnly && !isLocal(r) {
			c.proxy.fail("cut off a request to %q that a web page may have made", r.Host)
			reset(c.client)
			reset(c.upstream)
			return
		}
		x := c.begin(r, w.taken())
		if x == nil {
			c.passUnseen(w, errTooMany)
			return
		}
		if err = w.passAs(withHost(w.taken(), c.proxy.Upstream.Host)); err == nil {
			err = w.passBody(r.Body, &x.sent)
		}
		c.endOf(x, &x.sent, err)
		if err == nil && r.Close {
			err = errAfterClose
		}
		if err != nil {
			c.passUnseen(w, err)
			return
		}
	}
}

// isLocal says whether a request comes of a program of this machine, and not of a web page.
func isLocal(r *http.Request) bool {
	host := (&url.URL{Host: r.Host}).Hostname()
	address, err := netip.ParseAddr(host)
	return r.Header.Get("Origin") == "" && (host == "localhost" || err == nil && address.IsLoopback())
}

// passAnswers passes on what the upstream says: interim responses, responses, and what is none.
func (c *conn) passAnswers(w *wire) {
	for {
		if _, err := w.Peek(1); err != nil {
			c.passUnseen(w, err)
			return
		}
		x := c.answered()
		if x == nil {
			c.passUnseen(w, errNoRequest)
			return
		}
		answer, err := readAnswer(w, x.request)
		for err == nil && answer.StatusCode < 200 && answer.StatusCode != http.StatusSwitchingProtocols {
			if err = w.pass(); err == nil {
				answer, err = readAnswer(w, x.request)
			}
		}
		if err != nil {
			c.endOf(x, &x.answered, err)
			c.passUnseen(w, err)
			return
		}
		x.response = answer
		x.answered = begin(w.taken(), answer.Header, x.holdsResponse(c.proxy.MaxBody), &c.room)
		err = w.pass()
		switch {
		case err != nil:
		case answer.StatusCode == http.StatusSwitchingProtocols:
			interrupt(c.client) // what the client says is another protocol, too
			c.endOf(x, &x.answered, nil)
			c.passUnseen(w, errNoHTTP)
			return
		default:
			err = w.passBody(answer.Body, &x.answered)
		}
		c.endOf(x, &x.answered, err)
		if err != nil {
			c.passUnseen(w, err)
			return
		}
	}
}

func readAnswer(w *wire, request *http.Request) (*http.Response, error) {
	if !w.beginsAs(likeAnswer) {
		return nil, errNoHTTP
	}
	return http.ReadResponse(w.Reader, request)
}

// passUnseen passes on the rest, and says so once unless there is none.
func (c *conn) passUnseen(w *wire, why error) {
	err := w.passRest(func() {
		c.unseen.Do(func() { c.proxy.fail("a connection passes unrecorded from here on: %w", why) })
	})
	if w.ended == nil && w.broken == nil {
		w.ended = io.EOF
		if err != nil {
			w.ended = err
		}
	}
}

// begin notes a request, or returns nil where too many wait.
func (c *conn) begin(r *http.Request, head []byte) *passed {
	x := &passed{request: r}
	x.operation, _ = c.proxy.Contract.Operation(r)
	x.sent = begin(head, r.Header, x.holdsRequest(c.proxy.MaxBody), &c.room)
	c.mu.Lock()
	defer c.mu.Unlock()
	heads := len(head)
	for _, other := range c.waiting {
		heads += len(other.sent.head)
	}
	if len(c.waiting) >= maxWaiting || len(c.waiting) > 0 && heads > maxWaitingHeads {
		return nil
	}
	c.underWay++
	if c.silent {
		x.ends++ // the answer will not come
	} else {
		c.waiting = append(c.waiting, x)
	}
	return x
}

// answered takes the request that an answer is to.
func (c *conn) answered() *passed {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.waiting) == 0 {
		return nil
	}
	x := c.waiting[0]
	c.waiting = c.waiting[1:]
	return x
}

// noMoreAnswers ends the answers that will not come.
func (c *conn) noMoreAnswers() {
	c.mu.Lock()
	c.silent = true
	waiting := c.waiting
	c.waiting = nil
	c.mu.Unlock()
	for _, x := range waiting {
		c.half(x)
	}
}

// endOf ends one of the two messages of an exchange.
func (c *conn) endOf(x *passed, m *message, err error) {
	m.ended, m.broken = time.Now(), err != nil
	c.half(x)
}

// half records an exchange of which both messages have ended. Then, if the proxy is about to
// end and nothing else is under way, the connection ends.
func (c *conn) half(x *passed) {
	c.mu.Lock()
	x.ends++
	whole := x.ends == 2
	c.mu.Unlock()
	if !whole {
		return
	}
	c.proxy.record(x)
	x.sent.drop()
	x.answered.drop()
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.underWay--; c.underWay == 0 && c.draining {
		c.close()
	}
}

// drain ends the connection as soon as nothing is under way.
func (c *conn) drain() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.draining = true; c.underWay == 0 {
		c.close()
	}
}

// withHost is a head whose Host header, if it has one, names another host: the client's names
// the proxy. Lines that continue it go, as their other half does.
func withHost(head []byte, host string) []byte {
	return hostHeader.ReplaceAll(head, []byte("${1}"+host))
}

var hostHeader = regexp.MustCompile(`(?im)^(host:[ \t]*)[^\r\n]*(\r?\n[ \t][^\r\n]*)*`)
