package emulator

import (
	"errors"
	"net/http"
	"time"

	"github.com/sfstore/sfstore/emulator/internal/tree"
)

// request is one HTTP request on its way through the store.
type request struct {
	r       *http.Request
	query   map[string]string
	version float64
	timeout time.Duration // for the work, not for the body
	route   *route        // nil for a page outside the image store
	page    *page
	path    contentPath // zero if the route has none
	rng     contentRange
	in      countingReader
	file    tree.Staged // the body of a PUT, until a handler takes it
	text    []byte      // the body of a POST
	session string      // the session-id; empty if there is none
	token   string      // the ContinuationToken, decoded
	copy    copyDescription
	faults  faultPlan
	observe func(Exchange) // nil: only the store's own log

	began  time.Time     // the work
	waited time.Duration // on purpose, while working
}

// ServeHTTP serves one request. If a fault requires it, it closes the connection
// without a response, by panicking with [http.ErrAbortHandler], which every
// server of net/http handles.
func (s *Store) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.serveHTTP(w, r, nil) }

// Observed returns a handler that serves like the store, and then calls
// observe for each request, in the goroutine of the request, also before a
// panic that closes the connection.
func (s *Store) Observed(observe func(Exchange)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.serveHTTP(w, r, observe) })
}

func (s *Store) serveHTTP(w http.ResponseWriter, r *http.Request, observe func(Exchange)) {
	began := time.Now()
	c := &request{r: r, in: countingReader{r: r.Body}, observe: observe}
	a, err := s.serve(c)
	if errors.Is(err, errDropped) || c.faults.has(DropReply) {
		s.logRequest(c, began, response{}, http.Header{}, 0)
		panic(http.ErrAbortHandler)
	}
	if err != nil {
		a = errorResponse(s.serverErrorFrom(err))
	}
	sent := a.send(w)
	s.logRequest(c, began, a, w.Header(), sent)
}

// serve carries out a request in the order of the gateway's steps.
func (s *Store) serve(c *request) (response, error) {
	if s.closed() {
		return response{}, errClosed
	}
	if err := s.match(c); err != nil {
		s.stats.count("")
		return response{}, err
	}
	if c.page != nil {
		return s.servePage(c)
	}
	s.stats.count(c.route.operation)
	if !s.authenticated(c.r) {
		return forbidden, nil
	}
	if c.timeout = parseTimeout(c.query); c.timeout > 0 {
		c.faults = s.injected.next(c.route.operation)
	}
	if c.faults.has(DropRequest) {
		return response{}, errDropped
	}
	defer func() { s.tree.Discard(c.file) }()
	if err := s.receive(c); err != nil {
		return response{}, err
	}
	if c.route.check != nil {
		if err := c.route.check(s, c); err != nil {
			return response{}, err
		}
	}
	if c.timeout == 0 {
		return response{}, errTimeoutZero
	}
	return s.workInTime(c)
}

// workInTime does the work of a request. If it takes longer than the request's
// timeout, it is still completed, but the client does not get the result.
func (s *Store) workInTime(c *request) (response, error) {
	c.began = time.Now()
	if c.route.operation == "UploadFile" && s.platform == Windows {
		defer s.uploadUnderWay(c)()
	}
	if err := s.afterBody(c); err != nil {
		return response{}, err
	}
	s.tree.Discard(s.sessions.sweep(s.now())...)
	a, err := c.route.handle(s, c)
	if errors.Is(err, errLost) {
		if err := s.stall(c, c.left()); err != nil {
			return response{}, err
		}
		return response{}, errTimeout
	}
	if c.left() < 0 && !errors.Is(err, errDropped) {
		return response{}, errTimeout
	}
	return a, err
}

// left returns the rest of the request's time.
func (c *request) left() time.Duration {
	return c.timeout - max(c.waited, time.Since(c.began))
}

// stall waits on purpose, but not longer than the rest of the request's time.
func (s *Store) stall(c *request, d time.Duration) error {
	err := s.wait(c.r.Context(), min(d, c.timeout-c.waited))
	c.waited += d
	return err
}

func (s *Store) servePage(c *request) (response, error) {
	if !c.page.anonymous && !s.authenticated(c.r) {
		return forbidden, nil
	}
	return c.page.render(s), nil
}

// afterBody applies the request's faults before the work.
func (s *Store) afterBody(c *request) error {
	if c.faults.delay > 0 {
		if err := s.stall(c, c.faults.delay); err != nil {
			return err
		}
	}
	if c.faults.has(LoseSessions) {
		s.Failover()
	}
	if c.faults.answer != nil {
		return c.faults.answer
	}
	return nil
}
