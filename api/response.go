package api

import (
	"context"
	"maps"
	"net/http"
	"slices"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
)

// Response validates the response to a request against the contract. The error is [Differences], or
// [ErrNoOperation] if the request is not an operation.
func (c *Contract) Response(r *http.Request, status int, header http.Header, body []byte) error {
	op, _, err := c.route(r)
	if err != nil {
		return err
	}
	return c.response(op, r.Method, status, header, content{body, int64(len(body)), true})
}

// ResponseHead is [Contract.Response] for a response whose body is not available. Size is that of
// the body in bytes, or -1 if it is not known.
func (c *Contract) ResponseHead(r *http.Request, status int, header http.Header, size int64) error {
	op, _, err := c.route(r)
	if err != nil {
		return err
	}
	return c.response(op, r.Method, status, header, content{size: size, whole: size == 0})
}

func (c *Contract) response(op *operation, method string, status int, header http.Header, body content) error {
	c.coverage.count(op.id, status, body.bytes)
	f := &findings{operation: op.id, side: InResponse}
	documented := op.response(status)
	if documented == nil {
		f.add("status", "%d is not documented", status)
		return f.err()
	}
	for _, name := range slices.Sorted(maps.Keys(documented.Headers)) {
		f.header(name, documented.Headers[name].Value, header, &c.options)
	}
	if method == http.MethodHead {
		body.whole = false
	}
	expected := documented.Content
	if documented.Extensions["x-body"] == "rare" && body.size > 0 {
		expected = op.Responses.Default().Value.Content
	}
	switch {
	case len(expected) == 0:
		if body.size > 0 {
			f.add("body", "has %d bytes, and no body is documented", body.size)
		}
	case body.size <= 0 && documented.Extensions["x-body"] == "optional":
	default:
		f.body(expected, header, body, c.seen, c.schemaOptions(openapi3.VisitAsResponse()))
	}
	return f.err()
}

// response returns the documented response for a status. The default response covers only
// failures; otherwise every 2xx and 3xx would be documented.
func (op *operation) response(status int) *openapi3.Response {
	ref := op.Responses.Status(status)
	if ref == nil && isFailure(status) {
		ref = op.Responses.Default()
	}
	if ref == nil {
		return nil
	}
	return ref.Value
}

// header checks a header of a response like a parameter.
func (f *findings) header(name string, documented *openapi3.Header, header http.Header, options *openapi3filter.Options) {
	parameter := documented.Parameter
	parameter.Name, parameter.In = name, openapi3.ParameterInHeader
	input := &openapi3filter.RequestValidationInput{Request: &http.Request{Header: header}, Options: options}
	if err := openapi3filter.ValidateParameter(context.Background(), input, &parameter); err != nil {
		f.addSchema(placeIn(parameter.In, name), err)
	}
}
