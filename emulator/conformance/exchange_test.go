package conformance

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sfstore/sfstore/api"
)

// exchange is a request, spelled as it goes out, and what is wanted of the
// answer.
type exchange struct {
	verb, target string
	header       []string // "Name: value"
	framed       string   // "" for a Content-Length
	body         string
	odd          bool // no request that the contract has, and yet one that succeeds
	wants        []func(g *gateway, r reply)
}

// reply is an answer, read whole.
type reply struct {
	status  int
	code    string
	message string
	header  http.Header
	body    string
}

// String is the status, with the code of an error that has one.
func (r reply) String() string { return strings.TrimSpace(fmt.Sprintf("%d %s", r.status, r.code)) }

// text is the request as it goes over the wire.
func (x exchange) text(host string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n", x.verb, x.target, host)
	for _, h := range x.header {
		fmt.Fprintf(&b, "%s\r\n", h)
	}
	if x.framed != "" {
		fmt.Fprintf(&b, "%s\r\n", x.framed)
	} else if x.body != "" || x.verb == "PUT" || x.verb == "POST" {
		fmt.Fprintf(&b, "Content-Length: %d\r\n", len(x.body))
	}
	return b.String() + "\r\n" + x.body
}

// send writes a request to a connection of its own and reads the answer.
func send(host string, x exchange) (reply, error) {
	conn, err := net.DialTimeout("tcp", host, 10*time.Second)
	if err != nil {
		return reply{}, err
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(2 * time.Minute)); err != nil {
		return reply{}, err
	}
	// The answer may come before the whole request was taken.
	_, _ = io.WriteString(conn, x.text(host))
	response, err := http.ReadResponse(bufio.NewReader(conn), &http.Request{Method: x.verb})
	if err != nil {
		return reply{}, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	r := reply{status: response.StatusCode, header: response.Header, body: string(body)}
	var failure struct {
		Error struct{ Code, Message string }
	}
	if json.Unmarshal(body, &failure) == nil {
		r.code, r.message = failure.Error.Code, failure.Error.Message
	}
	return r, err
}

func (x exchange) run(g *gateway) {
	x.target, x.body = g.expand(x.target), g.expand(x.body)
	r, err := send(g.host, x)
	if err != nil {
		g.problem("%s %s: %v", x.verb, x.target, err)
		return
	}
	for _, want := range x.wants {
		want(g, r)
	}
	g.fence(x, r)
	for i := range g.problems {
		g.problems[i] = fmt.Sprintf("%s %.200s: %s", x.verb, x.target, g.problems[i])
	}
}

var (
	coverage api.Coverage
	contract = func() *api.Contract {
		c, err := api.Load()
		if err != nil {
			panic(err)
		}
		return c.Counting(&coverage)
	}()
)

// fence holds an exchange to the contract: every response, and the request if
// it succeeded and was not meant to be odd. The contract begins with
// api-version 3.0.
func (g *gateway) fence(x exchange, r reply) {
	request, err := http.ReadRequest(bufio.NewReader(strings.NewReader(x.text(g.host))))
	good := r.status < 300 && !x.odd
	if err != nil {
		if good {
			g.problem("the request is none: %v", err)
		}
		return
	}
	if v := request.URL.Query().Get("api-version"); strings.HasPrefix(v, "1.") || strings.HasPrefix(v, "2.") {
		return
	}
	if good {
		if err := contract.Request(request, []byte(x.body)); err != nil && !outside(request, err) {
			g.problem("against the contract: %v", err)
		}
	}
	if err := contract.Response(request, r.status, r.header, []byte(r.body)); err != nil && !errors.Is(err, api.ErrNoOperation) {
		g.problem("against the contract: %v", err)
	}
}

// outside tells whether a request is one of the few that are answered beside
// the image store, which the contract is not about.
func outside(request *http.Request, err error) bool {
	return errors.Is(err, api.ErrNoOperation) && !strings.HasPrefix(request.URL.Path, "/ImageStore")
}

// plant puts empty files into a folder that no store has opened yet.
func plant(t *testing.T, dir, folder string, paths []string) {
	t.Helper()
	for _, path := range paths {
		name := filepath.Join(dir, "content", filepath.FromSlash(folder+"/"+path))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
