package transport_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"testing/iotest"

	"github.com/sfstore/sfstore/wrapper/internal/transport"
)

// gateway is one that fails in some way, and counts its requests.
type gateway struct {
	url   string
	asked atomic.Int64
}

// gone returns an endpoint where nobody listens.
func gone(t *testing.T) *gateway {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = listener.Close()
	return &gateway{url: "http://" + listener.Addr().String()}
}

func unavailable(code int, takes bool) func(*testing.T) *gateway {
	return func(t *testing.T) *gateway {
		g := new(gateway)
		g.url = serve(t, false, func(w http.ResponseWriter, r *http.Request) {
			g.asked.Add(1)
			if takes {
				_, _ = io.Copy(io.Discard, r.Body)
			}
			w.WriteHeader(code)
		}).URL
		return g
	}
}

// breaking returns a gateway that reads the head of a request, and some of its body, and closes the
// connection.
func breaking(takes int64) func(*testing.T) *gateway {
	return func(t *testing.T) *gateway {
		g := new(gateway)
		g.url = responding(t, func(r *bufio.Reader, conn net.Conn) {
			head := readHead(r)
			g.asked.Add(1)
			if takes > 0 && strings.Contains(head, "Expect") {
				_, _ = io.WriteString(conn, "HTTP/1.1 100 Continue\r\n\r\n")
			}
			_, _ = io.CopyN(io.Discard, r, takes)
		})
		return g
	}
}

// TestNextGateway has, for each failure of the first gateway, the requests that are sent to the second.
func TestNextGateway(t *testing.T) {
	const small, large = 1 << 10, mib
	for name, row := range map[string]struct {
		first  func(*testing.T) *gateway
		method string
		size   int
		next   bool
	}{
		"nobody listens, GET":                     {gone, http.MethodGet, 0, true},
		"nobody listens, a large PUT":             {gone, http.MethodPut, large, true},
		"nobody listens, a small PUT":             {gone, http.MethodPut, small, true},
		"nobody listens, POST":                    {gone, http.MethodPost, 0, true},
		"nobody listens, DELETE":                  {gone, http.MethodDelete, 0, true},
		"503 to GET":                              {unavailable(503, false), http.MethodGet, 0, true},
		"502 to GET":                              {unavailable(502, false), http.MethodGet, 0, true},
		"500 to GET":                              {unavailable(500, false), http.MethodGet, 0, false},
		"504 to GET":                              {unavailable(504, false), http.MethodGet, 0, false},
		"503 to a PUT whose body waits":           {unavailable(503, false), http.MethodPut, large, true},
		"503 to a PUT whose body was taken":       {unavailable(503, true), http.MethodPut, large, false},
		"503 to a PUT that is sent at once":       {unavailable(503, true), http.MethodPut, small, false},
		"503 to a PUT of nothing":                 {unavailable(503, false), http.MethodPut, 0, false},
		"503 to POST":                             {unavailable(503, false), http.MethodPost, 0, false},
		"503 to DELETE":                           {unavailable(503, false), http.MethodDelete, 0, false},
		"a connection that breaks, GET":           {breaking(0), http.MethodGet, 0, true},
		"a connection that breaks, a waiting PUT": {breaking(0), http.MethodPut, large, true},
		"a connection that breaks, a begun PUT":   {breaking(1), http.MethodPut, large, false},
		"a connection that breaks, POST":          {breaking(0), http.MethodPost, 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			first, second := row.first(t), unavailable(200, true)(t)
			gateways := transport.NewGateways(parse(t, first.url), parse(t, second.url))
			tr := newTransport(t, false)
			var b *body
			if row.size > 0 {
				b = newBody(row.size)
			}
			rsp, last, err := gateways.Do(newRequest(t, row.method, first.url+"/a%2Fb?c=d", b, row.size), tr.RoundTrip)
			if err == nil {
				_ = rsp.Body.Close()
			}
			if row.next {
				if err != nil || rsp.StatusCode != http.StatusOK || last.URL.String() != second.url+"/a%2Fb?c=d" || second.asked.Load() != 1 {
					t.Errorf("got %v, %v from %s, asked %d times", rsp, err, last.URL, second.asked.Load())
				}
				if b != nil && b.read.Load() != int64(row.size) {
					t.Errorf("%d bytes were sent", b.read.Load())
				}
			} else if second.asked.Load() != 0 || last.URL.Host != parse(t, first.url).Host || err == nil && rsp.StatusCode == http.StatusOK {
				t.Errorf("got %v, %v from %s, and the second was asked %d times", rsp, err, last.URL, second.asked.Load())
			}
			if b != nil {
				for b.closed.Load() == 0 { // net/http may do so a moment later
					if t.Context().Err() != nil {
						t.Fatal("the body was never closed")
					}
				}
				if b.closed.Load() != 1 {
					t.Errorf("the body was closed %d times", b.closed.Load())
				}
			}
		})
	}
}

