package imagestore

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// wireTime is a time as the contract writes it: UTC, with all three digits of milliseconds.
type wireTime time.Time

func (t wireTime) MarshalJSON() ([]byte, error) {
	return json.Marshal(time.Time(t).UTC().Format("2006-01-02T15:04:05.000Z"))
}

// timeFromAPI converts a time to UTC, and rejects it if the zone moves it beyond the years that can
// be written.
func timeFromAPI(from time.Time) (time.Time, error) {
	t := from.UTC()
	if year := t.Year(); year < 0 || year > 9999 {
		return time.Time{}, fmt.Errorf("is in the year %d", year)
	}
	return t, nil
}

// orEmpty returns a list that encodes to [] and not to null.
func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// parseCount reads a size, a position or a number of files: decimal digits and nothing else.
func parseCount(text string) (int64, error) {
	if text == "" {
		return 0, errors.New("lacks a number")
	}
	if strings.Trim(text, "0123456789") != "" {
		return 0, fmt.Errorf("has %.*q instead of a decimal number", maxExcerpt, text)
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("has the number %.*s, which is beyond %d", maxExcerpt, text, int64(math.MaxInt64))
	}
	return n, nil
}

// parseOptional reads a number that the server may leave out.
func parseOptional(name, text string, to *int64) (err error) {
	if text == "" {
		return nil
	}
	if *to, err = parseCount(text); err != nil {
		return fmt.Errorf("%s %w", name, err)
	}
	return nil
}

func deref[T any](p *T) (value T) {
	if p != nil {
		value = *p
	}
	return value
}
