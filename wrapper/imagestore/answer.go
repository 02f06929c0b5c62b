package imagestore

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"unicode"

	"github.com/sfstore/sfstore/gen"
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
	// maxExcerpt bounds what an error repeats of an answer that is not a FabricError, in runes.
	maxExcerpt = 200
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
// the given value unless that is nil or the status is 204, and makes an error of whatever is
// not a success.
func answer(op operation, rsp *http.Response, err error, into any) error {
	if err != nil {
		return unsent(op, err)
	}
	defer discard(rsp.Body)
	if !isSuccess(rsp.StatusCode) {
		return serverError(op, rsp)
	}
	if into == nil || rsp.StatusCode == http.StatusNoContent {
		return nil
	}
	if err := decode(rsp, into); err != nil {
		return malformed(op, rsp, err)
	}
	return nil
}

func isSuccess(status int) bool { return status >= 200 && status <= 299 }

func decode(rsp *http.Response, into any) error {
	if kind := mediaType(rsp); kind != "application/json" {
		return fmt.Errorf("the answer is %s, not JSON", orNothing(kind))
	}
	body, err := io.ReadAll(io.LimitReader(rsp.Body, maxAnswer+1))
	switch {
	case err != nil:
		return fmt.Errorf("the answer breaks off after %d bytes: %w", len(body), err)
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
	body, err := io.ReadAll(io.LimitReader(rsp.Body, maxError))
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
		e.Err = fmt.Errorf("the answer breaks off after %d bytes: %w", len(body), err)
	}
	return e
}

// malformed is an answer with the status of a success that cannot be used as one.
func malformed(op operation, rsp *http.Response, err error) error {
	e := newError(op, rsp.Request)
	e.StatusCode, e.Err = rsp.StatusCode, err
	return e
}

// unsent makes an error of a request that got no answer.
func unsent(op operation, err error) error {
	var send *sendError
	if !errors.As(err, &send) {
		return fmt.Errorf("%s: %w", op.step, err)
	}
	e := newError(op, send.request)
	e.RequestID, e.Err = send.id, send.err
	// net/http puts method and URL in front of the cause; the error has them already.
	var sent *url.Error
	if errors.As(send.err, &sent) {
		e.Err = sent.Err
	}
	return e
}

func newError(op operation, r *http.Request) *FabricError {
	e := &FabricError{Operation: op.id, Step: op.step, Method: r.Method, URL: redact(r.URL)}
	if id := r.Header[requestIDHeader]; len(id) == 1 {
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
func excerpt(text string) string {
	var b strings.Builder
	n := 0
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }) {
		if n > 0 {
			b.WriteByte(' ')
		}
		for _, r := range word {
			if n++; n > maxExcerpt {
				return b.String() + "..."
			}
			b.WriteRune(r)
		}
	}
	return b.String()
}

// discard reads what little may be left, so that the connection can be used again.
func discard(body io.ReadCloser) {
	_, _ = io.CopyN(io.Discard, body, maxDrain)
	_ = body.Close()
}
