package recorder

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/sfstore/sfstore/api/recording"
	"github.com/sfstore/sfstore/internal/webguard"
)

// proxied is a proxy that is serving, with what it has reported.
type proxied struct {
	address string
	file    string

	mu             sync.Mutex
	differs, fails []string

	end        func() recording.Counts // stops it; may be called again
	wantFailed error                   // the expected error at the end
}

// startProxy starts a proxy before an address.
func startProxy(t *testing.T, upstream string, changes ...func(*Proxy)) *proxied {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r := &proxied{address: listener.Addr().String(), file: filepath.Join(t.TempDir(), "r.har")}
	file, err := Create(r.file, "test")
	if err != nil {
		t.Fatal(err)
	}
	p := &Proxy{
		Upstream: &url.URL{Scheme: "http", Host: upstream}, Contract: contract(t), File: file, MaxBody: 1 << 20,
		Guard:   webguard.New("h", "gateway", "canary"),
		Name:    "r.har",
		Differs: func(found recording.Finding) { r.tell(&r.differs, found.String()) },
		Fails:   func(err error) { r.tell(&r.fails, err.Error()) },
	}
	for _, change := range changes {
		change(p)
	}
	ctx, cancel := context.WithCancel(t.Context())
	served := make(chan recording.Counts, 1)
	go func() {
		counts, err := p.Serve(ctx, listener)
		if err := errors.Join(err, file.Close()); !errors.Is(err, r.wantFailed) {
			t.Errorf("it ended with %v, want %v", err, r.wantFailed)
		}
		served <- counts
	}()
	r.end = sync.OnceValue(func() recording.Counts {
		cancel()
		return <-served
	})
	t.Cleanup(func() { r.end() })
	return r
}

func (r *proxied) tell(list *[]string, text string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	*list = append(*list, text)
}

// The parts of a recording that tests read.
type (
	readEntry struct {
		Request  readRequest
		Response readResponse
		Comment  string
	}
	readRequest struct {
		Method, URL string
		Headers     []pair
		BodySize    int64
		PostData    *readBody
	}
	readResponse struct {
		Status     int
		StatusText string
		Headers    []pair
		Content    readBody
	}
	readBody struct {
		MimeType, Text, Encoding string
		Size                     int64
		SentSize                 int64  `json:"_size"`
		SHA256                   string `json:"_sha256"`
	}
)

// entries returns the entries of a recording, which must be a complete file.
func entries(t testing.TB, file string) []readEntry {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var har struct{ Log struct{ Entries []readEntry } }
	if err := json.Unmarshal(text, &har); err != nil {
		t.Fatalf("%v: %.300s", err, text)
	}
	return har.Log.Entries
}

func dial(t *testing.T, address string) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	return conn
}
