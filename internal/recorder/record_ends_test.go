package recorder

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/sfstore/sfstore/api/recording"
)

func TestAnUpstreamOfHTTPS(t *testing.T) {
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, r.Proto+" "+r.Host)
	}))
	defer server.Close()
	upstream := server.Listener.Addr().String()
	p := startProxy(t, upstream, func(p *Proxy) {
		p.Upstream.Scheme = "https"
		p.TLS = server.Client().Transport.(*http.Transport).TLSClientConfig
	})
	rsp, err := http.Get("http://" + p.address + "/$/GetClusterVersion")
	if err != nil {
		t.Fatal(err)
	}
	defer rsp.Body.Close()
	if body, err := io.ReadAll(rsp.Body); string(body) != "HTTP/1.1 "+upstream {
		t.Errorf("the server got %q: %v", body, err)
	}
	p.end()
	if got := entries(t, p.file)[0].Request.URL; got != "https://redacted.invalid/$/GetClusterVersion" {
		t.Errorf("recorded as %s", got)
	}
}

func TestRequestsOfWebPagesAreRefused(t *testing.T) {
	var reached atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached.Add(1) }))
	defer server.Close()
	p := startProxy(t, server.Listener.Addr().String(), func(*Proxy) {})
	for _, row := range []struct {
		name, host, origin string
		passes             bool
	}{
		{"a program that asks for the address", p.address, "", true},
		{"a program that asks for the name", "localhost:19090", "", true},
		{"a page of somewhere", p.address, "http://page.example", false},
		{"a page whose host was made to point here", "page.example", "", false},
	} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+p.address+"/ImageStore/$/Copy", strings.NewReader("{}"))
		if err != nil {
			t.Fatal(err)
		}
		r.Host = row.host
		if row.origin != "" {
			r.Header.Set("Origin", row.origin)
		}
		before := reached.Load()
		rsp, err := new(http.Transport).RoundTrip(r)
		if err == nil {
			_ = rsp.Body.Close()
		}
		if err != nil {
			t.Fatal(err)
		}
		if passed := reached.Load() > before; passed != row.passes || passed == (rsp.StatusCode == http.StatusForbidden) {
			t.Errorf("%s: passed is %v: %s", row.name, passed, rsp.Status)
		}
	}
	p.end()
	if len(p.fails) != 2 || !strings.Contains(p.fails[1], `refused a request: the Host "page.example" is not the name of this server`) {
		t.Errorf("it reported %q", p.fails)
	}
}

func TestAnUpstreamThatIsNotThere(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nowhere := listener.Addr().String()
	_ = listener.Close()
	p := startProxy(t, nowhere)
	p.wantFailed = ErrNoUpstream
	if rsp, err := http.Get("http://" + p.address + "/"); err == nil {
		rsp.Body.Close()
		t.Errorf("a response that nobody gave: %s", rsp.Status)
	}
	if counts := p.end(); counts != (recording.Counts{}) {
		t.Errorf("counts %+v", counts)
	}
	if len(p.fails) == 0 || !strings.Contains(p.fails[0], "connect to the upstream: dial tcp "+nowhere) {
		t.Errorf("it reported %q", p.fails)
	}
}

// Exchanges that are running when the proxy is stopped are completed.
func TestTheEndWaitsForWhatIsUnderWay(t *testing.T) {
	reached, answer := make(chan bool), make(chan bool)
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		reached <- true
		<-answer
	}))
	defer server.Close()
	p := startProxy(t, server.Listener.Addr().String())
	idle := dial(t, p.address) // does not delay shutdown
	defer idle.Close()
	got := make(chan error, 1)
	go func() {
		rsp, err := http.Get("http://" + p.address + "/ImageStore/a?api-version=6.2")
		if err == nil {
			err = rsp.Body.Close()
		}
		got <- err
	}()
	<-reached
	ended := make(chan recording.Counts, 1)
	go func() { ended <- p.end() }()
	if _, err := idle.Read(make([]byte, 1)); err == nil { // it is closed, so shutdown has begun
		t.Error("an idle connection got a response")
	}
	answer <- true
	if err := <-got; err != nil {
		t.Errorf("the request under way failed: %v", err)
	}
	if counts := <-ended; counts.Different != 1 { // a response without its body
		t.Errorf("counts %+v", counts)
	}
	if _, err := net.Dial("tcp", p.address); !errors.Is(err, net.ErrClosed) && err == nil {
		t.Error("it still takes connections")
	}
}

// A callback that does not return delays nothing, and gets the number of dropped notices.
func TestNothingWaitsForACallback(t *testing.T) {
	answers := withLength(asJSON, empty)
	stuck := make(chan bool)
	places := make(map[string]bool)
	missed := make(chan string, 1)
	p := startProxy(t, serving(t, answers), func(p *Proxy) {
		p.Differs = func(found recording.Finding) { places[fmt.Sprint(found.Entry, found.Place)] = true; <-stuck }
		p.Fails = func(err error) { missed <- err.Error() }
	})
	for range 10 {
		query := "a=1&"
		for i := range 199 {
			query += fmt.Sprintf("a%d=1&", i)
		}
		if got := send(t, p.address, "GET /ImageStore?api-version=6.0&"+query+" HTTP/1.1\r\nHost: h\r\n\r\n", false); got != empty {
			t.Fatalf("got %q", got)
		}
	}
	if counts := p.end(); counts.Different != 10 {
		t.Errorf("counts %+v, want 10 that differ", counts)
	}
	close(stuck)
	if got := <-missed; got != fmt.Sprintf("%d more notices were dropped: the callback was too slow", 2000-1-maxQueued) || len(places) != 1+maxQueued {
		t.Errorf("%d were reported, and %q", len(places), got)
	}
}
