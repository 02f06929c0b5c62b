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

// Request holds a request to the contract. The body is all of the request's, which itself is
// not read. It may be nil where it is not at hand, or binary: then it is held to the contract
// by its announced length and its media type alone. The error is [Differences] or
// [ErrNoOperation].
func (c *Contract) Request(r *http.Request, body []byte) error {
	op, parameters, err := c.route(r)
	if err != nil {
		return err
	}
	known := body != nil || r.ContentLength == 0
	return c.request(op, parameters, r, content{body, int64(len(body)), known})
}

// NeedsBody tells whether a request can be held to the contract in full only with its body at
// hand, which is so where that is JSON with a schema, or where there should be none and nothing
// tells whether there is: its ContentLength is -1.
func (c *Contract) NeedsBody(r *http.Request) bool {
	op, _, err := c.route(r)
	if err == nil && op.RequestBody == nil {
		return r.ContentLength < 0 && !isChunked(r)
	}
	return err == nil && op.readsBody(r)
}

// isChunked tells whether a request announces a body without its length. Its TransferEncoding is
// not among the headers where net/http has read it.
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
		place := placeIn(p.In, p.Name)
		if n := len(r.Header.Values(p.Name)); p.In == openapi3.ParameterInHeader && n > 1 {
			f.add(place, "is given %d times", n)
		}
		f.addSchema(place, openapi3filter.ValidateParameter(r.Context(), input, p))
	}
	f.contentRange(op, r, body)
	f.requestBody(op, r, body, c.schemaOptions(openapi3.VisitAsRequest()))
	return f.err()
}

func (f *findings) requestBody(op *operation, r *http.Request, body content, options []openapi3.SchemaValidationOption) {
	switch {
	case op.RequestBody == nil:
		// Nobody may have read the body, but its length is announced.
		if size := max(body.size, r.ContentLength); size > 0 {
			f.add("body", "has %d bytes where none is documented", size)
		} else if !body.whole && isChunked(r) {
			f.add("body", "is of unknown size where none is documented")
		}
	case body.whole && body.size == 0 && !op.RequestBody.Value.Required:
	default:
		f.body(op.RequestBody.Value.Content, r.Header, body, options)
	}
}

// readsBody tells whether the bytes of the request's body matter.
func (op *operation) readsBody(r *http.Request) bool {
	if op.RequestBody == nil {
		return true
	}
	kind := r.Header.Get("Content-Type")
	media := op.RequestBody.Value.Content.Get(kind)
	return media != nil && isParsed(media, kind)
}

// query parses a query and adds what its operation does not know and what is given twice,
// neither of which kin-openapi looks for.
func (f *findings) query(op *operation, raw string) url.Values {
	values, err := url.ParseQuery(raw)
	if err != nil {
		f.add("query", "%s", line(err.Error()))
	}
	named := namesOf(raw)
	for _, name := range slices.Sorted(maps.Keys(values)) {
		p := op.parameter(openapi3.ParameterInQuery, name)
		switch {
		case p == nil && !named[name]:
			f.add("query", `a part without "=" is not documented`) // it may be a secret as well as a name
		case p == nil:
			f.add(placeIn(openapi3.ParameterInQuery, name), "is not documented")
		case len(values[name]) > 1 && !takesSeveral(p):
			f.add(placeIn(p.In, p.Name), "is given %d times", len(values[name]))
		}
	}
	return values
}

// namesOf returns the names in a query that a "=" follows.
func namesOf(raw string) map[string]bool {
	names := make(map[string]bool)
	for part := range strings.SplitSeq(raw, "&") {
		if name, _, ok := strings.Cut(part, "="); ok {
			if name, err := url.QueryUnescape(name); err == nil {
				names[name] = true
			}
		}
	}
	return names
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