// TestTheGatewayThatRespondedIsTriedFirst also checks that after a request that may not be repeated, the
// next one starts at another gateway.
func TestTheGatewayThatRespondedIsTriedFirst(t *testing.T) {
	first, second := unavailable(503, false)(t), unavailable(200, false)(t)
	gateways := transport.NewGateways(parse(t, first.url), parse(t, second.url))
	tr := newTransport(t, false)
	var got []int
	for _, method := range []string{http.MethodPost, http.MethodPost, http.MethodGet} {
		rsp, _, err := gateways.Do(newRequest(t, method, first.url, nil, 0), tr.RoundTrip)
		got = append(got, status(t, rsp, err))
	}
	if got[0] != 503 || got[1] != 200 || got[2] != 200 || first.asked.Load() != 1 {
		t.Errorf("the responses are %v, and the first was asked %d times", got, first.asked.Load())
	}
}

// TestAHealthyGatewayIsKept ends requests for reasons that are the caller's.
func TestAHealthyGatewayIsKept(t *testing.T) {
	arrived := make(chan bool, 1)
	first, second := new(gateway), unavailable(200, false)(t)
	first.url = serve(t, false, func(_ http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/slow" {
			arrived <- true
			<-r.Context().Done()
		}
		_, _ = io.Copy(io.Discard, r.Body)
	}).URL
	gateways := transport.NewGateways(parse(t, first.url), parse(t, second.url))
	tr := newTransport(t, false)
	for name, send := range map[string]func() error{
		"that is cancelled": func() error {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			go func() {
				<-arrived
				cancel()
			}()
			_, _, err := gateways.Do(newRequest(t, http.MethodGet, first.url+"/slow", nil, 0).WithContext(ctx), tr.RoundTrip) //nolint:bodyclose // there is none
			return err
		},
		"whose body fails": func() error {
			b := &body{Reader: io.MultiReader(strings.NewReader("begun"), iotest.ErrReader(errors.New("disk on fire")))}
			_, _, err := gateways.Do(newRequest(t, http.MethodPut, first.url, b, 100), tr.RoundTrip) //nolint:bodyclose // there is none
			return err
		},
	} {
		if send() == nil {
			t.Errorf("a request %s succeeds", name)
		}
		rsp, last, err := gateways.Do(newRequest(t, http.MethodGet, first.url, nil, 0), tr.RoundTrip)
		if got := status(t, rsp, err); got != http.StatusOK || last.URL.Host != parse(t, first.url).Host || second.asked.Load() != 0 {
			t.Errorf("after a request %s the next one goes to %s", name, last.URL)
		}
	}
}

// TestAGatewayThatStallsIsNotTriedFirst ends a request with a time limit, as package upload does if the body
// makes no progress.
func TestAGatewayThatStallsIsNotTriedFirst(t *testing.T) {
	first, second := new(gateway), unavailable(200, false)(t)
	ctx, cancel := context.WithCancelCause(t.Context())
	first.url = serve(t, false, func(_ http.ResponseWriter, r *http.Request) {
		cancel(stalled{errors.New("no byte was taken")})
		<-r.Context().Done()
	}).URL
	gateways := transport.NewGateways(parse(t, first.url), parse(t, second.url))
	tr := newTransport(t, false)
	_, _, err := gateways.Do(newRequest(t, http.MethodGet, first.url, nil, 0).WithContext(ctx), tr.RoundTrip) //nolint:bodyclose // there is none
	if err == nil {
		t.Error("it succeeds")
	}
	rsp, last, err := gateways.Do(newRequest(t, http.MethodGet, first.url, nil, 0), tr.RoundTrip)
	if status(t, rsp, err) != http.StatusOK || last.URL.Host != parse(t, second.url).Host {
		t.Errorf("the next one goes to %s", last.URL)
	}
}

type stalled struct{ error }

func (stalled) Timeout() bool { return true }

