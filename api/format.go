package api

import (
	"errors"
	"regexp"
	"strconv"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
)

// setFormats defines the formats that kin-openapi does not know, or takes too lightly, for
// this document alone: its global formats belong to whoever else uses the library.
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

// The patterns of integers in strings, which the largest numbers of so many digits do not fit.
// The document itself names no format: generators would make other types of it.
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
		return errors.New("want a signed integer of 64 bits")
	}
	return nil
}

func checkUnsigned(value string) error {
	if _, err := strconv.ParseUint(value, 10, 64); errors.Is(err, strconv.ErrRange) {
		return errors.New("want an unsigned integer of 64 bits")
	}
	return nil
}

// The runtime makes ids of any version and variant, so the layout is all there is to check.
var uuidLayout = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

func checkUUID(value string) error {
	if !uuidLayout.MatchString(value) {
		return errors.New("want hexadecimal digits, 8-4-4-4-12")
	}
	return nil
}

// checkTime goes by UnmarshalText, which unlike [time.Parse] takes RFC 3339 to the letter.
func checkTime(value string) error {
	if err := new(time.Time).UnmarshalText([]byte(value)); err != nil {
		return errors.New("want a time as in RFC 3339")
	}
	return nil
}
