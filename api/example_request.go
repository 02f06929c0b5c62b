package api

import (
	"bytes"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// ExampleRequest returns a request of an operation that is ready to be sent to an endpoint,
// such as "http://localhost:19080". It uses the document's examples of the required parameters,
// of the optional ones that have a default value, and of the body; the first by name if there are
// several.
//
// It returns an error if the document has no such operation, if a parameter or a required body
// has no example, or if the endpoint is not a URL.
func (c *Contract) ExampleRequest(endpoint, operationID string) (*http.Request, error) {
	op := c.find(operationID)
	if op == nil {
		return nil, fmt.Errorf("the document has no operation %q", operationID)
	}
	path, query, header := op.path, url.Values{}, http.Header{}
	for _, p := range op.parameters {
		if !p.Required && (p.Schema == nil || p.Schema.Value.Default == nil) {
			continue
		}
		example, ok := exampleOf(p)
		if !ok {
			return nil, fmt.Errorf("%s: %s has no example", op.id, placeIn(p.In, p.Name))
		}
		switch p.In {
		case openapi3.ParameterInPath:
			path = strings.ReplaceAll(path, "{"+p.Name+"}", escapePath(example))
		case openapi3.ParameterInQuery:
			query.Set(p.Name, example)
		case openapi3.ParameterInHeader:
			header.Set(p.Name, example)
		}
	}
	body, err := exampleBody(op, header)
	if err != nil {
		return nil, err
	}
	target := strings.TrimSuffix(endpoint, "/") + path
	if len(query) > 0 {
		target += "?" + query.Encode()
	}
	r, err := http.NewRequest(op.method, target, bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", op.id, err)
	}
	r.Header = header
	return r, nil
}

// exampleBody returns the body of an example request, and sets the header of its media type.
func exampleBody(op *operation, header http.Header) ([]byte, error) {
	if op.RequestBody == nil {
		return nil, nil
	}
	examples := examplesOf(op, "", op.RequestBody.Value.Content)
	if len(examples) == 0 {
		if op.RequestBody.Value.Required {
			return nil, fmt.Errorf("%s: request body has no example", op.id)
		}
		return nil, nil
	}
	first := slices.MinFunc(examples, compareExamples)
	header.Set("Content-Type", first.MediaType)
	return first.Body, nil
}

// exampleOf returns the example of a parameter as text, and whether there is one.
func exampleOf(p *openapi3.Parameter) (string, bool) {
	value := p.Example
	if names := slices.Sorted(maps.Keys(p.Examples)); value == nil && len(names) > 0 {
		value = p.Examples[names[0]].Value.Value
	}
	if value == nil && p.Schema != nil {
		value = p.Schema.Value.Example
	}
	if number, ok := value.(float64); ok {
		return plain(number), true
	}
	return fmt.Sprint(value), value != nil
}

// escapePath escapes the segments of a path, and leaves the slashes between them.
func escapePath(path string) string {
	segments := strings.Split(path, "/")
	for i, segment := range segments {
		segments[i] = url.PathEscape(segment)
	}
	return strings.Join(segments, "/")
}
