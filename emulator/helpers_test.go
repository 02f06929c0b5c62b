package emulator

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sfstore/sfstore/api"
)

// bench is a store behind a real HTTP server.
type bench struct {
	t     *testing.T
	store *Store
	url   string
	clock *clock
}

// clock is a time that only the test changes.
type clock struct{ at chan time.Time }

func newClock() *clock {
	c := &clock{make(chan time.Time, 1)}
	c.at <- time.Date(2026, 1, 2, 3, 4, 5, 678_000_000, time.UTC)
	return c
}

func (c *clock) now() time.Time {
	t := <-c.at
	c.at <- t
	return t
}

func (c *clock) forward(d time.Duration) { c.at <- (<-c.at).Add(d) }

// newBench serves a store in a temporary folder. The clock stands still.
func newBench(t *testing.T, opts ...Option) *bench {
	t.Helper()
	c := newClock()
	s, err := New(append([]Option{WithFolder(t.TempDir()), WithClock(c.now)}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(validated(t, s))
	t.Cleanup(func() {
		server.Close()
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return &bench{t, s, server.URL, c}
}

// validated validates every response of a store against the contract. Requests are not validated: many
// tests send invalid ones on purpose.
func validated(t *testing.T, s *Store) http.Handler {
	t.Helper()
	contract, err := api.Load()
	if err != nil {
		t.Fatal(err)
	}
	middleware := contract.Middleware(s, func(err error) {
		var found api.Differences
		if errors.As(err, &found) && found[0].Side == api.InResponse {
			t.Errorf("against the contract: %v", err)
		}
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// The contract begins with version 3.0: earlier versions have numbers for dates.
		if version := r.URL.Query().Get("api-version"); strings.HasPrefix(version, "1.") || strings.HasPrefix(version, "2.") {
			s.ServeHTTP(w, r)
			return
		}
		middleware.ServeHTTP(w, r)
	})
}

// reply is a complete response.
type reply struct {
	status int
	code   string
	text   string
	body   []byte
	header http.Header
}

func (r reply) String() string {
	return strings.TrimSpace(fmt.Sprintf("%d %s", r.status, r.code))
}

// try sends a request whose target is sent exactly as it is spelled.
func (b *bench) try(verb, target string, body string, headers ...string) (reply, error) {
	host := strings.TrimPrefix(b.url, "http://")
	path, query, _ := strings.Cut(target, "?")
	req := &http.Request{
		Method: verb,
		URL:    &url.URL{Scheme: "http", Host: host, Opaque: path, RawQuery: query},
		Host:   host,
		Header: http.Header{},
	}
	if body != "" {
		req.Body = io.NopCloser(strings.NewReader(body))
		req.ContentLength = int64(len(body))
	}
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		return reply{}, err
	}
	return readReply(resp)
}

func readReply(resp *http.Response) (reply, error) {
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	r := reply{status: resp.StatusCode, body: text, header: resp.Header}
	var failure struct {
		Error struct{ Code, Message string }
	}
	if json.Unmarshal(text, &failure) == nil {
		r.code, r.text = failure.Error.Code, failure.Error.Message
	}
	return r, err
}

func (b *bench) do(verb, target string, body string, headers ...string) reply {
	b.t.Helper()
	r, err := b.try(verb, target, body, headers...)
	if err != nil {
		b.t.Fatalf("%s %s: %v", verb, target, err)
	}
	return r
}

// dial sends the bytes of a request over a new connection. An empty reply means that the connection was
// closed without a response.
func (b *bench) dial(request string) (reply, error) {
	conn, err := net.Dial("tcp", strings.TrimPrefix(b.url, "http://"))
	if err != nil {
		return reply{}, err
	}
	defer conn.Close()
	// A response may come before the whole request is sent.
	_, _ = io.WriteString(conn, request)
	verb, _, _ := strings.Cut(request, " ")
	resp, err := http.ReadResponse(bufio.NewReader(conn), &http.Request{Method: verb})
	if err != nil {
		return reply{}, err
	}
	return readReply(resp)
}

const version = "api-version=6.5"

func (b *bench) put(path, body string) {
	b.t.Helper()
	b.putWith(path, body, version)
}

func (b *bench) putWith(path, body, query string) {
	b.t.Helper()
	b.want(b.do("PUT", "/ImageStore/"+path+"?"+query, body), "200")
}

func (b *bench) chunk(path, id, rng, body string) reply {
	b.t.Helper()
	return b.do("PUT", "/ImageStore/"+path+"/$/UploadChunk?"+version+"&session-id="+id, body, "Content-Range", rng)
}

func (b *bench) commit(id string) reply {
	b.t.Helper()
	return b.do("POST", "/ImageStore/$/CommitUploadSession?"+version+"&session-id="+id, "")
}

func (b *bench) drop(id string) reply {
	b.t.Helper()
	return b.do("DELETE", "/ImageStore/$/DeleteUploadSession?"+version+"&session-id="+id, "")
}

// want compares a reply with "STATUS CODE".
func (b *bench) want(r reply, want string) {
	b.t.Helper()
	if r.String() != want {
		b.t.Fatalf("got %q (%s), want %q", r, r.body, want)
	}
}

// expects returns the session's ExpectedRanges as "0-4 9-9", "none" without a session, or "" if it is
// complete.
func (b *bench) expects(id string) string {
	b.t.Helper()
	r := b.do("GET", "/ImageStore/$/GetUploadSession?"+version+"&session-id="+id, "")
	if r.status == http.StatusNoContent {
		return "none"
	}
	var got uploadSession
	b.decode(r, &got)
	var ranges []string
	for _, e := range got.UploadSessions[0].ExpectedRanges {
		ranges = append(ranges, e.StartPosition+"-"+e.EndPosition)
	}
	return strings.Join(ranges, " ")
}

func (b *bench) decode(r reply, into any) {
	b.t.Helper()
	d := json.NewDecoder(bytes.NewReader(r.body))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil || r.status != http.StatusOK {
		b.t.Fatalf("%d %s: %v", r.status, r.body, err)
	}
}

// ls lists a folder: its files, then its folders with their counts.
func (b *bench) ls(path string) []string {
	b.t.Helper()
	if path != "" {
		path = "/" + path
	}
	var got storeContent
	r := b.do("GET", "/ImageStore"+path+"?"+version, "")
	if r.status != http.StatusOK {
		return []string{r.String()}
	}
	b.decode(r, &got)
	var lines []string
	for _, f := range got.StoreFiles {
		lines = append(lines, f.StoreRelativePath+" "+f.FileSize)
	}
	for _, f := range got.StoreFolders {
		lines = append(lines, f.StoreRelativePath+"/ "+f.FileCount)
	}
	return lines
}

// content returns where a path is on the disk.
func (b *bench) content(path string) string {
	return filepath.Join(b.store.folder, "content", filepath.FromSlash(path))
}

// stored returns the content of a file, read from the disk.
func (b *bench) stored(path string) string {
	b.t.Helper()
	f := b.store.tree.File(path)
	if f == nil {
		b.t.Fatalf("%s is not stored", path)
	}
	text, err := os.ReadFile(b.content(f.Path))
	if err != nil {
		b.t.Fatal(err)
	}
	return string(text)
}

const (
	id1 = "11111111-2222-3333-4444-555555555555"
	id2 = "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"
	id3 = "99999999-bbbb-cccc-dddd-eeeeeeeeeeee"
)

// step is a part of a scenario, and its expected result.
type step struct {
	do   func(*bench) string
	want string
}

// scenario is a row of a table: the steps run in order on their own store.
type scenario struct {
	name  string
	steps []step
}

func runScenarios(t *testing.T, rows []scenario, opts ...Option) {
	t.Helper()
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			b := newBench(t, opts...)
			for i, s := range row.steps {
				if got := s.do(b); got != s.want {
					t.Fatalf("step %d: got %q, want %q", i+1, got, s.want)
				}
			}
		})
	}
}

