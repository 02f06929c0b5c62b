package webguard

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestRefuse(t *testing.T) {
	rows := []struct {
		name   string
		host   string
		origin []string
		passes bool
	}{
		{"a program on this machine", "127.0.0.1:19080", nil, true},
		{"by name", "localhost:19080", nil, true},
		{"by name, written in full", "LOCALHOST.", nil, true},
		{"by IPv6", "[::1]:19080", nil, true},
		{"by the address at which it arrived", "192.0.2.7:19080", nil, true},
		{"by a name that is allowed", "Agent:19080", nil, true},
		{"no browser", "", nil, true},
		{"a page of the server itself", "127.0.0.1:19080", []string{"http://127.0.0.1:19080"}, true},

		{"another address", "192.0.2.8:19080", nil, false},
		{"a name with the address of this machine", "rebound.example.org:19080", nil, false},
		{"a name that ends like one of this machine", "localhost.example.org", nil, false},
		{"a name that begins with an address", "127.0.0.1.example.org", nil, false},
		{"a form of another site", "127.0.0.1:19080", []string{"https://example.org"}, false},
		{"a page of another server here", "127.0.0.1:19080", []string{"http://127.0.0.1:8080"}, false},
		{"a page that hides where it comes from", "127.0.0.1:19080", []string{"null"}, false},
		{"two origins", "127.0.0.1:19080", []string{"http://127.0.0.1:19080", "https://example.org"}, false},
		{"an origin without a host", "", []string{"null"}, false},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			arrived := context.WithValue(t.Context(), http.LocalAddrContextKey, &net.TCPAddr{IP: net.IPv4(192, 0, 2, 7), Port: 19080})
			r := httptest.NewRequestWithContext(arrived, http.MethodPost, "/ImageStore/$/Copy", nil)
			r.Host = row.host
			for _, origin := range row.origin {
				r.Header.Add("Origin", origin)
			}
			if reason := New("agent").Refuse(r); (reason == "") != row.passes {
				t.Errorf("refused with %q", reason)
			}
		})
	}
}
