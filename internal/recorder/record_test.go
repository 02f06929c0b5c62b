package recorder

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sfstore/sfstore/api/recording"
)

// send sends a request unchanged, and returns the body of the response as far as it arrives. With end,
// the client sends nothing more.
func send(t *testing.T, address, request string, end bool) string {
	t.Helper()
	conn := dial(t, address)
	defer conn.Close()
	if _, err := io.WriteString(conn, request); err != nil {
		t.Fatal(err)
	}
	if end {
		if err := conn.(*net.TCPConn).CloseWrite(); err != nil {
			t.Fatal(err)
		}
	}
	rsp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		return ""
	}
	body, _ := io.ReadAll(rsp.Body)
	return string(body)
}

// serving sends the same bytes to every request, and closes the connection.
func serving(t *testing.T, answer string) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		_, _ = io.WriteString(conn, answer)
		_ = conn.Close()
	}))
	t.Cleanup(server.Close)
	return server.Listener.Addr().String()
}

const (
	fine   = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
	aGet   = "GET /ImageStore?api-version=6.0 HTTP/1.1\r\nHost: h\r\n\r\n"
	aCopy  = "POST /ImageStore/$/Copy?api-version=6.0 HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nContent-Length: "
	asJSON = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
	empty  = `{"StoreFiles":[],"StoreFolders":[]}`
)

func withLength(head, body string) string {
	return fmt.Sprintf("%s%d\r\n\r\n%s", head, len(body), body)
}

