package emulator

import (
	"errors"
	"io"
	"net/http"
	"time"
)

// call is one request on its way through the store.
type call struct {
	r       *http.Request
	query   map[string]string
	version float64
	timeout time.Duration // for the work, not for the body
	route   *route        // nil for a page outside the image store
	page    *page
	path    contentPath // zero where the route has none
	rng     contentRange
	in      countingReader
	file    staged // the body of a PUT, until a handler takes it
	text    []byte // the body of a POST
	faults  faultPlan
}

// ServeHTTP answers one request. It closes the connection without an answer,
// where a fault asks for that, by panicking with [http.ErrAbortHandler], which
// every server of net/http understands.
func (s *Store) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	began := time.Now()
	c := &call{r: r, in: countingReader{r: r.Body}}
	a, err := s.serve(c)
	if errors.Is(err, errDropped) || c.faults.dropReply {
		s.logCall(c, began, answer{}, http.Header{}, 0)
		panic(http.ErrAbortHandler)
	}
	if err != nil {
		a = errorAnswer(serverErrorFrom(err))
	}
	sent := a.send(w)
	s.logCall(c, began, a, w.Header(), sent)
}

// serve takes a request through the gateway's steps, in the gateway's order.
func (s *Store) serve(c *call) (answer, error) {
	if s.closed() {
		return answer{}, errClosed
	}
	if err := s.match(c); err != nil {
		s.stats.count("")
		return answer{}, err
	}
	if c.page != nil {
		return s.servePage(c)
	}
	s.stats.count(c.route.operation)
	if !s.authenticated(c.r) {
		return forbidden, nil
	}
	if c.timeout = parseTimeout(c.query); c.timeout == 0 {
		return answer{}, errTimeoutZero
	}
	c.faults = s.injected.next(c.route.operation)
	if c.faults.dropRequest {
		return answer{}, errDropped
	}
	defer s.discardBody(c)
	if err := s.receive(c); err != nil {
		return answer{}, err
	}
	return s.workInTime(c)
}

// workInTime does the work of a request. When that takes longer than the
// request's time-out it is done all the same, and the client does not learn
// what came of it.
func (s *Store) workInTime(c *call) (answer, error) {
	began := time.Now()
	if err := s.afterBody(c); err != nil {
		return answer{}, err
	}
	s.discard(s.sessions.sweep(s.now())...)
	a, err := c.route.handle(s, c)
	if late := c.faults.delay > c.timeout || time.Since(began) > c.timeout; late && !errors.Is(err, errDropped) {
		return answer{}, errTimeout
	}
	return a, err
}

func (s *Store) servePage(c *call) (answer, error) {
	if !c.page.anonymous && !s.authenticated(c.r) {
		return forbidden, nil
	}
	return c.page.answer(s), nil
}

// afterBody does what the request's faults ask for before the work.
func (s *Store) afterBody(c *call) error {
	if c.faults.delay > 0 {
		if err := s.wait(c.r.Context(), min(c.faults.delay, c.timeout)); err != nil {
			return err
		}
	}
	if c.faults.loseSessions {
		s.Failover()
	}
	if c.faults.answer != nil {
		return c.faults.answer
	}
	return nil
}

// countingReader counts a request's body and keeps apart the errors of
// reading it from those of writing it down.
type countingReader struct {
	r   io.Reader
	n   int64
	err error
}

func (c *countingReader) Read(p []byte) (int, error) {
	if c.r == nil {
		return 0, io.EOF
	}
	n, err := c.r.Read(p)
	c.n += int64(n)
	if err != nil && err != io.EOF {
		c.err = err
	}
	return n, err
}
