package recording

import (
	"cmp"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"unicode/utf8"
)

// exchangeOf converts an entry of a HAR to an exchange.
func exchangeOf(e readEntry, attached attachments) (x exchange, err error) {
	switch {
	case e.Request.Method == "" && e.Request.URL == "":
		return x, errors.New("it has no request")
	case e.Request.URL == "":
		return x, errors.New("the request has no URL")
	}
	if !isToken(e.Request.Method) {
		return x, fmt.Errorf("%.20q is not a method", e.Request.Method)
	}
	header := headerOf(e.Request.Headers)
	if e.Request.PostData != nil {
		setType(header, e.Request.Headers, e.Request.PostData.MimeType)
	}
	if x.sent, err = sentBody(&e.Request, header, attached); err != nil {
		return x, fmt.Errorf("the body of the request %w", err)
	}
	x.request, x.badURL = requestOf(e.Request.Method, e.Request.URL, header, x.sent)

	if e.Response.Status <= 0 {
		return x, nil // writers put 0 or -1 if there was no response
	}
	x.status, x.header = int(e.Response.Status), headerOf(e.Response.Headers)
	setType(x.header, e.Response.Headers, e.Response.Content.MimeType)
	if x.received, err = receivedBody(&e, x.header, attached); err != nil {
		return x, fmt.Errorf("the body of the response %w", err)
	}
	return x, nil
}

// headerOf makes a header of names that may be in lower case.
func headerOf(pairs readHeaders) http.Header {
	header := make(http.Header, len(pairs))
	for _, pair := range pairs {
		header.Add(pair.Name, pair.Value)
	}
	return header
}

// setType sets the media type of a recording without headers, which has it elsewhere.
func setType(header http.Header, recorded readHeaders, mediaType string) {
	if len(recorded) == 0 && mediaType != "" && mediaType != "x-unknown" {
		header.Set("Content-Type", mediaType)
	}
}

// sentBody returns the body of a request. A missing body counts as not kept, because browsers leave
// out a file that a page sends by PUT, and record a size of 0.
func sentBody(r *readRequest, header http.Header, attached attachments) (body, error) {
	size, announced := announcedLength(header)
	if !announced && (r.BodySize > 0 || r.PostData != nil) {
		size = int64(r.BodySize)
	}
	switch {
	case r.PostData == nil && size == 0,
		r.PostData == nil && size < 0 && r.isBodiless() && header.Get("Transfer-Encoding") == "":
		return keptBody(nil), nil
	case r.PostData == nil:
		return lostBody(size), nil
	case r.PostData.Size != nil:
		size = int64(*r.PostData.Size)
	}
	if r.PostData.Text == "" && r.PostData.File != "" {
		return attached.body(r.PostData.File, size), nil
	}
	encoding := cmp.Or(r.PostData.Encoding, r.PostData.PlainEncoding)
	b, err := bodyOf(r.PostData.Text, encoding, size)
	if encoding == "" && strings.ContainsFunc(r.PostData.Text, func(c rune) bool { return c >= utf8.RuneSelf }) {
		// Writers make text of binary bodies in different ways, so its length is not that of the body.
		if b.size = size; size == 0 {
			b.size = -1
		}
	}
	return b, err
}

// isBodiless reports whether a request without a Content-Length has no body: because of its method,
// or as a POST of size 0, such as a commit.
func (r *readRequest) isBodiless() bool {
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodDelete:
		return true
	}
	return r.Method == http.MethodPost && r.BodySize == 0
}

// receivedBody returns the body of a response.
func receivedBody(e *readEntry, header http.Header, attached attachments) (body, error) {
	if hasNoBody(e.Request.Method, int(e.Response.Status)) {
		return bodyOf(e.Response.Content.Text, e.Response.Content.Encoding, 0)
	}
	size, announced := announcedLength(header)
	if recorded := int64(e.Response.Content.Size); !announced || recorded > size {
		size = recorded
	}
	inFile := e.Response.Content.Text == "" && e.Response.Content.File != ""
	if header.Get("Content-Encoding") != "" && (e.Response.Content.Text != "" || inFile) {
		size = 0 // some writers give the size of the compressed body, and Text is not compressed
	}
	if inFile {
		return attached.body(e.Response.Content.File, size), nil
	}
	return bodyOf(e.Response.Content.Text, e.Response.Content.Encoding, size)
}

// announcedLength is the Content-Length of a body that is recorded as it was sent, or -1.
func announcedLength(header http.Header) (size int64, announced bool) {
	size, err := strconv.ParseInt(header.Get("Content-Length"), 10, 64)
	if err != nil || size < 0 {
		return -1, false
	}
	return size, true
}

// bodyOf decodes a body of size bytes, or -1 if the size is unknown.
func bodyOf(text, encoding string, size int64) (body, error) {
	if strings.HasSuffix(text, cutMark) {
		return lostBody(max(size, int64(len(text)))), nil
	}
	bytes := []byte(text)
	switch strings.ToLower(encoding) {
	case "":
	case "base64":
		var err error
		if bytes, err = base64.StdEncoding.DecodeString(text); err != nil {
			return body{}, fmt.Errorf("is not base64: %w", err)
		}
	default:
		return body{}, fmt.Errorf("has the encoding %.20q, want base64", encoding)
	}
	// A text of another size may have another encoding; a shorter one was left out.
	if len(bytes) == 0 && size != 0 || int64(len(bytes)) < size {
		return lostBody(size), nil
	}
	return keptBody(bytes), nil
}
