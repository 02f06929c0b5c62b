package api

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"

	"github.com/getkin/kin-openapi/openapi3"
)

// Example is a named example of a request's or a response's body.
type Example struct {
	Operation string // operationId
	Status    string // such as "200" or "default"; "" for a request
	MediaType string
	Name      string
	Body      []byte // JSON, or the bytes themselves if the schema is binary
}

// Examples returns every named example of a body that the document has, sorted by operation,
// status, media type and name. One that several operations share is returned once for each.
func (c *Contract) Examples() []Example {
	var all []Example
	for op := range c.operations() {
		if op.RequestBody != nil {
			all = append(all, examplesOf(op, "", op.RequestBody.Value.Content)...)
		}
		for status, response := range op.Responses.Map() {
			all = append(all, examplesOf(op, status, response.Value.Content)...)
		}
	}
	slices.SortFunc(all, compareExamples)
	return all
}

func compareExamples(a, b Example) int {
	return cmp.Or(cmp.Compare(a.Operation, b.Operation), cmp.Compare(a.Status, b.Status),
		cmp.Compare(a.MediaType, b.MediaType), cmp.Compare(a.Name, b.Name))
}

func examplesOf(op *operation, status string, content openapi3.Content) []Example {
	var examples []Example
	for mediaType, media := range content {
		for name, example := range media.Examples {
			body := bodyOf(media, example.Value.Value)
			examples = append(examples, Example{op.id, status, mediaType, name, body})
		}
	}
	return examples
}

func bodyOf(media *openapi3.MediaType, value any) []byte {
	if text, ok := value.(string); ok && media.Schema != nil && media.Schema.Value.Format == "binary" {
		return []byte(text)
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(value); err != nil {
		panic(err) // cannot be: the value was read from YAML and validated
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}
