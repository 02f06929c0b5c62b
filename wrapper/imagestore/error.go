package imagestore

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/sfstore/sfstore/wrapper/internal/transport"
)

// FabricError is a failed operation: the server reported an error, its response could not be
// used, or there was no response. Find it with [errors.As].
type FabricError struct {
	Operation  string        // operationId of the contract; empty for [CheckResponse]
	Step       string        // the operation in words, such as `list "App"`
	Method     string        // HTTP method
	URL        string        // without anything secret
	StatusCode int           // HTTP status, 0 if there was no response
	Code       Code          // the server's code, empty if it gave none
	Message    string        // the server's text, or the beginning of what it sent instead
	RequestID  string        // the id in the gateway's log
	RetryAfter time.Duration // how long a 429 or 503 asks to wait before a retry; 0 if it does not
	Err        error         // why there is no usable response; nil if the server reported the failure
}

// Error reads like `list "App": 404 FABRIC_E_FILE_NOT_FOUND: File not found (request ...)`.
func (e *FabricError) Error() string {
	var b strings.Builder
	b.WriteString(e.Step)
	b.WriteString(": ")
	if e.StatusCode == 0 {
		fmt.Fprintf(&b, "no response to %s %s", e.Method, e.URL)
	} else {
		fmt.Fprintf(&b, "%d %s", e.StatusCode, e.reason())
	}
	if e.Message != "" {
		b.WriteString(": ")
		b.WriteString(e.Message)
	}
	if e.Err != nil {
		b.WriteString(": ")
		b.WriteString(transport.Printable(e.Err.Error(), maxReason))
	}
	if e.RequestID != "" {
		fmt.Fprintf(&b, " (request %s)", e.RequestID)
	}
	return b.String()
}

// reason is the code, or else HTTP's text for the status.
func (e *FabricError) reason() string {
	if e.Code != "" {
		return excerpt(string(e.Code))
	}
	if text := http.StatusText(e.StatusCode); text != "" {
		return text
	}
	return "unknown status"
}

// Unwrap returns why there is no usable response.
func (e *FabricError) Unwrap() error { return e.Err }

// Is reports whether target is the class of the error, for [errors.Is].
func (e *FabricError) Is(target error) bool {
	class, ok := target.(*errorClass)
	return ok && class.holds(e)
}

// errorClass is a kind of failure that callers decide by.
type errorClass struct {
	text  string
	holds func(*FabricError) bool
}

func (c *errorClass) Error() string { return c.text }

func withStatus(text string, statuses ...int) error {
	return &errorClass{text, func(e *FabricError) bool { return slices.Contains(statuses, e.StatusCode) }}
}

// The classes of a [FabricError], for [errors.Is].
var (
	// ErrBadRequest is status 400: the request is invalid, or the gateway does not know the
	// operation or the api-version.
	ErrBadRequest = withStatus("bad request", http.StatusBadRequest)
	// ErrRefused is status 401 or 403: no certificate or token was accepted, or the role does
	// not allow the operation. It is also a connection that failed because one side does not accept
	// the other's certificate, see [ServerCertificateError], or because a proxy refuses it, see
	// [ProxyError], and a failed token source. A retry does not help.
	ErrRefused error = &errorClass{"refused", func(e *FabricError) bool {
		_, noToken := errors.AsType[*tokenError](e.Err)
		return e.StatusCode == http.StatusUnauthorized || e.StatusCode == http.StatusForbidden ||
			e.StatusCode == 0 && (noToken || isRefusal(e.Err))
	}}
	// ErrNotFound is status 404.
	ErrNotFound = withStatus("not found", http.StatusNotFound)
	// ErrConflict is status 409.
	ErrConflict = withStatus("conflict", http.StatusConflict)
	// ErrTooLarge is status 413.
	ErrTooLarge = withStatus("too large", http.StatusRequestEntityTooLarge)
	// ErrUnavailable is status 502 or 503: the cluster cannot do it now; a retry may help.
	ErrUnavailable = withStatus("unavailable", http.StatusBadGateway, http.StatusServiceUnavailable)
	// ErrTimeout is status 504, or a response that exceeded the server's or the caller's time limit.
	// The operation may or may not have been carried out.
	ErrTimeout error = &errorClass{"timeout", func(e *FabricError) bool {
		late, ok := errors.AsType[interface {
			error
			Timeout() bool
		}](e.Err)
		return e.StatusCode == http.StatusGatewayTimeout || ok && late.Timeout()
	}}
	// ErrNoResponse is a request that got no response at all: no connection, or one that broke.
	ErrNoResponse error = &errorClass{"no response", func(e *FabricError) bool { return e.StatusCode == 0 }}
	// ErrMalformed is a response that does not conform to the contract, or that was truncated for
	// another reason than a time limit or the context.
	ErrMalformed error = &errorClass{"malformed response", func(e *FabricError) bool {
		cut, ok := errors.AsType[*cutError](e.Err)
		return e.StatusCode != 0 && e.Err != nil && (!ok || !cut.ended)
	}}
	// ErrTruncated is a response that ended early. A retry may help, unlike with any other
	// [ErrMalformed].
	ErrTruncated error = &errorClass{"truncated response", func(e *FabricError) bool {
		_, ok := errors.AsType[*cutError](e.Err)
		return ok
	}}
	// ErrUnpageable is a listing that does not end, because its continuation token is wrong: the
	// server's are if a name contains "=". Or the page of the token is missing. The files can be
	// listed one by one.
	ErrUnpageable error = &errorClass{"endless listing", func(e *FabricError) bool {
		_, ok := errors.AsType[*pagingError](e.Err)
		return ok
	}}
)

// HasCode reports whether err is a [*FabricError] with one of the codes.
func HasCode(err error, codes ...Code) bool {
	fabric, ok := errors.AsType[*FabricError](err)
	return ok && slices.Contains(codes, fabric.Code)
}
