package imagestore

import (
	"net/http"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"
)

// CheckPath returns an [*ArgumentError] when path cannot be a content path: see the package
// comment for the rules. Every method of a [Client] checks its path by itself.
func (c *Client) CheckPath(path string) error {
	if err := checkPath(path); err != nil {
		return err
	}
	if i := strings.IndexAny(path, "#?%"); i >= 0 && !c.singleDecoding {
		return &ArgumentError{Argument: "content path", Value: path,
			Reason: "has the character " + path[i:i+1] + ", which gateways on Windows do not keep"}
	}
	return nil
}

// checkPath holds a path to the rules of every gateway. Both slashes separate here, because
// a gateway may take either for a separator before it looks at segments.
func checkPath(path string) error {
	wrong := func(reason string) error {
		return &ArgumentError{Argument: "content path", Value: path, Reason: reason}
	}
	if !utf8.ValidString(path) {
		return wrong("is not valid UTF-8")
	}
	if strings.ContainsFunc(path, unicode.IsControl) {
		return wrong("has a control character")
	}
	segments := strings.FieldsFunc(path, isSeparator)
	if strings.TrimSpace(strings.Join(segments, "")) == "" {
		return wrong("is empty")
	}
	for _, segment := range segments {
		switch segment {
		case ".", "..", "$":
			return wrong("has the segment " + segment)
		}
	}
	return nil
}

func isSeparator(r rune) bool { return r == '/' || r == '\\' }

// escapePath percent-encodes every byte of a content path that is neither unreserved nor the
// separator "/".
func escapePath(path string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	b.Grow(len(path))
	for i := range len(path) {
		if c := path[i]; c == '/' || isUnreserved(c) {
			b.WriteByte(c)
		} else {
			b.WriteByte('%')
			b.WriteByte(hex[c>>4])
			b.WriteByte(hex[c&15])
		}
	}
	return b.String()
}

// isUnreserved says whether RFC 3986 calls a byte unreserved.
func isUnreserved(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' ||
		c == '-' || c == '.' || c == '_' || c == '~'
}

// withPath writes the content path into a request's URL as the image store wants it. The
// generated client escapes it as one segment, with %2F for "/" and some characters left bare.
func withPath(path string) editor {
	const root = "/ImageStore/"
	return edit(func(r *http.Request) {
		whole := r.URL.EscapedPath()
		// The last place is the right one: the endpoint may have a path of its own, while
		// what the generated client made of the content path has no slash in it.
		at := strings.LastIndex(whole, root+url.PathEscape(path))
		before, after := whole[:at], whole[at+len(root)+len(url.PathEscape(path)):]
		r.URL.RawPath = before + root + escapePath(path) + after
		r.URL.Path, _ = url.PathUnescape(r.URL.RawPath)
	})
}
