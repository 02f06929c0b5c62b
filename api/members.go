package api

import (
	"maps"
	"slices"

	"github.com/getkin/kin-openapi/openapi3"
)

// Members are the names in the messages of an operation, as the document spells them. Each list
// is sorted and has no duplicates.
type Members struct {
	Path    string   // template, such as "/ImageStore/{contentPath}/$/FolderSize"
	Query   []string // parameters of the query
	Headers []string // of the request and of its responses
	Objects []string // properties in JSON bodies that are an object, or a list of objects
	Values  []string // properties in JSON bodies that are a plain value, or a list of values
}

// Members returns the names in the messages of an operation. The result is empty if the
// document has no such operation.
func (c *Contract) Members(operationID string) Members {
	op := c.find(operationID)
	if op == nil {
		return Members{}
	}
	found := Members{Path: op.path}
	for _, p := range op.parameters {
		switch p.In {
		case openapi3.ParameterInQuery:
			found.Query = append(found.Query, p.Name)
		case openapi3.ParameterInHeader:
			found.Headers = append(found.Headers, p.Name)
		}
	}
	properties := properties{members: &found, seen: make(map[*openapi3.Schema]bool)}
	if op.RequestBody != nil {
		properties.addContent(op.RequestBody.Value.Content)
	}
	for _, response := range op.Responses.Map() {
		found.Headers = slices.AppendSeq(found.Headers, maps.Keys(response.Value.Headers))
		properties.addContent(response.Value.Content)
	}
	for _, list := range []*[]string{&found.Query, &found.Headers, &found.Objects, &found.Values} {
		slices.Sort(*list)
		*list = slices.Compact(*list)
	}
	return found
}

// properties collects the properties of schemas. A schema may refer to itself.
type properties struct {
	members *Members
	seen    map[*openapi3.Schema]bool
}

func (p properties) addContent(content openapi3.Content) {
	for _, media := range content {
		p.add(media.Schema)
	}
}

func (p properties) add(ref *openapi3.SchemaRef) {
	if ref == nil || p.seen[ref.Value] {
		return
	}
	p.seen[ref.Value] = true
	for name, property := range ref.Value.Properties {
		if isObject(property.Value) {
			p.members.Objects = append(p.members.Objects, name)
		} else {
			p.members.Values = append(p.members.Values, name)
		}
		p.add(property)
	}
	p.add(ref.Value.Items)
	for _, list := range []openapi3.SchemaRefs{ref.Value.AllOf, ref.Value.AnyOf, ref.Value.OneOf} {
		for _, part := range list {
			p.add(part)
		}
	}
}

// isObject reports whether a schema is of an object, or of a list of objects.
func isObject(schema *openapi3.Schema) bool {
	for schema.Items != nil {
		schema = schema.Items.Value
	}
	return schema.Type.Is(openapi3.TypeObject) || len(schema.Properties) > 0
}
