package recording

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// exchangeOf makes an exchange of an entry of a HAR.
func exchangeOf(e readEntry) (x exchange, err error) {
	if e.Request.Method == "" && e.Request.URL == "" {
		return x, errors.New("it has no request")
	}
	if !isToken(e.Request.Method) {
		return x, fmt.Errorf("%.20q is no method", e.Request.Method)
	}
	header := headerOf(e.Request.Headers)
	if e.Request.PostData != nil {
		setType(header, e.Request.Headers, e.Request.PostData.MimeType)
	}
	if x.sent, err = sentBody(&e.Request, header); err != nil {
		return x, fmt.Errorf("the body of the request %w", err)
	}
	x.request, x.badURL = requestOf(e.Request.Method, e.Request.URL, header, x.sent)

	if e.Response.Status <= 0 {
		return x, nil // writers put 0 or -1 where no response came
	}
	x.status, x.header = e.Response.Status, headerOf(e.Response.Headers)
	setType(x.header, e.Response.Headers, e.Response.Content.MimeType)
	if x.received, err = receivedBody(&e, x.header); err != nil {
		return x, fmt.Errorf("the body of the response %w", err)
	}
	return x, nil
}

// headerOf makes a header of what may be in lower case.
func headerOf(pairs readHeaders) http.Header {
	header := make(http.Header, len(pairs))
	for _, pair := range pairs {
		header.Add(pair.Name, pair.Value)
	}
	return header
}

// setType takes the media type from where else a recording without any headers has it.
func setType(header http.Header, recorded readHeaders, mediaType string) {
	if len(recorded) == 0 && mediaType != "" && mediaType != "x-unknown" {
		header.Set("Content-Type", mediaType)
	}
}

// sentBody returns the body of a request. One that is not there was not kept, for browsers
// leave out what a page sends from a file and then say that the size is 0.
func sentBody(r *readRequest, header http.Header) (body, error) {
	size, announced := announcedLength(header)
	if !announced && (r.BodySize > 0 || r.PostData != nil) {
		size = int64(r.BodySize)
	}
	switch {
	case r.PostData == nil && size == 0,
		r.PostData == nil && size < 0 && isBodiless(r.Method) && header.Get("Transfer-Encoding") == "":
		return keptBody(nil), nil
	case r.PostData == nil:
		return lostBody(size), nil
	case r.PostData.Size != nil:
		size = int64(*r.PostData.Size)
	}
	return bodyOf(r.PostData.Text, r.PostData.Encoding, size)
}

// isBodiless tells the methods whose requests have no body unless something says so.
func isBodiless(method string) bool {
	return method == http.MethodGet || method == http.MethodHead || method == http.MethodDelete
}

// receivedBody returns the body of a response.
func receivedBody(e *readEntry, header http.Header) (body, error) {
	if hasNoBody(e.Request.Method, e.Response.Status) {
		return bodyOf(e.Response.Content.Text, e.Response.Content.Encoding, 0)
	}
	size, announced := announcedLength(header)
	if recorded := int64(e.Response.Content.Size); !announced || recorded > size {
		size = recorded
	}
	if header.Get("Content-Encoding") != "" && e.Response.Content.Text != "" {
		size = 0 // some writers tell the size of the compressed body, of which Text is not
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

// bodyOf decodes a body of size bytes, or of an unknown number, -1.
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
	// A text of another size may have another encoding; one that is shorter was left out.
	if len(bytes) == 0 && size != 0 || int64(len(bytes)) < size {
		return lostBody(size), nil
	}
	return keptBody(bytes), nil
}