func TestErrorsNameAllGateways(t *testing.T) {
	a, b, c := gone(t), unavailable(503, false)(t), gone(t)
	urls := []*url.URL{parse(t, a.url), parse(t, b.url), parse(t, c.url)}
	_, last, err := transport.NewGateways(urls...).Do(newRequest(t, http.MethodGet, a.url, nil, 0), newTransport(t, false).RoundTrip) //nolint:bodyclose // there is none
	if last.URL.Host != urls[2].Host {
		t.Errorf("the last is %s", last.URL)
	}
	for _, want := range []string{urls[0].Host + ": dial", urls[1].Host + ": 503 Service Unavailable", urls[2].Host + ": connect"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("the error has no %q: %v", want, err)
		}
	}
	if _, kept := errors.AsType[*net.OpError](err); !kept {
		t.Errorf("the cause is lost: %v", err)
	}
}

// TestRefusedByOneGateway has a first gateway that is refused, or refuses, before anything is sent. The
// others are tried, and the refusal is the error only if none of them works.
func TestRefusedByOneGateway(t *testing.T) {
	good := serve(t, true, func(http.ResponseWriter, *http.Request) {})
	untrusted := serve(t, true, func(http.ResponseWriter, *http.Request) { t.Error("something was sent") })
	wantingUpTo := func(version uint16) *httptest.Server {
		s := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("it was answered") }))
		s.TLS = &tls.Config{Certificates: good.TLS.Certificates, ClientAuth: tls.RequireAnyClientCert, MaxVersion: version}
		s.Config.ErrorLog = log.New(io.Discard, "", 0)
		s.StartTLS()
		t.Cleanup(s.Close)
		return s
	}
	wanting, wanting13 := wantingUpTo(tls.VersionTLS12), wantingUpTo(tls.VersionTLS13)
	nobody := strings.Replace(gone(t).url, "http:", "https:", 1)
	tr, err := transport.New(security{ServerThumbprints: []string{transport.SHA1(good.Certificate())}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(tr.CloseIdleConnections)
	for name, row := range map[string]struct {
		method string
		urls   []string
		last   string // the endpoint of the response or error
		want   string // in the error, empty for a response
	}{
		"untrusted, and another works":           {http.MethodPost, []string{untrusted.URL, good.URL}, good.URL, ""},
		"refusing, and another works":            {http.MethodPost, []string{wanting.URL, good.URL}, good.URL, ""},
		"refusing in TLS 1.3, and another works": {http.MethodGet, []string{wanting13.URL, good.URL}, good.URL, ""},
		"refusing in TLS 1.3 what is sent once":  {http.MethodPost, []string{wanting13.URL, good.URL}, wanting13.URL, "the server requires a client certificate"},
		"gone, and untrusted, and one works":     {http.MethodPost, []string{nobody, untrusted.URL, good.URL}, good.URL, ""},
		"untrusted, and the other is gone":       {http.MethodPost, []string{untrusted.URL, nobody}, untrusted.URL, "the server is not trusted"},
		"gone, and the other is untrusted":       {http.MethodPost, []string{nobody, untrusted.URL}, untrusted.URL, "the server is not trusted"},
		"refusing, and the others are gone":      {http.MethodPost, []string{nobody, wanting.URL, nobody}, wanting.URL, "the server requires a client certificate"},
	} {
		t.Run(name, func(t *testing.T) {
			var urls []*url.URL
			for _, text := range row.urls {
				urls = append(urls, parse(t, text))
			}
			rsp, last, err := transport.NewGateways(urls...).Do(newRequest(t, row.method, row.urls[0], nil, 0), tr.RoundTrip)
			if last.URL.String() != row.last {
				t.Errorf("it is of %s, not of %s", last.URL, row.last)
			}
			if row.want == "" {
				if status(t, rsp, err) != http.StatusOK {
					t.Errorf("got %v", rsp)
				}
				return
			}
			if !transport.IsRefusal(err) || !strings.HasPrefix(err.Error(), row.want) {
				t.Errorf("got %v", err)
			}
			for _, u := range urls {
				if u.String() != row.last && row.last != wanting13.URL && !strings.Contains(err.Error(), u.Host+": ") {
					t.Errorf("nothing of %s in %v", u, err)
				}
			}
		})
	}
}

func TestNoGatewayAfterTheEndOfTheContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	second := unavailable(200, false)(t)
	gateways := transport.NewGateways(parse(t, gone(t).url), parse(t, second.url))
	_, _, err := gateways.Do(newRequest(t, http.MethodGet, second.url, nil, 0).WithContext(ctx), newTransport(t, false).RoundTrip) //nolint:bodyclose // there is none
	if !errors.Is(err, context.Canceled) || second.asked.Load() != 0 {
		t.Errorf("got %v, and the second was asked %d times", err, second.asked.Load())
	}
}
