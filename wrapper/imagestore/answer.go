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
	"strings"

	"github.com/sfstore/sfstore/gen"
	"github.com/sfstore/sfstore/internal/transport"
)

const (
	// maxAnswer bounds an answer that is decoded, in bytes. The server pages listings at
	// 3 MiB; a list of sessions has no such bound, and this leaves room for 250,000 of them.
	maxAnswer = 64 << 20
	// maxError bounds what is read of an answer that reports a failure, in bytes.
	maxError = 64 << 10
	// maxDrain bounds what is read of a body that nobody wants, so that the connection can be
	// used again, in bytes.
	maxDrain = 64 << 10
	// maxExcerpt bounds what an error repeats of an answer, in runes.
	maxExcerpt = 200
	// maxReason bounds how long an error tells why an answer cannot be used, in runes.
	maxReason = 1000
)

var errTooLong = fmt.Errorf("the answer is longer than %d bytes", maxAnswer)

// CheckResponse returns the [*FabricError] that an answer of [Client.Generated] stands for,
// and nil when its status is 2xx. Of a failure it reads and closes the body.
func CheckResponse(rsp *http.Response) error {
	if isSuccess(rsp.StatusCode) {
		return nil
	}
	defer discard(rsp.Body)
	step := rsp.Request.Method + " " + redact(rsp.Request.URL)
	return serverError(operation{step: step}, rsp)
}

// answer ends a call of the generated client: it reads rsp to its end, decodes the body into
// the given value, where nil stands for no body, and makes an error of whatever is not a
// success. With status 204 the value stays as it is.
func answer(op operation, rsp *http.Response, err error, into any) error {
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

// expectNothing refuses a body where the store sends none: it comes from something else, such
// as the login page of a proxy, and nothing was carried out.
func expectNothing(rsp *http.Response) error {
	switch n, err := io.ReadFull(rsp.Body, make([]byte, 1)); {
	case n > 0:
		return fmt.Errorf("the answer has a body %s, where the image store sends none", orNothing(mediaType(rsp)))
	case err != io.EOF:
		return brokenOff(rsp, 0, err)
	}
	return nil
}

func isSuccess(status int) bool { return status >= 200 && status <= 299 }

func decode(rsp *http.Response, into any) error {
	if kind := mediaType(rsp); kind != "application/json" {
		return fmt.Errorf("the answer is %s, not JSON", orNothing(kind))
	}
	if rsp.ContentLength > maxAnswer {
		return errTooLong
	}
	body, err := io.ReadAll(io.LimitReader(rsp.Body, maxAnswer+1))
	switch {
	case err != nil:
		return brokenOff(rsp, len(body), err)
	case len(body) > maxAnswer:
		return errTooLong
	case len(body) == 0:
		return errors.New("the answer is empty")
	}
	return json.Unmarshal(body, into)
}

// serverError makes an error of an answer that is not a success. Its body may be a
// FabricError, something else, broken off, or missing; the status is kept whatever it is.
func serverError(op operation, rsp *http.Response) error {
	e := newError(op, rsp.Request)
	e.StatusCode = rsp.StatusCode
	if e.Err = quiet(rsp.Request, cmp.Or(checkRedirect(rsp), checkEncoding(rsp))); e.Err != nil {
		return e
	}
	body, err := io.ReadAll(io.LimitReader(rsp.Body, maxError))
	body = []byte(withoutToken(rsp.Request, string(body)))
	var report gen.FabricError
	if json.Unmarshal(body, &report) == nil && report.Error.Code != "" {
		e.Code = Code(report.Error.Code)
		// The runtime writes the word Null where it has no text.
		if text := report.Error.Message; text != nil && *text != "Null" {
			e.Message = excerpt(*text)
		}
		return e
	}
	e.Message = excerpt(string(body))
	if err != nil {
		e.Err = brokenOff(rsp, len(body), err)
	}
	return e
}

// checkRedirect says where an answer points, without anything secret.
func checkRedirect(rsp *http.Response) error {
	if rsp.StatusCode < 300 || rsp.StatusCode > 399 || rsp.Header.Get("Location") == "" {
		return nil
	}
	to, err := rsp.Location()
	if err != nil {
		return errNoLocation
	}
	return fmt.Errorf("the answer points to %s, and redirects are not followed", excerpt(redact(to)))
}

// checkEncoding refuses a compressed answer: none was asked for, and a small one could take
// any amount of memory.
func checkEncoding(rsp *http.Response) error {
	if encoding := rsp.Header.Get("Content-Encoding"); encoding != "" && !strings.EqualFold(encoding, "identity") {
		return fmt.Errorf("the answer is encoded as %q, which was not asked for", excerpt(encoding))
	}
	return nil
}

// cutError is an answer that broke off.
type cutError struct {
	after int // bytes of the body
	err   error
	ended bool // by the caller's context or the time limit, and not on the way
}

func (e *cutError) Error() string {
	return fmt.Sprintf("the answer breaks off after %d bytes: %v", e.after, e.err)
}
func (e *cutError) Unwrap() error { return e.err }

func brokenOff(rsp *http.Response, after int, err error) error {
	return &cutError{after, err, rsp.Request.Context().Err() != nil}
}

// malformed is an answer with the status of a success that cannot be used as one.
func malformed(op operation, rsp *http.Response, err error) error {
	e := newError(op, rsp.Request)
	e.StatusCode, e.Err = rsp.StatusCode, quiet(rsp.Request, err)
	return e
}

// unsent makes an error of a request that got no answer.
func unsent(op operation, err error) error {
	var send *sendError
	if !errors.As(err, &send) {
		return fmt.Errorf("%s: %w", op.step, err)
	}
	e := newError(op, send.request)
	e.Err = send.err
	return e
}

func newError(op operation, r *http.Request) *FabricError {
	e := &FabricError{Operation: op.id, Step: op.step, Method: r.Method, URL: redact(r.URL)}
	if id := r.Header[requestIDHeader]; len(id) == 1 { //nolint:staticcheck // not canonical, as gateways compare it
		e.RequestID = id[0]
	}
	return e
}

// redact leaves out the query: it says nothing that the step does not, and what a proxy or a
// redirect put there may be secret.
func redact(u *url.URL) string {
	bare := *u
	bare.User, bare.RawQuery, bare.Fragment = nil, "", ""
	return bare.String()
}

func mediaType(rsp *http.Response) string {
	kind, _, err := mime.ParseMediaType(rsp.Header.Get("Content-Type"))
	if err != nil {
		return ""
	}
	return kind
}

func orNothing(kind string) string {
	if kind == "" {
		return "of no type"
	}
	return kind
}

// excerpt is the beginning of a text in one line that is safe to print.
func excerpt(text string) string { return transport.Printable(text, maxExcerpt) }

// discard reads what little may be left, so that the connection can be used again.
func discard(body io.ReadCloser) {
	_, _ = io.CopyN(io.Discard, body, maxDrain)
	_ = body.Close()
}
