package api

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
)

// addSchema adds the errors of a validation by kin-openapi, without the dump of the schema at the
// end of its messages. The place is that of the validated value: a parameter's name, or "" for a
// body.
func (f *findings) addSchema(place string, err error) {
	switch e := err.(type) {
	case nil:
	case openapi3.MultiError:
		for _, err := range e {
			f.addSchema(place, err)
		}
	case *openapi3filter.RequestError:
		if errors.Is(e, openapi3filter.ErrInvalidRequired) {
			f.add(place, "is missing")
			return
		}
		f.addSchema(place, e.Err)
	case *openapi3filter.ParseError:
		if inner, ok := e.Cause.(*openapi3filter.ParseError); ok { // of an item of a list
			f.addSchema(place, inner)
			return
		}
		f.add(place, "%s, got %s", line(e.Reason), show(e.Value))
	case *openapi3.SchemaError:
		f.add(placeOf(place, e), "%s", reasonOf(e))
	default:
		f.add(cmp.Or(place, "body"), "%s", line(e.Error()))
	}
}

func placeOf(place string, e *openapi3.SchemaError) string {
	var b strings.Builder
	b.WriteString(place)
	for _, token := range e.JSONPointer() {
		b.WriteByte('/')
		b.WriteString(pointerEscapes.Replace(token))
	}
	return cmp.Or(b.String(), "body")
}

var pointerEscapes = strings.NewReplacer("~", "~0", "/", "~1")

func reasonOf(e *openapi3.SchemaError) string {
	switch e.SchemaField {
	case "required":
		return line(e.Reason) // the value that it would show is that of the parent
	case "minimum":
		return fmt.Sprintf("number must be at least %s, got %s", plain(*e.Schema.Min), show(e.Value))
	case "maximum":
		return fmt.Sprintf("number must be at most %s, got %s", plain(*e.Schema.Max), show(e.Value))
	}
	return line(e.Reason) + ", got " + show(e.Value)
}

// plain writes a bound without the exponent that kin-openapi gives it.
func plain(bound float64) string { return strconv.FormatFloat(bound, 'f', -1, 64) }

// show writes a value as JSON, short.
func show(value any) string {
	switch value.(type) {
	case map[string]any:
		return "an object"
	case []any:
		return "an array"
	}
	text, err := json.Marshal(value)
	if err != nil {
		return fmt.Sprintf("%T", value)
	}
	return cut(string(text), 80)
}

// line returns the beginning of the first line of a text.
func line(text string) string {
	first, _, _ := strings.Cut(text, "\n")
	return cut(first, 300)
}

func cut(text string, length int) string {
	if runes := []rune(text); len(runes) > length {
		return string(runes[:length]) + "..."
	}
	return text
}
