package recording

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// exchange is a request and its response, as far as they are in a recording.
type exchange struct {
	entry   int           // in its file, from 1
	cut     bool          // it was not written to its end
	odd     error         // why it cannot be read, though later entries can
	request *http.Request // without its body; nil if the request is missing
	badURL  error         // why the request's URL is invalid
	sent    body

	status   int // 0 if the response is missing
	header   http.Header
	received body
}

// method is the request's, or "" if that is missing.
func (x *exchange) method() string {
	if x.request == nil {
		return ""
	}
	return x.request.Method
}

// body is a body, as far as it is in a recording.
type body struct {
	bytes []byte
	size  int64 // as it was sent; -1 if it is not known
	kept  bool  // all bytes are there
}

// maxBody bounds the bodies that are validated, in bytes. It is far above what the image store
// sends, which pages listings at 3 MiB. A longer one counts as not kept.
const maxBody = 8 << 20

// decoded is a body from a recording of the bytes on the wire. A compressed one counts as not kept.
func decoded(b body, header http.Header) body {
	isEncoded := header.Get("Content-Encoding") != "" || strings.Contains(header.Get("Transfer-Encoding"), ",")
	if isEncoded && b.size > 0 && !json.Valid(b.bytes) {
		return lostBody(b.size)
	}
	return b
}

func keptBody(bytes []byte) body { return body{bytes, int64(len(bytes)), true} }
func lostBody(size int64) body   { return body{size: size} }

// requestOf makes a request that was sent with a body. Scheme and host are ignored, so a URL
// may lack them.
func requestOf(method, target string, header http.Header, sent body) (r *http.Request, badURL error) {
	r = &http.Request{Method: method, Header: header, ContentLength: sent.size}
	r.URL, badURL = url.Parse(target)
	if badURL != nil {
		badURL = plainURLError(badURL)
		path := cutHost(target)
		if end := strings.IndexAny(path, "?#"); end >= 0 {
			path = path[:end]
		}
		r.URL = &url.URL{Path: path}
	}
	return r, badURL
}

// ignoreQuery removes query parameters by their names.
func (x *exchange) ignoreQuery(names []string) {
	if x.request == nil || len(names) == 0 {
		return
	}
	var kept []string
	for part := range strings.SplitSeq(x.request.URL.RawQuery, "&") {
		name, _, _ := strings.Cut(part, "=")
		if decoded, err := url.QueryUnescape(name); err != nil || !slices.Contains(names, decoded) {
			kept = append(kept, part)
		}
	}
	x.request.URL.RawQuery = strings.Join(kept, "&")
}

// plainURLError leaves out the URL, which may contain a secret.
func plainURLError(err error) error {
	if escape, ok := errors.AsType[url.EscapeError](err); ok {
		return escape
	}
	return errors.New("cannot be parsed")
}

// cutHost removes scheme and host from a URL, which may be invalid or lack them.
func cutHost(target string) string {
	scheme, rest, ok := strings.Cut(target, "://")
	if !ok || strings.ContainsAny(scheme, "/?#") {
		return target
	}
	if path := strings.IndexAny(rest, "/?#"); path >= 0 && rest[path] == '/' {
		return rest[path:]
	}
	return "/"
}

// isToken reports whether a text may be a method, or a header's name.
func isToken(text string) bool {
	return text != "" && !strings.ContainsFunc(text, func(r rune) bool {
		return r <= ' ' || r >= 0x7f || strings.ContainsRune(`"(),/:;<=>?@[\]{}`, r)
	})
}

// hasNoBody reports whether a response never has a body, whatever its head says.
func hasNoBody(method string, status int) bool {
	switch {
	case status < 200, status == http.StatusNoContent, status == http.StatusNotModified:
		return true
	}
	return method == http.MethodHead || method == http.MethodConnect && status/100 == 2
}
