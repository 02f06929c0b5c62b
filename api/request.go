package api

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
)

// Request validates a request against the contract. The body is the request's whole body; r.Body
// is not read. It may be nil if it is not available, or binary: then only its announced length and
// its media type are validated. The error is [Differences] or [ErrNoOperation].
func (c *Contract) Request(r *http.Request, body []byte) error {
	op, parameters, err := c.route(r)
	if err != nil {
		return err
	}
	known := body != nil || r.ContentLength == 0
	return c.request(op, parameters, r, content{body, int64(len(body)), known})
}

// NeedsBody reports whether a full validation of a request needs its body. It does if the body is
// JSON with a schema, and if the operation has no body but the request may have one, because its
// ContentLength is -1.
func (c *Contract) NeedsBody(r *http.Request) bool {
	op, _, err := c.route(r)
	if err == nil && op.RequestBody == nil {
		return r.ContentLength < 0 && !isChunked(r)
	}
	return err == nil && op.readsBody(r)
}

// isChunked reports whether a request announces a body without its length. If net/http has read
// the request, Transfer-Encoding is not among its headers.
func isChunked(r *http.Request) bool {
	return len(r.TransferEncoding) > 0 || r.Header.Get("Transfer-Encoding") != ""
}

func (c *Contract) request(op *operation, parameters map[string]string, r *http.Request, body content) error {
	f := &findings{operation: op.id, side: InRequest}
	query := f.query(op, r.URL.RawQuery)
	input := &openapi3filter.RequestValidationInput{
		Request: r, PathParams: parameters, QueryParams: query, Options: &c.options,
	}
	for _, p := range op.parameters {
		if p.In == openapi3.ParameterInHeader {
			if n := len(r.Header.Values(p.Name)); n > 1 {
				f.add(placeIn(p.In, p.Name), "is given %d times", n)
			}
		}
		if err := openapi3filter.ValidateParameter(r.Context(), input, p); err != nil {
			f.addSchema(placeIn(p.In, p.Name), err)
		}
	}
	f.contentRange(op, r, body)
	f.requestBody(op, r, body, c.seen, c.schemaOptions(openapi3.VisitAsRequest()))
	return f.err()
}

func (f *findings) requestBody(op *operation, r *http.Request, body content, seen *seenItems, options []openapi3.SchemaValidationOption) {
	switch {
	case op.RequestBody == nil:
		// The body may not have been read, but its length is announced.
		if size := max(body.size, r.ContentLength); size > 0 {
			f.add("body", "has %d bytes, and no body is documented", size)
		} else if !body.whole && isChunked(r) {
			f.add("body", "is of unknown size, and no body is documented")
		}
	case body.whole && body.size == 0 && !op.RequestBody.Value.Required:
	default:
		f.body(op.RequestBody.Value.Content, r.Header, body, seen, options)
	}
}

// readsBody reports whether the bytes of the request's body matter.
func (op *operation) readsBody(r *http.Request) bool {
	if op.RequestBody == nil {
		return true
	}
	kind := r.Header.Get("Content-Type")
	media := op.RequestBody.Value.Content.Get(kind)
	return media != nil && isParsed(media, kind)
}

// query parses a query, and adds parameters that are not documented or are given twice, which
// kin-openapi does not find.
func (f *findings) query(op *operation, raw string) url.Values {
	values, err := url.ParseQuery(raw)
	if err != nil {
		f.add("query", "%s", line(err.Error()))
	}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		p := op.parameter(openapi3.ParameterInQuery, name)
		switch {
		case p == nil && !isNamed(raw, name):
			f.add("query", `a part without "=" is not documented`) // it may be a secret as well as a name
		case p == nil:
			f.add(placeIn(openapi3.ParameterInQuery, name), "is not documented")
		case len(values[name]) > 1 && !takesSeveral(p):
			f.add(placeIn(p.In, p.Name), "is given %d times", len(values[name]))
		}
	}
	return values
}

// isNamed reports whether a "=" follows a name in a query.
func isNamed(raw, name string) bool {
	for part := range strings.SplitSeq(raw, "&") {
		if escaped, _, ok := strings.Cut(part, "="); ok {
			if given, err := url.QueryUnescape(escaped); err == nil && given == name {
				return true
			}
		}
	}
	return false
}

func (op *operation) parameter(in, name string) *openapi3.Parameter {
	for _, p := range op.parameters {
		if p.In == in && p.Name == name {
			return p
		}
	}
	return nil
}

func takesSeveral(p *openapi3.Parameter) bool {
	return p.Schema != nil && p.Schema.Value.Type.Is(openapi3.TypeArray)
}

func placeIn(in, name string) string { return fmt.Sprintf("%s %q", in, cut(name, 80)) }