// An exchange gets the same verdict when it passes and when the recording is read.
func TestRecordedExchanges(t *testing.T) {
	for _, row := range []struct {
		name, request, answer string
		want                  recording.Counts
		differs               []string
		check                 func(*testing.T, readEntry)
		ends                  bool // in the middle of the request
	}{
		{
			name: "a listing", request: aGet, answer: withLength(asJSON, empty), want: recording.Counts{Passed: 1},
			check: func(t *testing.T, e readEntry) {
				if e.Request.URL != "http://redacted.invalid/ImageStore?api-version=6.0" || e.Response.Content.Text != empty {
					t.Errorf("recorded as %v", e)
				}
			},
		},
		{
			name:    "a listing with more than the contract has",
			request: aGet, answer: withLength(asJSON, `{"StoreFiles":[],"Tenant":"canary of a tenant","StoreFolders":[]}`), want: recording.Counts{Passed: 1},
			check: func(t *testing.T, e readEntry) {
				want := `{"REDACTED":"REDACTED","StoreFiles":[],"StoreFolders":[]}`
				length := pair{"Content-Length", fmt.Sprint(len(want))}
				if e.Response.Content.Text != want || e.Response.Content.Size != int64(len(want)) || !slices.Contains(e.Response.Headers, length) {
					t.Errorf("recorded as %v", e)
				}
			},
		},
		{
			name: "a copy", request: withLength(aCopy, `{"RemoteSource":"a","RemoteDestination":"b"}`), answer: fine, want: recording.Counts{Passed: 1},
			check: func(t *testing.T, e readEntry) {
				if e.Request.PostData.Text != `{"RemoteSource":"a","RemoteDestination":"b"}` {
					t.Errorf("recorded as %v", e.Request)
				}
			},
		},
		{
			name: "a copy without its destination", request: withLength(aCopy, `{"RemoteSource":"a"}`), answer: fine, want: recording.Counts{Different: 1},
			differs: []string{`r.har: entry 1: POST /ImageStore/$/Copy: CopyImageStoreContent: request /RemoteDestination: property "RemoteDestination" is missing`},
		},
		{
			name: "a response that is no JSON", request: aGet, answer: withLength(asJSON, "canary"), want: recording.Counts{Different: 1},
			differs: []string{"r.har: entry 1: GET /ImageStore: GetImageStoreRootContent: response body: is not JSON at offset 1: invalid character 'c' looking for beginning of value"},
		},
		{
			name: "an upload in JSON", answer: fine, want: recording.Counts{Passed: 1},
			request: "PUT /ImageStore/a?api-version=6.0 HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nContent-Length: 8\r\n\r\n\"canary\"",
			check: func(t *testing.T, e readEntry) {
				if p := e.Request.PostData; p.Text != "" || p.SentSize != 8 || p.SHA256 != "57255a3192513e0ba439a993cb51f113b5b965801b3e9445aae04dff98e35676" {
					t.Errorf("recorded as %v", p)
				}
			},
		},
		{
			name: "an upload in chunks", answer: fine, want: recording.Counts{Passed: 1},
			request: "PUT /ImageStore/a?api-version=6.0 HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n8\r\n\"canary\"\r\n0\r\n\r\n",
			check: func(t *testing.T, e readEntry) {
				if p := e.Request.PostData; e.Request.BodySize != 8 || p.SentSize != 8 || p.SHA256 == "" {
					t.Errorf("recorded as %v", e.Request)
				}
			},
		},
		{
			name: "an upload that ends early", answer: fine, ends: true, want: recording.Counts{NotWhole: 1},
			request: "PUT /ImageStore/a?api-version=6.0 HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\n\"canary\"",
			check: func(t *testing.T, e readEntry) {
				if p := e.Request.PostData; p.SentSize != 8 || p.SHA256 != "" || e.Comment != "the request ended early" {
					t.Errorf("recorded as %v: %s", e.Request, e.Comment)
				}
			},
		},
		{
			name: "a response that ends early", request: aGet, answer: asJSON + "90\r\n\r\n{\"canary", want: recording.Counts{NotWhole: 1},
			check: func(t *testing.T, e readEntry) {
				if e.Response.Content.Text != "" || e.Comment != "the response ended early" {
					t.Errorf("recorded as %v: %s", e.Response, e.Comment)
				}
			},
		},
		{
			name: "no response", request: aGet, answer: "", want: recording.Counts{NotWhole: 1},
			check: func(t *testing.T, e readEntry) {
				if e.Response.Status != 0 || e.Comment != "there was no response" {
					t.Errorf("recorded as %v: %s", e.Response, e.Comment)
				}
			},
		},
		{
			name: "a response that is packed", request: aGet, want: recording.Counts{NotWhole: 1},
			answer: withLength("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Type: application/json\r\nContent-Length: ", "canary"),
		},
		{
			name: "a response that is too large to be recorded", request: aGet, want: recording.Counts{Passed: 1},
			answer: withLength(asJSON, `{"StoreFiles":[],"StoreFolders":[],"ContinuationToken":"`+strings.Repeat("canary", 200_000)+`"}`),
			check: func(t *testing.T, e readEntry) {
				if c := e.Response.Content; c.Text != "" || c.Size < 1_200_000 || len(c.SHA256) != 64 {
					t.Errorf("recorded as %v", c)
				}
			},
		},
		{
			name: "a body where none belongs", answer: withLength(asJSON, empty), want: recording.Counts{Different: 1},
			request: "GET /ImageStore?api-version=6.0 HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n6\r\ncanary\r\n0\r\n\r\n",
			differs: []string{"r.har: entry 1: GET /ImageStore: GetImageStoreRootContent: request body: has 6 bytes, and no body is documented"},
		},
		{
			name: "a command of the cluster", want: recording.Counts{Foreign: 1},
			request: "GET /$/GetAadMetadata?api-version=6.0 HTTP/1.1\r\nHost: h\r\n\r\n", answer: withLength(asJSON, `{"metadata":{"tenant":"canary"}}`),
			check: func(t *testing.T, e readEntry) {
				if c := e.Response.Content; c.Text != "" || c.SHA256 != "" || c.Size != 32 {
					t.Errorf("recorded as %v", c)
				}
			},
		},
		{
			name: "another service", request: "GET /canary?canary=canary HTTP/1.1\r\nHost: canary\r\n\r\n", answer: fine, want: recording.Counts{Foreign: 1},
			check: func(t *testing.T, e readEntry) {
				if e.Request.URL != "http://redacted.invalid/REDACTED?REDACTED" && e.Request.URL != "http://redacted.invalid/REDACTED?canary=REDACTED" {
					t.Errorf("recorded as %s", e.Request.URL)
				}
			},
		},
		{
			name: "secrets everywhere", want: recording.Counts{Different: 1},
			request: "GET http://canary:canary@canary/ImageStore?api-version=6.0&code=canary HTTP/1.1\r\nHost: canary\r\nAuthorization: Bearer canary\r\n" +
				"Cookie: a=canary\r\nProxy-Authorization: canary\r\nClusterId: canary\r\nX-ServiceFabricRequestId: canary\r\nReferer: http://canary/\r\n\r\n",
			answer: withLength("HTTP/1.1 403 canary said no\r\nSet-Cookie: canary\r\nWWW-Authenticate: canary\r\nLocation: http://canary\r\nX-Node: canary\r\n"+
				"Content-Type: application/json\r\nContent-Length: ", `{"Error":{"Code":"E_ACCESSDENIED","Message":"canary"},"canary2":"canary"}`),
			differs: []string{`r.har: entry 1: GET /ImageStore: GetImageStoreRootContent: request query "code": is not documented`},
		},
	} {
		t.Run(row.name, func(t *testing.T) {
			p := startProxy(t, serving(t, row.answer))
			send(t, p.address, row.request, row.ends)
			got := p.end()
			if got != row.want {
				t.Errorf("counts %+v, want %+v", got, row.want)
			}
			if diff := cmp.Diff(row.differs, p.differs); diff != "" {
				t.Errorf("differences (-want +got):\n%s", diff)
			}
			if row.check != nil {
				row.check(t, entries(t, p.file)[0])
			}
			withoutCanary(t, p.file)
			judgedAgain(t, p.file, row.want)
		})
	}
}

// withoutCanary checks that no value of a recording contains the text that stands for a secret. Names
// of parameters are kept.
func withoutCanary(t *testing.T, file string) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"canary=REDACTED", `"name":"canary"`} {
		text = []byte(strings.ReplaceAll(string(text), name, ""))
	}
	if strings.Contains(string(text), "canary") {
		t.Errorf("a secret is in the recording:\n%s", text)
	}
}

// judgedAgain reads a recording. An exchange whose body was validated but not recorded is not whole
// then.
func judgedAgain(t *testing.T, file string, want recording.Counts) {
	t.Helper()
	report := recording.Check(contract(t), file)
	for _, f := range report.Files {
		if f.Error != "" {
			t.Error(f.Error)
		}
	}
	got := report.Exchanges
	if e := entries(t, file)[0]; e.Response.Content.SHA256 != "" {
		want = recording.Counts{NotWhole: 1}
	}
	if got != want {
		t.Errorf("read again it counts as %+v, want %+v\n%v", got, want, report.Differences)
	}
}
