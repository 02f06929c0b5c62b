package recording

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
)

// exchange is a request and its response, as far as a recording has them.
type exchange struct {
	entry   int           // in its file, from 1
	request *http.Request // without its body; nil where the request is missing
	badURL  error         // why the request's URL is none
	sent    body

	status   int // 0 where the response is missing
	header   http.Header
	received body
}

// method is the request's, or "" where that is missing.
func (x *exchange) method() string {
	if x.request == nil {
		return ""
	}
	return x.request.Method
}

// body is what a recording keeps of a body.
type body struct {
	bytes []byte
	size  int64 // -1 where it is not known
	kept  bool  // the bytes are all there
}

// maxBody bounds the bodies that are looked at, in bytes. It is far above what the image store
// sends: it pages listings at 3 MiB. A longer one counts as not kept.
const maxBody = 8 << 20

func keptBody(bytes []byte) body { return body{bytes, int64(len(bytes)), true} }
func lostBody(size int64) body   { return body{size: size} }

// requestOf makes a request that was sent with a body. Scheme and host play no part, so a URL
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

// plainURLError tells nothing of the URL that might be secret.
func plainURLError(err error) error {
	if escape, ok := errors.AsType[url.EscapeError](err); ok {
		return escape
	}
	return errors.New("cannot be parsed")
}

// cutHost cuts scheme and host off a URL that may be none, or lack them.
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

// isToken tells whether a text may be a method, or a header's name.
func isToken(text string) bool {
	return text != "" && !strings.ContainsFunc(text, func(r rune) bool {
		return r <= ' ' || r >= 0x7f || strings.ContainsRune(`"(),/:;<=>?@[\]{}`, r)
	})
}

// hasNoBody tells the responses that never have a body, whatever their head says.
func hasNoBody(method string, status int) bool {
	return method == http.MethodHead || status < 200 || status == http.StatusNoContent || status == http.StatusNotModified
}
