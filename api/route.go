package api

import (
	"errors"
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
)

// ErrNoOperation reports that a request is not an operation of the document.
var ErrNoOperation = errors.New("no operation of the contract")

// path is a path of the document, with a pattern for escaped paths of requests.
type path struct {
	pattern    *regexp.Regexp // a group for every name
	names      []string
	operations map[string]*operation // by method
}

// operation is an operation whose parameters include those of its path.
type operation struct {
	id         string
	method     string
	path       string // as in the document, with {names}
	parameters []*openapi3.Parameter
	*openapi3.Operation
}

// Operation returns the operationId of a request, or an error that is [ErrNoOperation].
func (c *Contract) Operation(r *http.Request) (operationID string, err error) {
	op, _, err := c.route(r)
	if err != nil {
		return "", err
	}
	return op.id, nil
}

// InScope reports whether the path of a request begins like a path of the document: with
// /ImageStore for the image store. A request in scope that is not an operation is undocumented;
// a request out of scope belongs to another API.
func (c *Contract) InScope(r *http.Request) bool {
	return r != nil && r.URL != nil && slices.Contains(c.roots, firstSegment(r.URL.EscapedPath()))
}

func firstSegment(escaped string) string {
	first, _, _ := strings.Cut(strings.TrimPrefix(escaped, "/"), "/")
	return first
}

// route finds the operation of a request, and the decoded parameters of its path.
func (c *Contract) route(r *http.Request) (*operation, map[string]string, error) {
	if r == nil || r.URL == nil {
		return nil, nil, fmt.Errorf("%w: the request has no URL", ErrNoOperation)
	}
	escaped := r.URL.EscapedPath()
	for _, p := range c.paths {
		found := p.pattern.FindStringSubmatch(escaped)
		if found == nil {
			continue
		}
		op, values := p.operations[r.Method], found[1:]
		if op == nil || slices.ContainsFunc(values, hasDollarSegment) {
			break
		}
		parameters := make(map[string]string, len(values))
		for i, value := range values {
			decoded, err := url.PathUnescape(value)
			if err != nil { // cannot be: EscapedPath returns valid escapes only
				return nil, nil, err
			}
			parameters[p.names[i]] = decoded
		}
		return op, parameters, nil
	}
	return nil, nil, fmt.Errorf("%w: %s %s", ErrNoOperation, r.Method, escaped)
}

// hasDollarSegment reports whether an escaped path has a segment "$". As on the server, %24 is
// part of a name.
func hasDollarSegment(escaped string) bool {
	return slices.Contains(strings.Split(escaped, "/"), "$")
}

// find returns an operation by its id, or nil.
func (c *Contract) find(operationID string) *operation {
	for op := range c.operations() {
		if op.id == operationID {
			return op
		}
	}
	return nil
}

func (c *Contract) operations() iter.Seq[*operation] {
	return func(yield func(*operation) bool) {
		for _, p := range c.paths {
			for _, op := range p.operations {
				if !yield(op) {
					return
				}
			}
		}
	}
}

// compilePaths makes the routes of a document. Its servers are ignored.
func compilePaths(doc *openapi3.T) ([]path, error) {
	var paths []path
	for _, template := range doc.Paths.InMatchingOrder() {
		p := compileTemplate(template)
		item := doc.Paths.Value(template)
		for method, o := range item.Operations() {
			if o.OperationID == "" {
				return nil, fmt.Errorf("%s %s has no operationId", method, template)
			}
			p.operations[method] = &operation{o.OperationID, method, template, parametersOf(item, o), o}
		}
		paths = append(paths, p)
	}
	return paths, nil
}

// rootsOf returns the first segments of the document's paths, except variable ones.
func rootsOf(doc *openapi3.T) []string {
	var roots []string
	for template := range doc.Paths.Map() {
		if root := firstSegment(template); !strings.Contains(root, "{") {
			roots = append(roots, root)
		}
	}
	slices.Sort(roots)
	return slices.Compact(roots)
}

var variable = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\{[^{}]+\}`) })

func compileTemplate(template string) path {
	p := path{operations: make(map[string]*operation)}
	pattern, rest := "^", 0
	for _, at := range variable().FindAllStringIndex(template, -1) {
		name := template[at[0]+1 : at[1]-1]
		group := `([^/]+)`
		if name == "contentPath" {
			// OpenAPI cannot express that a parameter may span segments; this one does.
			group = `(.+)`
		}
		p.names = append(p.names, name)
		pattern += regexp.QuoteMeta(template[rest:at[0]]) + group
		rest = at[1]
	}
	p.pattern = regexp.MustCompile(pattern + regexp.QuoteMeta(template[rest:]) + "$")
	return p
}

// parametersOf returns the parameters of an operation, and those of its path that it does not
// override.
func parametersOf(item *openapi3.PathItem, o *openapi3.Operation) []*openapi3.Parameter {
	var parameters []*openapi3.Parameter
	for _, ref := range o.Parameters {
		parameters = append(parameters, ref.Value)
	}
	for _, ref := range item.Parameters {
		if o.Parameters.GetByInAndName(ref.Value.In, ref.Value.Name) == nil {
			parameters = append(parameters, ref.Value)
		}
	}
	return parameters
}
