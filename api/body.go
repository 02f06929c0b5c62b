package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// maxListed is the size, in bytes, up to which all differences of a body are listed: a hostile body can
// differ in every other byte. Of a longer body, only the first difference is reported.
const maxListed = 256 << 10

// content is a body, or what is known about it.
type content struct {
	bytes []byte // nil if there are more than maxKept
	size  int64
	whole bool // nothing is missing
}

// body validates a body and its media type against the documented content.
func (f *findings) body(documented openapi3.Content, header http.Header, body content, seen *seenItems, options []openapi3.SchemaValidationOption) {
	given := header.Get("Content-Type")
	media := documented.Get(given)
	switch {
	case media != nil && !isParsed(media, given):
	case body.whole && body.size == 0:
		f.add("body", "is missing")
	case media == nil:
		want := strings.Join(slices.Sorted(maps.Keys(documented)), " or ")
		f.add("content type", "%s is not documented, want %s", kindOf(given), want)
	case body.whole && body.size > int64(len(body.bytes)):
		f.add("body", "is longer than the %d bytes that are validated", maxKept)
	case body.whole:
		schema := media.Schema.Value
		rest, items := seen.without(body.bytes, schema, f.side)
		if value, err := parseJSON(rest); err == nil && schema.VisitJSON(value, options...) == nil {
			seen.add(items)
			return
		}
		value, err := parseJSON(body.bytes)
		if err != nil {
			f.add("body", "%s", err)
			return
		}
		if len(body.bytes) <= maxListed {
			options = append(options, openapi3.MultiErrors())
		}
		f.addSchema("", schema.VisitJSON(value, options...))
	}
}

// kindOf is a media type without its parameters, which may be anything.
func kindOf(given string) string {
	kind, _, _ := mime.ParseMediaType(given)
	if given == "" || strings.Contains(kind, "/") {
		return strconv.Quote(cut(kind, 80))
	}
	return "an invalid media type"
}

func (c *Contract) schemaOptions(side openapi3.SchemaValidationOption) []openapi3.SchemaValidationOption {
	return append([]openapi3.SchemaValidationOption{side}, c.options.SchemaValidationOptions...)
}

// isParsed reports whether a body of a given media type is JSON with a schema. An uploaded file
// that happens to be JSON is not.
func isParsed(media *openapi3.MediaType, given string) bool {
	kind, _, _ := mime.ParseMediaType(given)
	return media.Schema != nil && media.Schema.Value.Format != "binary" &&
		(kind == "application/json" || strings.HasSuffix(kind, "+json"))
}

// parseJSON parses exactly one JSON value.
func parseJSON(text []byte) (value any, err error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	if err := d.Decode(&value); err != nil {
		if bad, ok := errors.AsType[*json.SyntaxError](err); ok {
			return nil, fmt.Errorf("is not JSON at offset %d: %w", bad.Offset, err)
		}
		return nil, fmt.Errorf("is not JSON at offset %d: %w", len(text), err)
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, fmt.Errorf("continues after the JSON value, at offset %d", d.InputOffset())
	}
	return value, nil
}
