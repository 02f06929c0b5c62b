package api

import (
	"errors"
	"regexp"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
)

// setFormats defines the formats that kin-openapi does not know, or takes too lightly, for
// this document alone: its global formats belong to whoever else uses the library.
func setFormats(doc *openapi3.T) {
	doc.SetStringFormatValidator("uuid", openapi3.NewCallbackValidator(checkUUID))
	doc.SetStringFormatValidator("date-time", openapi3.NewCallbackValidator(checkTime))
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
