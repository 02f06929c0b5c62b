package imagestore

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/sfstore/sfstore/gen"
	"github.com/sfstore/sfstore/wrapper/internal/transport"
)

const (
	// maxBody bounds a response that is decoded, in bytes. The server pages listings at
	// 3 MiB; a list of sessions has no such bound, and this leaves room for 250,000 of them.
	maxBody = 64 << 20
	// maxError bounds what is read of a response that reports a failure, in bytes.
	maxError = 64 << 10
	// maxDrain bounds what is read of an unwanted body, so that the connection can be
	// reused, in bytes.
	maxDrain = 64 << 10
	// maxExcerpt bounds what an error repeats of a response, in runes.
	maxExcerpt = 200
	// maxReason bounds the part of an error that says why a response cannot be used, in runes.
	maxReason = 1000
)

var errTooLong = fmt.Errorf("the response is longer than %d bytes", maxBody)

// CheckResponse returns nil if the status of a response of [Client.Generated] is 2xx. Otherwise it
// reads and closes the body, and returns a [*FabricError]. It returns an [*ArgumentError] for a nil
// response, and for a failure without a request or a body, which no client returns.
func CheckResponse(rsp *http.Response) error {
	switch {
	case rsp == nil:
		return &ArgumentError{Argument: "response", Reason: "is nil"}
	case isSuccess(rsp.StatusCode):
		return nil
	case rsp.Request == nil || rsp.Request.URL == nil || rsp.Body == nil:
		return &ArgumentError{Argument: "response", Reason: "has no request or no body, so it is not that of a client"}
	}
	defer discard(rsp.Body)
	step := func() string { return rsp.Request.Method + " " + redact(rsp.Request.URL) }
	return serverError(operation{step: step}, rsp)
}

// decoded ends a call whose success has a body: it decodes the body as W, the generated type, and
// converts that to the type that callers get. A response 204 counts as an object without members.
func decoded[W, T any](op operation, rsp *http.Response, err error, convert func(W) (T, error)) (T, error) {
	var body W
	var none T
	if err := readResponse(op, rsp, err, &body); err != nil {
		return none, err
	}
	result, err := convert(body)
	if err != nil {
		return none, malformed(op, rsp, err)
	}
	return result, nil
}

// decodedList is decoded for lists: the result of a 204, which the contract has for an empty list,
// is the zero value.
func decodedList[W, T any](op operation, rsp *http.Response, err error, convert func(W) (T, error)) (list T, _ error) {
	if err == nil && rsp.StatusCode == http.StatusNoContent {
		return list, done(op, rsp, nil)
	}
	return decoded(op, rsp, err, convert)
}

// done ends a call whose success has no body.
func done(op operation, rsp *http.Response, err error) error {
	return readResponse(op, rsp, err, nil)
}

// readResponse reads rsp to its end, and decodes the body into the given value, or expects no body
// if that is nil. It returns an error unless the response is a success. With status 204 the value is
// not changed.
func readResponse(op operation, rsp *http.Response, err error, into any) error {
	if err != nil {
		return unsent(op, err)
	}
	defer discard(rsp.Body)
	if !isSuccess(rsp.StatusCode) {
		return serverError(op, rsp)
	}
	if rsp.StatusCode == http.StatusNoContent {
		return nil
	}
	switch err = checkEncoding(rsp); {
	case err != nil:
	case into == nil:
		err = expectNothing(rsp)
	default:
		err = decode(rsp, into)
	}
	if err != nil {
		return malformed(op, rsp, err)
	}
	return nil
}

// expectNothing rejects an unexpected body: it is not the image store's but, for example, the login
// page of a proxy, and the operation was not carried out.
func expectNothing(rsp *http.Response) error {
	switch n, err := io.ReadFull(rsp.Body, make([]byte, 1)); {
	case n > 0:
		return fmt.Errorf("unexpected response body (%s)", cmp.Or(mediaType(rsp), noType))
	case err != io.EOF:
		return endedEarly(rsp, 0, err)
	}
	return nil
}

func isSuccess(status int) bool { return status >= 200 && status <= 299 }

func decode(rsp *http.Response, into any) error {
	if kind := mediaType(rsp); kind != "application/json" {
		return fmt.Errorf("the response is not JSON (%s)", cmp.Or(kind, noType))
	}
	if rsp.ContentLength > maxBody {
		return errTooLong
	}
	body, err := io.ReadAll(io.LimitReader(rsp.Body, maxBody+1))
	switch {
	case err != nil:
		return endedEarly(rsp, len(body), err)
	case len(body) > maxBody:
		return errTooLong
	case len(body) == 0:
		return errors.New("the response is empty")
	}
	return json.Unmarshal(body, into)
}

