package recording

import "time"

// These are the parts of HAR 1.2 that an exchange is made of, as this package writes them. What
// it reads is in read_har_types.go.

type harEntry struct {
	StartedDateTime time.Time   `json:"startedDateTime"`
	Time            float64     `json:"time"` // milliseconds
	Request         harRequest  `json:"request"`
	Response        harResponse `json:"response"`
	Cache           struct{}    `json:"cache"`
	Timings         harTimings  `json:"timings"`
	Comment         string      `json:"comment,omitempty"`
}

type harRequest struct {
	Method      string       `json:"method"`
	URL         string       `json:"url"`
	HTTPVersion string       `json:"httpVersion"`
	Cookies     []harPair    `json:"cookies"`
	Headers     []harPair    `json:"headers"`
	QueryString []harPair    `json:"queryString"`
	PostData    *harPostData `json:"postData,omitempty"`
	HeadersSize int64        `json:"headersSize"` // -1 when not known
	BodySize    int64        `json:"bodySize"`    // -1 when not known
}

type harResponse struct {
	Status      int        `json:"status"` // 0 when no response came
	StatusText  string     `json:"statusText"`
	HTTPVersion string     `json:"httpVersion"`
	Cookies     []harPair  `json:"cookies"`
	Headers     []harPair  `json:"headers"`
	Content     harContent `json:"content"`
	RedirectURL string     `json:"redirectURL"`
	HeadersSize int64      `json:"headersSize"`
	BodySize    int64      `json:"bodySize"`
}

type harPair struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// harPostData is the body of a request. HAR 1.2 knows no encoding there; the recorder writes a
// body that is no UTF-8 in base64 and says so in _encoding, as other writers do.
type harPostData struct {
	MimeType string `json:"mimeType"`
	Text     string `json:"text"`
	Encoding string `json:"_encoding,omitempty"` // "base64", or empty
	Size     *int64 `json:"_size,omitempty"`     // of the body, where Text is not all of it
	SHA256   string `json:"_sha256,omitempty"`   // of the whole body, in hexadecimal
}

// harContent is the body of a response.
type harContent struct {
	Size     int64  `json:"size"` // of the body; larger than Text where that was left out
	MimeType string `json:"mimeType"`
	Text     string `json:"text,omitempty"`
	Encoding string `json:"encoding,omitempty"` // "base64", or empty
	SHA256   string `json:"_sha256,omitempty"`  // of the whole body, in hexadecimal
}

type harTimings struct {
	Send    float64 `json:"send"`
	Wait    float64 `json:"wait"`
	Receive float64 `json:"receive"`
}
