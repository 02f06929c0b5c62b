package imagestore

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Range is a run of bytes of a file. Both positions are counted from 0 and included.
type Range struct {
	First int64 `json:"StartPosition,string"`
	Last  int64 `json:"EndPosition,string"`
}

// Len returns how many bytes the range holds.
func (r Range) Len() int64 { return r.Last - r.First + 1 }

// String returns the range as "first-last".
func (r Range) String() string { return fmt.Sprintf("%d-%d", r.First, r.Last) }

// ContentRange returns the Content-Range header of a chunk that holds this range of a file of
// size bytes: "bytes first-last/size".
func (r Range) ContentRange(size int64) string {
	return fmt.Sprintf("bytes %d-%d/%d", r.First, r.Last, size)
}

// ParseContentRange reads a header that [Range.ContentRange] wrote. It takes the form of the
// contract and no other: the server reads more, but not always as it was meant.
func ParseContentRange(header string) (r Range, size int64, err error) {
	wrong := func(reason string) (Range, int64, error) {
		return Range{}, 0, &ArgumentError{Argument: "Content-Range", Value: header, Reason: reason}
	}
	rest, hasUnit := strings.CutPrefix(header, "bytes ")
	positions, total, hasTotal := strings.Cut(rest, "/")
	first, last, hasLast := strings.Cut(positions, "-")
	if !hasUnit || !hasTotal || !hasLast {
		return wrong("does not read bytes first-last/size")
	}
	for _, number := range []struct {
		text string
		to   *int64
	}{{first, &r.First}, {last, &r.Last}, {total, &size}} {
		if *number.to, err = parseCount(number.text); err != nil {
			return wrong(err.Error())
		}
	}
	if err := r.check(size); err != nil {
		return wrong(err.Error())
	}
	return r, size, nil
}

// check says what is wrong with the range in a file of size bytes. The server gives an empty
// file the range 0-0.
func (r Range) check(size int64) error {
	switch {
	case r.First < 0 || r.Last < r.First:
		return errors.New("is no range")
	case r.Last >= max(size, 1):
		return fmt.Errorf("ends behind a file of %d bytes", size)
	}
	return nil
}

// parseCount reads a size, a position or a number of files: decimal digits and nothing else.
func parseCount(text string) (int64, error) {
	if text == "" {
		return 0, errors.New("lacks a number")
	}
	if strings.Trim(text, "0123456789") != "" {
		return 0, fmt.Errorf("has %.*q where a decimal number belongs", maxExcerpt, text)
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("has the number %.*s, which is beyond %d", maxExcerpt, text, int64(math.MaxInt64))
	}
	return n, nil
}
