package recorder

import (
	"maps"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// object is an object of HAR 1.2.
type object map[string]any

type pair struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// entry returns the exchange in its recorded form.
func (x *exchange) entry() object {
	response := object{"status": 0, "statusText": "", "httpVersion": "", "headers": []pair{}, "content": object{"size": 0, "mimeType": ""}, "bodySize": -1}
	last, wait, receive := x.sent.ended, 0.0, 0.0
	if x.response != nil {
		response = x.entryResponse()
		last = x.received.ended
		wait = max(milliseconds(x.sent.ended, x.received.began), 0)
		receive = milliseconds(x.received.began, last)
	}
	response["cookies"], response["redirectURL"], response["headersSize"] = []pair{}, "", -1
	e := object{
		"startedDateTime": x.sent.began.UTC(), "time": milliseconds(x.sent.began, last),
		"request": x.entryRequest(), "response": response, "cache": object{},
		"timings": object{"send": milliseconds(x.sent.began, x.sent.ended), "wait": wait, "receive": receive},
	}
	switch {
	case !x.sent.whole:
		e["comment"] = "the request ended early"
	case x.response == nil:
		e["comment"] = "there was no response"
	case !x.received.whole:
		e["comment"] = "the response ended early"
	}
	return e
}

func (x *exchange) entryRequest() object {
	target := x.proxy.redactor.target(targetOf(x.request))
	headers := append([]pair{{"Host", redactedHost}}, headerPairs(x.request.Header, x.request.TransferEncoding)...)
	r := object{
		"method": redactMethod(x.request.Method), "url": x.proxy.Upstream.Scheme + "://" + redactedHost + target,
		"httpVersion": x.request.Proto, "cookies": []pair{}, "headers": headers, "queryString": queryPairs(target),
		"headersSize": -1, "bodySize": x.sent.size,
	}
	if x.sent.size > 0 {
		data, size, recorded := x.content(x.sent, x.request.Header, headers)
		if r["postData"] = data; recorded {
			r["bodySize"] = size
		} else {
			data["_size"] = size
		}
	}
	return r
}

func (x *exchange) entryResponse() object {
	a := x.response
	_, phrase, _ := strings.Cut(a.Status, " ")
	headers := headerPairs(a.Header, a.TransferEncoding)
	content, size, _ := x.content(x.received, a.Header, headers)
	content["size"] = size
	return object{
		"status": a.StatusCode, "statusText": redactPhrase(a.StatusCode, phrase), "httpVersion": a.Proto,
		"headers": headers, "content": content, "bodySize": size,
	}
}

// content returns a body, or its digest if the body is not recorded. The size in bytes and the
// header Content-Length are those of the recorded content.
func (x *exchange) content(m *message, header http.Header, headers []pair) (content object, size int64, recorded bool) {
	kind := header.Get("Content-Type")
	content = object{"mimeType": redactType(kind)}
	body, whole := m.held()
	if recorded = whole && m.size > 0 && m.size <= x.proxy.MaxBody && isJSON(kind); !recorded {
		if sum := m.sum(); sum != "" && m.size > 0 {
			content["_sha256"] = sum
		}
		return content, m.size, false
	}
	body = x.proxy.redactor.json(body)
	size = int64(len(body))
	for i := range headers {
		if headers[i].Name == "Content-Length" {
			headers[i].Value = strconv.FormatInt(size, 10)
		}
	}
	content["text"] = string(body)
	return content, size, true
}

func isJSON(kind string) bool {
	media, _, _ := mime.ParseMediaType(kind)
	return media == "application/json" || strings.HasSuffix(media, "+json")
}

// headerPairs returns the headers of a message, sorted, without their secrets. net/http keeps the
// headers of framing apart from them.
func headerPairs(header http.Header, framing []string) []pair {
	pairs := []pair{}
	header = spelled(header)
	for _, name := range slices.Sorted(maps.Keys(header)) {
		for _, value := range header[name] {
			pairs = append(pairs, pair{name, redactHeader(name, value)})
		}
	}
	for _, coding := range framing {
		pairs = append(pairs, pair{"Transfer-Encoding", redactHeader("Transfer-Encoding", coding)})
	}
	return pairs
}

// queryPairs returns the parameters of a target, decoded as far as possible.
func queryPairs(target string) []pair {
	pairs := []pair{}
	_, query, _ := strings.Cut(target, "?")
	for part := range strings.SplitSeq(query, "&") {
		if name, value, _ := strings.Cut(part, "="); part != "" {
			pairs = append(pairs, pair{unescaped(name), unescaped(value)})
		}
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
