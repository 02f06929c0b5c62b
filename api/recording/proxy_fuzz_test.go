package recording

import (
	"bytes"
	"net"
	"net/http/httptest"
	"net/url"
	"regexp"
	"testing"

	"github.com/sfstore/sfstore/api"
)

// silent is a connection whose proxy tells and records nothing.
func silent(t testing.TB) *conn {
	t.Helper()
	contract, err := api.Load()
	if err != nil {
		t.Fatal(err)
	}
	client, _ := net.Pipe()
	return &conn{client: client, proxy: &Proxy{Upstream: &url.URL{Scheme: "http", Host: "gateway"}, Contract: contract}}
}

var anyHost = regexp.MustCompile(`(?i)host:`)

// Whatever a client sends, and that is no header Host, passes.
func FuzzRequestsPass(f *testing.F) {
	for _, play := range plays {
		var said []byte
		for _, l := range play.lines {
			if l.who == client && l.says != bye && l.says != off {
				said = append(said, l.says...)
			}
		}
		f.Add(anyHost.ReplaceAll(said, []byte("X:")))
	}
	f.Fuzz(func(t *testing.T, said []byte) {
		if anyHost.Match(said) {
			return
		}
		var heard bytes.Buffer
		silent(t).passRequests(newWire(bytes.NewReader(said), &heard))
		if !bytes.Equal(heard.Bytes(), said) {
			t.Errorf("the client said %q, the upstream heard %q", said, &heard)
		}
	})
}

// Whatever an upstream answers passes.
func FuzzAnswersPass(f *testing.F) {
	for _, play := range plays {
		var said []byte
		for _, l := range play.lines {
			if l.who == server && l.says != bye && l.says != off {
				said = append(said, l.says...)
			}
		}
		f.Add(said)
	}
	f.Fuzz(func(t *testing.T, said []byte) {
		c := silent(t)
		for _, method := range []string{"GET", "HEAD", "PUT"} {
			c.begin(httptest.NewRequest(method, "/ImageStore/a", nil), nil)
		}
		var heard bytes.Buffer
		c.passAnswers(newWire(bytes.NewReader(said), &heard))
		if !bytes.Equal(heard.Bytes(), said) {
			t.Errorf("the upstream said %q, the client heard %q", said, &heard)
		}
	})
}