// ask returns a step for a verb and a target; api-version is added.
func ask(verb, target, body string, headers ...string) func(*bench) string {
	return func(b *bench) string {
		separator := "?"
		if strings.Contains(target, "?") {
			separator = "&"
		}
		r, err := b.try(verb, target+separator+version, body, headers...)
		if err != nil {
			return "dropped"
		}
		return r.String()
	}
}

func put(path, body string) func(*bench) string { return ask("PUT", "/ImageStore/"+path, body) }

func remove(path string) func(*bench) string { return ask("DELETE", "/ImageStore/"+path, "") }

func copying(body string) func(*bench) string { return ask("POST", "/ImageStore/$/Copy", body) }

func chunkTo(path, id, rng, body string) func(*bench) string {
	return ask("PUT", "/ImageStore/"+path+"/$/UploadChunk?session-id="+id, body, "Content-Range", rng)
}

func commitOf(id string) func(*bench) string {
	return ask("POST", "/ImageStore/$/CommitUploadSession?session-id="+id, "")
}

func dropOf(id string) func(*bench) string {
	return ask("DELETE", "/ImageStore/$/DeleteUploadSession?session-id="+id, "")
}

func expects(id string) func(*bench) string {
	return func(b *bench) string { return b.expects(id) }
}

func ls(path string) func(*bench) string {
	return func(b *bench) string { return strings.Join(b.ls(path), ", ") }
}

func stored(path string) func(*bench) string {
	return func(b *bench) string { return b.stored(path) }
}

func forward(d time.Duration) func(*bench) string {
	return func(b *bench) string { b.clock.forward(d); return "" }
}

func failover(b *bench) string { b.store.Failover(); return "" }
