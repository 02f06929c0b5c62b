package emulator

import (
	"net/http"
	"time"
)

// Exchange is one request and its result, for a log.
type Exchange struct {
	Method string
	// Path is the escaped path with the query, as it was sent.
	Path string
	// Operation is the published operationId, empty for a URL that has none.
	Operation string
	// Status is the HTTP status, or 0 for a connection that was closed on
	// purpose without a response.
	Status int
	// Code is the Service Fabric code of a failure that has a body.
	Code string
	// BytesIn and BytesOut are the sizes of the two bodies.
	BytesIn, BytesOut int64
	// Duration is the time from the request's headers to the end of the
	// response.
	Duration time.Duration
	// Request and Response are the headers, with secrets replaced.
	Request, Response http.Header
}

func (s *Store) logRequest(c *request, began time.Time, a response, header http.Header, sent int64) {
	if s.log == nil && c.observe == nil {
		return
	}
	path := rawPath(c.r.URL)
	if c.r.URL.RawQuery != "" {
		path += "?" + c.r.URL.RawQuery
	}
	e := Exchange{
		Method:   c.r.Method,
		Path:     path,
		Status:   a.status,
		Code:     a.code,
		BytesIn:  c.in.n,
		BytesOut: sent,
		Duration: time.Since(began),
		Request:  redacted(c.r.Header),
		Response: redacted(header),
	}
	if c.route != nil {
		e.Operation = c.route.operation
	}
	if s.log != nil {
		s.log(e)
	}
	if c.observe != nil {
		c.observe(e)
	}
}

func redacted(h http.Header) http.Header {
	h = h.Clone()
	for _, name := range []string{"Authorization", "Proxy-Authorization", "Cookie", "Set-Cookie"} {
		if h.Values(name) != nil {
			h.Set(name, "REDACTED")
		}
	}
	return h
}
