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

// Contract is an OpenAPI document at work. It is safe for concurrent use.
type Contract struct {
	doc      *openapi3.T
	paths    []path   // in matching order
	roots    []string // first segments of the paths
	options  openapi3filter.Options
	coverage *Coverage
}

// Load returns the contract of the image store, which is parsed and validated once.
func Load() (*Contract, error) { return load() }

var load = sync.OnceValues(func() (*Contract, error) { return Parse(sfstore.Document) })

// Parse reads and validates another OpenAPI 3.0 document, examples included. Every operation
// must have an operationId. References to other files are not followed.
func Parse(document []byte) (*Contract, error) {
	doc, err := openapi3.NewLoader().LoadFromData(document)
	if err != nil {
		return nil, fmt.Errorf("read the OpenAPI document: %s", line(err.Error()))
	}
	if err := doc.Validate(context.Background()); err != nil {
		return nil, fmt.Errorf("validate the OpenAPI document: %s", line(err.Error()))
	}
	// Later versions have another dialect of schemas, which would be half understood.
	if doc.OpenAPIMajorMinor() != "3.0" {
		return nil, fmt.Errorf("the document is OpenAPI %s, not 3.0", doc.OpenAPI)
	}
	setFormats(doc)

	c := &Contract{doc: doc, roots: rootsOf(doc)}
	c.options = openapi3filter.Options{
		MultiError: true,
		// Without it the validation adds parameters to the request that it looks at.
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
// with "default" last.
func (c *Contract) Statuses(operationID string) []string {
	for op := range c.operations() {
		if op.id == operationID {
			return slices.Sorted(maps.Keys(op.Responses.Map()))
		}
	}
	return nil
}

// ErrorCodes returns the codes of a FabricError that the document lists as known, in its
// order. Runtimes send others too.
func (c *Contract) ErrorCodes() []string {
	if c.doc.Components == nil {
		return nil
	}
	known := c.doc.Components.Schemas["KnownFabricErrorCode"]
	if known == nil {
		return nil
	}
	var codes []string
	for _, code := range known.Value.Enum {
		codes = append(codes, fmt.Sprint(code))
	}
	return codes
}
