package transport_test

import (
	"bufio"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/sfstore/sfstore/internal/testcert"
	"github.com/sfstore/sfstore/wrapper/internal/transport"
)

// TestTheServerEndsTheConnectionInsteadOfAnAlert is a refusal in TLS 1.3 whose alert was lost. After a
// response, a connection that ends is a failure and not a refusal.
func TestTheServerEndsTheConnectionInsteadOfAnAlert(t *testing.T) {
	var answers atomic.Bool
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			secure := tls.Server(conn, &tls.Config{
				Certificates: []tls.Certificate{authority.Issue()}, ClientAuth: tls.RequestClientCert, MinVersion: tls.VersionTLS13,
			})
			if secure.Handshake() == nil && answers.Load() {
				_, _ = http.ReadRequest(bufio.NewReader(secure))
				_, _ = io.WriteString(secure, "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
				_ = secure.Close()
			}
			_ = conn.(*net.TCPConn).SetLinger(0)
			_ = conn.Close()
		}
	}()
	mine := authority.Issue(testcert.CommonName("someone"))
	for _, row := range []struct {
		security transport.Security
		want     string
	}{
		{transport.Security{}, "the server requires a client certificate, and none is configured"},
		{transport.Security{Certificate: &mine, AllowTLS13: true}, `the server does not accept the client certificate of "CN=someone"`},
	} {
		row.security.RootCAs = authority.Pool()
		client, err := transport.New(row.security)
		if err != nil {
			t.Fatal(err)
		}
		get := func() error {
			r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://"+listener.Addr().String(), http.NoBody)
			if err != nil {
				return err
			}
			rsp, err := client.RoundTrip(r)
			if err == nil {
				_ = rsp.Body.Close()
			}
			return err
		}
		answers.Store(false)
		if err := get(); !transport.IsRefusal(err) || !strings.Contains(err.Error(), row.want) {
			t.Errorf("got %v, want %q", err, row.want)
		}
		answers.Store(true)
		if err := get(); err != nil {
			t.Errorf("a response: %v", err)
		}
		answers.Store(false)
		if err := get(); err == nil || transport.IsRefusal(err) {
			t.Errorf("a connection that ends after a response: %v", err)
		}
	}
}
