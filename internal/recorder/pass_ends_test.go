package recorder

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
)

// If an upstream does not complete its response, in any way, the client does not get a complete one.
func TestAResponseThatEndsEarlyDoesSoForTheClient(t *testing.T) {
	for _, row := range []struct{ name, says string }{
		{"nothing", ""},
		{"half a head", "HTTP/1.1 200 OK\r\nContent-Len"},
		{"half a body", asJSON + "20\r\n\r\nok"},
		{"half a chunk", "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nok"},
		{"chunks that are not", "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n"},
		{"another protocol", "220 hello\r\n"},
	} {
		t.Run(row.name, func(t *testing.T) {
			p := startProxy(t, serving(t, row.says))
			rsp, err := new(http.Transport).RoundTrip(httptest.NewRequest(http.MethodGet, "http://"+p.address+"/ImageStore?api-version=6.0", nil))
			if err == nil {
				_, err = io.ReadAll(rsp.Body)
				rsp.Body.Close()
			}
			if err == nil {
				t.Error("the client got a whole response")
			}
			if c := p.end(); c.NotWhole != 1 {
				t.Errorf("counts %+v", c)
			}
		})
	}
}

// If a client closes its connection, the upstream's is closed too.
func TestAClientThatGoesAway(t *testing.T) {
	reached, gone := make(chan bool), make(chan bool)
	p := behind(t, func(_ http.ResponseWriter, r *http.Request) {
		reached <- true
		<-r.Context().Done()
		gone <- true
	})
	client := dial(t, p.address)
	write(t, client, aGet)
	<-reached
	_ = client.Close()
	<-gone
	p.end()
	if e := entries(t, p.file)[0]; e.Comment != "there was no response" {
		t.Errorf("recorded as %v", e)
	}
	if len(p.fails) > 0 {
		t.Errorf("it reported %q", p.fails)
	}
}

// Traffic after an upgrade is forwarded, and does not delay shutdown.
func TestAnotherProtocolAfterAnUpgrade(t *testing.T) {
	upstream, p := listen(t)
	client, answer := limited(t, dial(t, p.address))
	write(t, client, "GET /ImageStore HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n")
	server, request := accept(t, upstream)
	head(t, request)
	write(t, server, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n\x00\x01")
	head(t, answer)
	read(t, answer, "\x00\x01")
	write(t, client, "\x81\x05hello")
	read(t, request, "\x81\x05hello")
	p.end()
	if e := entries(t, p.file); len(e) != 1 || e[0].Response.Status != 101 {
		t.Errorf("recorded as %v", e)
	}
}

// A gateway may identify a client by its connection, so no other client may use that connection.
func TestConnectionsToTheUpstreamAreNotShared(t *testing.T) {
	var mu sync.Mutex
	seen := make(map[string]map[string]bool) // the client's connections, by the proxy's
	p := behind(t, func(_ http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		if seen[r.RemoteAddr] == nil {
			seen[r.RemoteAddr] = make(map[string]bool)
		}
		seen[r.RemoteAddr][r.URL.Query().Get("client")] = true
	})
	for i := range 6 {
		client := &http.Client{Transport: &http.Transport{}}
		defer client.CloseIdleConnections()
		for range 3 {
			rsp, err := client.Get("http://" + p.address + "/ImageStore?client=" + url.QueryEscape(fmt.Sprint(i)))
			if err != nil {
				t.Fatal(err)
			}
			rsp.Body.Close()
		}
	}
	mu.Lock()
	defer mu.Unlock()
	if len(seen) != 6 {
		t.Errorf("the proxy used %d connections for 6 clients", len(seen))
	}
	for address, clients := range seen {
		if len(clients) != 1 {
			t.Errorf("%s had %d clients", address, len(clients))
		}
	}
}

// A link is closed with the connection that it belongs to.
func TestTheConnectionOfAClientThatLeftIsClosed(t *testing.T) {
	upstream, p := listen(t)
	client, answer := limited(t, dial(t, p.address))
	write(t, client, aGet)
	server, request := accept(t, upstream)
	head(t, request)
	write(t, server, fine)
	head(t, answer)
	_ = client.Close()
	if _, err := request.ReadByte(); err != io.EOF {
		t.Errorf("the upstream's connection ended with %v", err)
	}
}
