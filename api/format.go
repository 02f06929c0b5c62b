package api

import (
	"errors"
	"regexp"
	"strconv"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
)

// setFormats defines the formats that kin-openapi lacks or does not check strictly. They apply to
// this document alone, because other users of the library share its global formats.
func setFormats(doc *openapi3.T) {
	doc.SetStringFormatValidator("uuid", openapi3.NewCallbackValidator(checkUUID))
	doc.SetStringFormatValidator("date-time", openapi3.NewCallbackValidator(checkTime))
	doc.SetStringFormatValidator("int64", openapi3.NewCallbackValidator(checkSigned))
	doc.SetStringFormatValidator("uint64", openapi3.NewCallbackValidator(checkUnsigned))
	if doc.Components == nil {
		return
	}
	for _, schema := range doc.Components.Schemas {
		setIntegerFormat(schema.Value)
		for _, property := range schema.Value.Properties {
			setIntegerFormat(property.Value)
		}
	}
}

// The patterns of integers in strings, which also match some numbers above 64 bits. The document
// itself has no format for them, because generators would use other types then.
const (
	signedPattern   = `^-?[0-9]{1,19}$`
	unsignedPattern = `^[0-9]{1,20}$`
)

func setIntegerFormat(schema *openapi3.Schema) {
	switch {
	case schema.Format != "":
	case schema.Pattern == signedPattern:
		schema.Format = "int64"
	case schema.Pattern == unsignedPattern:
		schema.Format = "uint64"
	}
}

func checkSigned(value string) error {
	if _, err := strconv.ParseInt(value, 10, 64); errors.Is(err, strconv.ErrRange) {
		return errors.New("want a signed 64-bit integer")
	}
	return nil
}

func checkUnsigned(value string) error {
	if _, err := strconv.ParseUint(value, 10, 64); errors.Is(err, strconv.ErrRange) {
		return errors.New("want an unsigned 64-bit integer")
	}
	return nil
}

// The runtime makes ids of any version and variant, so only the layout is checked.
var uuidLayout = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)
})

func checkUUID(value string) error {
	if !uuidLayout().MatchString(value) {
		return errors.New("want hexadecimal digits, 8-4-4-4-12")
	}
	return nil
}
