package imagestore_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"testing"

	"github.com/google/uuid"

	"github.com/sfstore/sfstore/gen"
)

// oneSession is the response that BenchmarkCall decodes.
const oneSession = `{"UploadSessions":[{"StoreRelativePath":"App/Code/Calc.exe","SessionId":"4a2340e8-32f3-4d5a-9a5c-1bdc2a1a1f0e",` +
	`"FileSize":"2097152","ModifiedDate":"2017-09-28T17:28:11.627Z","ExpectedRanges":[` +
	`{"StartPosition":"0","EndPosition":"207615"},{"StartPosition":"626977","EndPosition":"2097151"}]}]}`

// BenchmarkCall compares a call that decodes a response with hand-written code on net/http, both
// without a network.
func BenchmarkCall(b *testing.B) {
	for name, call := range callsToMeasure(b) {
		b.Run(name, func(b *testing.B) { repeat(b, call) })
	}
}

// BenchmarkPut compares the upload of 4 KiB with hand-written code on net/http, both without a network.
func BenchmarkPut(b *testing.B) {
	for name, put := range putsToMeasure(b) {
		b.Run(name, func(b *testing.B) { repeat(b, put) })
	}
}

func repeat(b *testing.B, call func() error) {
	b.ReportAllocs()
	for b.Loop() {
		if err := call(); err != nil {
			b.Fatal(err)
		}
	}
}

// TestAllocations bounds what a call allocates, which a benchmark only prints.
func TestAllocations(t *testing.T) {
	for name, row := range map[string]struct {
		call func() error
		most float64
	}{
		"a call that decodes a response": {callsToMeasure(t)["client"], 60},
		"an upload of 4 KiB":             {putsToMeasure(t)["client"], 35},
	} {
		t.Run(name, func(t *testing.T) {
			n := testing.AllocsPerRun(200, func() {
				if err := row.call(); err != nil {
					t.Error(err)
				}
			})
			if n > row.most {
				t.Errorf("it allocates %.0f times, more than %.0f", n, row.most)
			}
		})
	}
}

func callsToMeasure(t testing.TB) map[string]func() error {
	rt := constant(oneSession)
	c := newClient(t, "http://gateway", throughTransport(rt))
	hand := &http.Client{Transport: rt}
	const path = "App/Code/Calc.exe"
	return map[string]func() error{
		"client": func() error {
			sessions, err := c.UploadSessionsByPath(context.Background(), path)
			if err == nil && len(sessions) != 1 {
				err = fmt.Errorf("there are %d sessions", len(sessions))
			}
			return err
		},
		"hand-written": func() error {
			target := "http://gateway/ImageStore/" + path + "/$/GetUploadSession?" + url.Values{"api-version": {"6.0"}, "timeout": {"60"}}.Encode()
			var body gen.UploadSession
			return byHand(hand, http.MethodGet, target, nil, &body)
		},
	}
}

func putsToMeasure(t testing.TB) map[string]func() error {
	rt := constant("")
	c := newClient(t, "http://gateway", throughTransport(rt))
	hand := &http.Client{Transport: rt}
	content := make([]byte, 4<<10)
	return map[string]func() error{
		"client": func() error {
			return c.UploadFile(context.Background(), "App/Code/Calc.exe", bytes.NewReader(content), int64(len(content)))
		},
		"hand-written": func() error {
			const target = "http://gateway/ImageStore/App/Code/Calc.exe?api-version=6.0&timeout=60"
			return byHand(hand, http.MethodPut, target, bytes.NewReader(content), nil)
		},
	}
}

// byHand is what a program without a client does: it sends, checks the status, and decodes.
func byHand(client *http.Client, method, target string, body io.Reader, into any) error {
	r, err := http.NewRequestWithContext(context.Background(), method, target, body)
	if err != nil {
		return err
	}
	r.Header["X-ServiceFabricRequestId"] = []string{uuid.NewString()}
	rsp, err := client.Do(r)
	if err != nil {
		return err
	}
	defer func() { _ = rsp.Body.Close() }()
	if rsp.StatusCode != http.StatusOK {
		return fmt.Errorf("status %d", rsp.StatusCode)
	}
	got, err := io.ReadAll(rsp.Body)
	if err != nil || into == nil {
		return err
	}
	return json.Unmarshal(got, into)
}

// constant returns a transport that reads the body of each request and returns the same response.
func constant(body string) transport {
	return func(r *http.Request) (*http.Response, error) {
		if r.Body != nil {
			_, _ = io.Copy(io.Discard, r.Body)
			_ = r.Body.Close()
		}
		return &http.Response{
			StatusCode:    http.StatusOK,
			Header:        http.Header{"Content-Type": contentTypeOf(body)},
			Body:          io.NopCloser(bytes.NewReader([]byte(body))),
			ContentLength: int64(len(body)),
			Request:       r,
		}, nil
	}
}

func contentTypeOf(body string) []string {
	if body == "" {
		return nil
	}
	return []string{jsonType}
}