// serverError makes an error of a response that is not a success. Its body may be a
// FabricError, something else, truncated, or missing; the status is kept in any case.
func serverError(op operation, rsp *http.Response) error {
	e := newError(op, rsp.Request)
	e.StatusCode, e.RetryAfter = rsp.StatusCode, retryAfter(rsp, time.Now())
	if e.Err = redactToken(rsp.Request, cmp.Or(checkRedirect(rsp), checkEncoding(rsp))); e.Err != nil {
		return e
	}
	body, err := io.ReadAll(io.LimitReader(rsp.Body, maxError))
	body = []byte(withoutToken(rsp.Request, string(body)))
	var report gen.FabricError
	if json.Unmarshal(body, &report) == nil && report.Error.Code != "" {
		e.Code = Code(report.Error.Code)
		// The runtime writes the word Null if it has no text.
		if text := report.Error.Message; text != nil && *text != "Null" {
			e.Message = excerpt(*text)
		}
		return e
	}
	e.Message = excerpt(string(body))
	if err != nil {
		e.Err = endedEarly(rsp, len(body), err)
	}
	return e
}

// retryAfter reads the header Retry-After, in seconds or as a date. A date is compared with that of
// the response, so that the clocks need not agree.
func retryAfter(rsp *http.Response, now time.Time) time.Duration {
	if rsp.StatusCode != http.StatusTooManyRequests && rsp.StatusCode != http.StatusServiceUnavailable {
		return 0
	}
	text := rsp.Header.Get("Retry-After")
	if seconds, err := strconv.ParseUint(text, 10, 31); err == nil {
		return time.Duration(seconds) * time.Second
	}
	until, err := http.ParseTime(text)
	if err != nil {
		return 0
	}
	if sent, err := http.ParseTime(rsp.Header.Get("Date")); err == nil {
		now = sent
	}
	return max(0, until.Sub(now))
}

// checkRedirect returns an error that names where a response points, without anything secret.
func checkRedirect(rsp *http.Response) error {
	if rsp.StatusCode < 300 || rsp.StatusCode > 399 || rsp.Header.Get("Location") == "" {
		return nil
	}
	to, err := rsp.Location()
	if err != nil {
		return errNoLocation
	}
	return fmt.Errorf("the response points to %s, and redirects are not followed", excerpt(redact(to)))
}

// checkEncoding rejects a compressed response: none was requested, and a small one could take
// any amount of memory.
func checkEncoding(rsp *http.Response) error {
	if encoding := rsp.Header.Get("Content-Encoding"); encoding != "" && !strings.EqualFold(encoding, "identity") {
		return fmt.Errorf("the response is encoded as %q, which was not requested", excerpt(encoding))
	}
	return nil
}

// cutError is a response that ended early.
type cutError struct {
	after int // bytes of the body
	err   error
	ended bool // by the caller's context or the time limit, and not in transit
}

func (e *cutError) Error() string {
	return fmt.Sprintf("the response ends early, after %d bytes: %v", e.after, e.err)
}
func (e *cutError) Unwrap() error { return e.err }

func endedEarly(rsp *http.Response, after int, err error) error {
	return &cutError{after, err, rsp.Request.Context().Err() != nil}
}

// malformed makes an error of a response that has the status of a success and is invalid.
func malformed(op operation, rsp *http.Response, err error) error {
	e := newError(op, rsp.Request)
	e.StatusCode, e.Err = rsp.StatusCode, redactToken(rsp.Request, err)
	return e
}

// unsent makes an error of a request that got no response.
func unsent(op operation, err error) error {
	send, ok := errors.AsType[*sendError](err)
	if !ok {
		return fmt.Errorf("%s: %w", op.step(), err)
	}
	e := newError(op, send.request)
	e.Err = send.err
	return e
}

func newError(op operation, r *http.Request) *FabricError {
	e := &FabricError{Operation: op.id, Step: op.step(), Method: r.Method, URL: redact(r.URL)}
	if id := r.Header[requestIDHeader]; len(id) == 1 { //nolint:staticcheck // not canonical, as gateways compare it
		e.RequestID = id[0]
	}
	return e
}

// redact removes the query: the step has all it says, and a proxy or a redirect may have put a
// secret there.
func redact(u *url.URL) string {
	bare := *u
	bare.User, bare.RawQuery, bare.Fragment = nil, "", ""
	return bare.String()
}

func mediaType(rsp *http.Response) string {
	written := rsp.Header.Get("Content-Type")
	if written == "application/json; charset=utf-8" { // as gateways write it
		return "application/json"
	}
	kind, _, err := mime.ParseMediaType(written)
	if err != nil {
		return ""
	}
	return kind
}

// noType stands for a missing media type in errors.
const noType = "no Content-Type"

// excerpt is the beginning of a text in one line that is safe to print.
func excerpt(text string) string { return transport.Printable(text, maxExcerpt) }

// discard reads the rest of a body, if it is short, so that the connection can be reused.
func discard(body io.ReadCloser) {
	_, _ = io.CopyN(io.Discard, body, maxDrain)
	_ = body.Close()
}
