package recording

import (
	"bytes"
	"encoding/base64"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/sfstore/sfstore/api"
)

// differences holds the exchange to the contract. What is not the image store's has none.
func (x *passed) differences(contract *api.Contract) []error {
	if x.operation == "" {
		return nil
	}
	var found []error
	replay := contract.Transport(x, func(err error) { found = append(found, err) })
	request := x.request.Clone(x.request.Context())
	request.Body = x.sent.reader()
	answer, err := replay.RoundTrip(request)
	if err == nil {
		_, _ = io.Copy(io.Discard, answer.Body)
		_ = answer.Body.Close()
	}
	return found
}

var errUnanswered = errors.New("no answer")

// RoundTrip plays the exchange again, for [api.Contract.Transport] to look at.
func (x *passed) RoundTrip(r *http.Request) (*http.Response, error) {
	_, _ = io.Copy(io.Discard, r.Body)
	if x.response == nil {
		return nil, errUnanswered
	}
	answer := *x.response
	answer.Body = x.answered.reader()
	return &answer, nil
}

// reader reads the body again, or breaks off where that cannot be.
func (m *message) reader() io.ReadCloser {
	if m.size == 0 && !m.broken {
		return http.NoBody
	}
	if !m.isHeld() {
		return io.NopCloser(brokenOff{})
	}
	return io.NopCloser(bytes.NewReader(m.body))
}

type brokenOff struct{}

func (brokenOff) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// entry is the exchange as it is recorded.
func (x *passed) entry(scheme string, maxBody int64) harEntry {
	e := harEntry{StartedDateTime: x.sent.began.UTC(), Request: x.entryRequest(scheme, maxBody)}
	e.Response = harResponse{Cookies: []harPair{}, Headers: []harPair{}, HeadersSize: -1, BodySize: -1}
	last := x.sent.ended
	if x.response != nil {
		e.Response = x.entryResponse(maxBody)
		last = x.answered.ended
		e.Timings.Wait = max(milliseconds(x.sent.ended, x.answered.began), 0)
		e.Timings.Receive = milliseconds(x.answered.began, x.answered.ended)
	}
	e.Timings.Send = milliseconds(x.sent.began, x.sent.ended)
	e.Time = milliseconds(x.sent.began, last)
	switch {
	case x.sent.broken:
		e.Comment = "the request broke off"
	case x.response == nil:
		e.Comment = "no response came"
	case x.answered.broken:
		e.Comment = "the response broke off"
	}
	return e
}

func (x *passed) entryRequest(scheme string, maxBody int64) harRequest {
	target := redactTarget(x.request.RequestURI)
	r := harRequest{
		Method:      x.request.Method,
		URL:         scheme + "://" + redactedHost + target,
		HTTPVersion: x.request.Proto,
		Cookies:     []harPair{},
		Headers:     headerPairs(x.sent.head),
		QueryString: queryPairs(target),
		HeadersSize: -1,
		BodySize:    x.sent.size,
	}
	if x.sent.size == 0 {
		return r
	}
	kind := x.request.Header.Get("Content-Type")
	r.PostData = &harPostData{MimeType: kind}
	if x.sent.isRecorded(kind, x.request.Header, maxBody) {
		r.PostData.Text, r.PostData.Encoding, r.BodySize = recorded(x.sent.body)
		setContentLength(r.Headers, r.BodySize)
		return r
	}
	r.PostData.Size = &x.sent.size
	r.PostData.SHA256 = x.digestOf(&x.sent)
	return r
}

func (x *passed) entryResponse(maxBody int64) harResponse {
	a := x.response
	_, phrase, _ := strings.Cut(a.Status, " ")
	r := harResponse{
		Status:      a.StatusCode,
		StatusText:  phrase,
		HTTPVersion: a.Proto,
		Cookies:     []harPair{},
		Headers:     headerPairs(x.answered.head),
		Content:     harContent{Size: x.answered.size, MimeType: a.Header.Get("Content-Type")},
		HeadersSize: -1,
		BodySize:    x.answered.size,
	}
	if x.answered.size == 0 {
		return r
	}
	if x.answered.isRecorded(r.Content.MimeType, a.Header, maxBody) {
		r.Content.Text, r.Content.Encoding, r.Content.Size = recorded(x.answered.body)
		r.BodySize = r.Content.Size
		setContentLength(r.Headers, r.BodySize)
		return r
	}
	r.Content.SHA256 = x.digestOf(&x.answered)
	return r
}

// digestOf is the digest of a body that came to its end. Outside the image store a body may be
// so short a secret that its digest gives it away.
func (x *passed) digestOf(m *message) string {
	if x.operation == "" || m.broken {
		return ""
	}
	return m.sum()
}

func (m *message) isRecorded(kind string, header http.Header, maxBody int64) bool {
	return m.isHeld() && m.size <= maxBody && isJSON(kind) && header.Get("Content-Encoding") == ""
}

// recorded is the text of a body, and the size of what the text stands for.
func recorded(body []byte) (text, encoding string, size int64) {
	body = redactJSON(body)
	if !utf8.Valid(body) {
		return base64.StdEncoding.EncodeToString(body), "base64", int64(len(body))
	}
	return string(body), "", int64(len(body))
}

func isJSON(kind string) bool {
	media, _, _ := mime.ParseMediaType(kind)
	return media == "application/json" || strings.HasSuffix(media, "+json")
}

// queryPairs are the parameters of a target, decoded as far as they can be.
func queryPairs(target string) []harPair {
	pairs := []harPair{}
	_, query, _ := strings.Cut(target, "?")
	for part := range strings.SplitSeq(query, "&") {
		if part == "" {
			continue
		}
		name, value, _ := strings.Cut(part, "=")
		pairs = append(pairs, harPair{unescaped(name), unescaped(value)})
	}
	return pairs
}

func unescaped(text string) string {
	if decoded, err := url.QueryUnescape(text); err == nil {
		return decoded
	}
	return text
}

func milliseconds(from, to time.Time) float64 {
	return float64(to.Sub(from)) / float64(time.Millisecond)
}
