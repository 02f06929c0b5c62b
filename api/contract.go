package api

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"

	"github.com/sfstore/sfstore"
)

// Contract is an OpenAPI document that requests and responses are validated against. It is safe for
// concurrent use.
type Contract struct {
	doc      *openapi3.T
	paths    []path   // in matching order
	roots    []string // first segments of the paths
	options  openapi3filter.Options
	coverage *Coverage
	seen     *seenItems
}

// Load returns the contract of the image store. The document is parsed and validated once; an error
// means that the module was built with a broken one.
func Load() (*Contract, error) { return load() }

var load = sync.OnceValues(func() (*Contract, error) { return Parse(sfstore.Document) })

// Parse reads and validates another OpenAPI 3.0 document, its examples included. It returns an
// error of one line if the document is invalid, of another version, or has an operation without an
// operationId. References to other files are not followed.
func Parse(document []byte) (*Contract, error) {
	doc, err := openapi3.NewLoader().LoadFromData(document)
	if err != nil {
		return nil, fmt.Errorf("read the OpenAPI document: %s", line(err.Error()))
	}
	if err := doc.Validate(context.Background()); err != nil {
		return nil, fmt.Errorf("validate the OpenAPI document: %s", line(err.Error()))
	}
	// Later versions have another dialect of schemas, which kin-openapi does not fully support.
	if doc.OpenAPIMajorMinor() != "3.0" {
		return nil, fmt.Errorf("the document is OpenAPI %s, not 3.0", doc.OpenAPI)
	}
	setFormats(doc)

	c := &Contract{doc: doc, roots: rootsOf(doc), seen: new(seenItems)}
	c.options = openapi3filter.Options{
		MultiError: true,
		// Without it, the validation adds parameters to the request.
		SkipSettingDefaults:     true,
		SchemaValidationOptions: doc.GetSchemaValidationOptions(),
	}
	if c.paths, err = compilePaths(doc); err != nil {
		return nil, err
	}
	return c, nil
}

// Operations returns the operationIds of the document, sorted.
func (c *Contract) Operations() []string {
	var ids []string
	for op := range c.operations() {
		ids = append(ids, op.id)
	}
	slices.Sort(ids)
	return ids
}

// Statuses returns the statuses that the document has for an operation, such as "200", sorted,
// with "default" last. It returns nil if the document has no such operation.
func (c *Contract) Statuses(operationID string) []string {
	op := c.find(operationID)
	if op == nil {
		return nil
	}
	return slices.Sorted(maps.Keys(op.Responses.Map()))
}

// ErrorCodes returns the known codes of a FabricError, in the document's order: the
// x-extensible-enum of the schema FabricErrorCode. Runtimes send others too.
func (c *Contract) ErrorCodes() []string {
	if c.doc.Components == nil {
		return nil
	}
	schema := c.doc.Components.Schemas["FabricErrorCode"]
	if schema == nil {
		return nil
	}
	known, _ := schema.Value.Extensions["x-extensible-enum"].([]any)
	var codes []string
	for _, code := range known {
		codes = append(codes, fmt.Sprint(code))
	}
	return codes
}
