package imagestore

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/sfstore/sfstore/internal/transport"
)

// FabricError is an operation that failed: the server said so, or its answer could not be
// used, or no answer came. Find it with [errors.As].
type FabricError struct {
	Operation  string // operationId of the contract; empty for [CheckResponse]
	Step       string // the operation in words, such as `list "App"`
	Method     string // HTTP method
	URL        string // without anything secret
	StatusCode int    // HTTP status, 0 when no answer came
	Code       Code   // the server's code, empty when it gave none
	Message    string // the server's text, or the beginning of what it sent instead
	RequestID  string // what the gateway has in its log
	Err        error  // why there is no usable answer; nil when the server reported the failure
}

// Error reads like `list "App": 404 FABRIC_E_FILE_NOT_FOUND: File not found (request ...)`.
func (e *FabricError) Error() string {
	var b strings.Builder
	b.WriteString(e.Step)
	b.WriteString(": ")
	if e.StatusCode == 0 {
		fmt.Fprintf(&b, "no answer to %s %s", e.Method, e.URL)
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

// reason is the code, or else what HTTP calls the status.
func (e *FabricError) reason() string {
	if e.Code != "" {
		return excerpt(string(e.Code))
	}
	if text := http.StatusText(e.StatusCode); text != "" {
		return text
	}
	return "unknown status"
}

// Unwrap returns why there is no usable answer.
func (e *FabricError) Unwrap() error { return e.Err }

// Is makes [errors.Is] find the class of the error.
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
	// ErrBadRequest is status 400: the request cannot be carried out as it is, or the gateway
	// does not know the operation or the api-version.
	ErrBadRequest = withStatus("bad request", http.StatusBadRequest)
	// ErrRefused is status 401 or 403: no certificate or token was accepted, or the role does
	// not allow the operation. It is also a connection that did not come about because one side
	// does not accept who the other is, see [ServerCertificateError], and a token that could not
	// be had. Trying again does not help.
	ErrRefused error = &errorClass{"refused", func(e *FabricError) bool {
		_, noToken := errors.AsType[*tokenError](e.Err)
		return e.StatusCode == http.StatusUnauthorized || e.StatusCode == http.StatusForbidden ||
			e.StatusCode == 0 && (noToken || transport.IsRefusal(e.Err))
	}}
	// ErrNotFound is status 404.
	ErrNotFound = withStatus("not found", http.StatusNotFound)
	// ErrConflict is status 409.
	ErrConflict = withStatus("conflict", http.StatusConflict)
	// ErrTooLarge is status 413.
	ErrTooLarge = withStatus("too large", http.StatusRequestEntityTooLarge)
	// ErrUnavailable is status 502 or 503: the cluster cannot do it at this moment.
	ErrUnavailable = withStatus("unavailable", http.StatusBadGateway, http.StatusServiceUnavailable)
	// ErrTimeout is status 504, or an answer that did not come in time, whoever set the time.
	// The operation may or may not have been carried out.
	ErrTimeout error = &errorClass{"timeout", func(e *FabricError) bool {
		late, ok := errors.AsType[interface {
			error
			Timeout() bool
		}](e.Err)
		return e.StatusCode == http.StatusGatewayTimeout || ok && late.Timeout()
	}}
	// ErrNoAnswer is a request that got no answer at all: no connection, or one that broke.
	ErrNoAnswer error = &errorClass{"no answer", func(e *FabricError) bool { return e.StatusCode == 0 }}
	// ErrMalformed is an answer that is not what the contract says, or that broke off on its
	// way for another reason than the end of time or of the context.
	ErrMalformed error = &errorClass{"malformed answer", func(e *FabricError) bool {
		cut, ok := errors.AsType[*cutError](e.Err)
		return e.StatusCode != 0 && e.Err != nil && (!ok || !cut.ended)
	}}
)

// HasCode says whether err is a [*FabricError] with one of the codes.
func HasCode(err error, codes ...Code) bool {
	var fabric *FabricError
	return errors.As(err, &fabric) && slices.Contains(codes, fabric.Code)
}
