package imagestore

import (
	"errors"
	"fmt"
	"strings"
)

// Range is a range of bytes of a file. Both positions are counted from 0 and included.
type Range struct {
	First int64 `json:"StartPosition,string"`
	Last  int64 `json:"EndPosition,string"`
}

// Len returns the number of bytes in the range.
func (r Range) Len() int64 { return r.Last - r.First + 1 }

// String returns the range as "first-last".
func (r Range) String() string { return fmt.Sprintf("%d-%d", r.First, r.Last) }

// ContentRange returns the Content-Range header of a chunk with this range of a file of
// size bytes: "bytes first-last/size".
func (r Range) ContentRange(size int64) string {
	return fmt.Sprintf("bytes %d-%d/%d", r.First, r.Last, size)
}

// ParseContentRange parses a header that [Range.ContentRange] wrote, and returns the range and the
// size of the file, both in bytes. It returns an [*ArgumentError] for any other form: the server
// accepts more forms, but reads some of them differently.
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

// check returns an error if the range is not within a file of size bytes. The server expects the
// range 0-0 of an empty file.
func (r Range) check(size int64) error {
	switch {
	case r.First < 0 || r.Last < r.First:
		return errors.New("is not a valid range")
	case r.Last >= max(size, 1):
		return fmt.Errorf("ends beyond the file's %d bytes", size)
	}
	return nil
}
