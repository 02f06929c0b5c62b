package conformance

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"time"
)

const (
	// requestLimit is how long one request may take: the server's own limit and some more.
	requestLimit = 2 * time.Minute
	// interruptGrace is how long the current request may take after an interrupt.
	interruptGrace = 10 * time.Second
	// maxPause bounds the pause after a request, which is as long as the response took.
	maxPause = time.Second
	// maxBody bounds what is read of a response, in bytes. A page of a listing has 4 MiB at most.
	maxBody = 8 << 20
)

// exchange is a request, spelled as it is sent, and the expectations of its response.
type exchange struct {
	verb, target string
	header       []string // "Name: value"
	chunked      bool     // sent with Transfer-Encoding instead of Content-Length
	body         string
	token        string // path below the fact's folder of a ContinuationToken, or ""
	// odd marks a request that succeeds although the contract does not have it. Tests validate all
	// others against the contract.
	odd bool
	// private marks a response that may contain details of the cluster: its body is never reported.
	private bool
	wants   []func(t *trial, r reply)
}

// reply is a response that was read completely.
type reply struct {
	status  int
	reason  string
	code    string
	message string
	header  http.Header
	body    string
}

// String returns the status, with the code of an error that has one.
func (r reply) String() string { return strings.TrimSpace(fmt.Sprintf("%d %s", r.status, r.code)) }

// request returns the request with the target exactly as it is spelled.
func (x exchange) request(ctx context.Context, endpoint *url.URL) (*http.Request, error) {
	var body io.Reader = http.NoBody
	if x.body != "" {
		body = strings.NewReader(x.body)
	}
	r, err := http.NewRequestWithContext(ctx, x.verb, endpoint.String(), body)
	if err != nil {
		return nil, err
	}
	r.URL.Opaque = strings.TrimSuffix(endpoint.EscapedPath(), "/") + x.target // written as it is
	if x.chunked {
		r.ContentLength = -1
	}
	for _, line := range x.header {
		name, value, _ := strings.Cut(line, ": ")
		r.Header[name] = []string{value}
	}
	return r, nil
}

// send sends a request and reads the response, then pauses. It does not begin after ctx has ended,
// and gives a current request [interruptGrace] to finish.
func (r *run) send(ctx context.Context, x exchange) (reply, error) {
	if err := ctx.Err(); err != nil {
		return reply{}, err
	}
	began := time.Now()
	got, err := r.exchange(ctx, x)
	if !r.hurry {
		pause(ctx, min(time.Since(began), maxPause))
	}
	return got, err
}

func (r *run) exchange(ctx context.Context, x exchange) (reply, error) {
	limited, cancel := context.WithTimeout(context.WithoutCancel(ctx), requestLimit)
	defer cancel()
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(interruptGrace, cancel) })
	defer stop()
	request, err := x.request(limited, r.endpoint)
	if err != nil {
		return reply{}, err
	}
	response, err := r.doer.Do(request)
	if err != nil {
		return reply{}, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, maxBody))
	got := reply{status: response.StatusCode, header: response.Header, body: string(body)}
	_, got.reason, _ = strings.Cut(response.Status, " ")
	var failure struct {
		Error struct{ Code, Message string }
	}
	if json.Unmarshal(body, &failure) == nil {
		got.code, got.message = failure.Error.Code, failure.Error.Message
	}
	return got, err
}

// pause waits, or until ctx ends.
func pause(ctx context.Context, d time.Duration) {
	if d <= 0 {
		return
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

var chunkID = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`/\$/UploadChunk\?session-id=([0-9A-Fa-f-]{36})`) })

// prepare expands a request, and remembers the session that it may begin.
func (x exchange) prepare(t *trial) exchange {
	if x.token != "" {
		separator := "/"
		if t.traits.windows {
			separator = "%5C"
		}
		x.target += "&ContinuationToken=" + strings.ReplaceAll("{}/"+x.token, "/", separator)
		x.target = strings.ReplaceAll(x.target, "{}%5C", strings.ReplaceAll(t.folder, "/", "%5C")+"%5C")
	}
	x.target, x.body = t.expand(x.target), t.expand(x.body)
	if id := chunkID().FindStringSubmatch(x.target); id != nil {
		t.open[strings.ToLower(id[1])] = true
	}
	return x
}

func (x exchange) run(ctx context.Context, t *trial) {
	x = x.prepare(t)
	r, err := t.send(ctx, x)
	x.judge(t, r, err)
}

// judge compares a response with the expectations.
func (x exchange) judge(t *trial, r reply, err error) {
	if err != nil {
		t.fail(err)
		return
	}
	t.responded = true
	before := len(t.problems)
	for _, want := range x.wants {
		want(t, r)
	}
	if t.observe != nil {
		if err := t.observe(x, r); err != nil {
			t.problem("%v", err)
		}
	}
	for i := range t.problems[before:] {
		t.problems[before+i] = fmt.Sprintf("%s %.200s: %s", x.verb, x.target, t.problems[before+i])
	}
}
