package recording

import (
	"encoding/base64"
	"mime"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"
)

// exchange is what there is to hold to the contract.
func (x *passed) exchange() exchange {
	request := *x.request
	if !x.sent.broken {
		request.ContentLength = x.sent.size // it may not have been announced
	}
	e := exchange{request: &request, sent: x.sent.held()}
	if x.response != nil {
		e.status, e.header, e.received = x.response.StatusCode, x.response.Header, x.answered.held()
	}
	return e
}

// entry is the exchange as it is recorded.
func (x *passed) entry(scheme string, limit int64) harEntry {
	e := harEntry{StartedDateTime: x.sent.began.UTC(), Request: x.entryRequest(scheme, limit)}
	e.Response = harResponse{Cookies: []harPair{}, Headers: []harPair{}, HeadersSize: -1, BodySize: -1}
	last := x.sent.ended
	if x.response != nil {
		e.Response = x.entryResponse(limit)
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

func (x *passed) entryRequest(scheme string, limit int64) harRequest {
	target := redactTarget(x.request.RequestURI)
	r := harRequest{
		Method:      redactMethod(x.request.Method),
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
	r.PostData = &harPostData{MimeType: redactType(kind)}
	if x.sent.isRecorded(kind, limit) {
		r.PostData.Text, r.PostData.Encoding, r.BodySize = recorded(x.sent.body)
		setContentLength(r.Headers, r.BodySize)
		return r
	}
	r.PostData.Size = &x.sent.size
	r.PostData.SHA256 = x.digestOf(&x.sent)
	return r
}

func (x *passed) entryResponse(limit int64) harResponse {
	a := x.response
	_, phrase, _ := strings.Cut(a.Status, " ")
	r := harResponse{
		Status:      a.StatusCode,
		StatusText:  redactPhrase(a.StatusCode, phrase),
		HTTPVersion: a.Proto,
		Cookies:     []harPair{},
		Headers:     headerPairs(x.answered.head),
		Content:     harContent{Size: x.answered.size, MimeType: redactType(a.Header.Get("Content-Type"))},
		HeadersSize: -1,
		BodySize:    x.answered.size,
	}
	if x.answered.size == 0 {
		return r
	}
	if x.answered.isRecorded(a.Header.Get("Content-Type"), limit) {
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

func (m *message) isRecorded(kind string, limit int64) bool {
	return m.held().kept && m.size <= limit && isJSON(kind)
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
