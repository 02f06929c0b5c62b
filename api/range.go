package api

import (
	"net/http"
	"regexp"
	"strconv"
	"sync"
)

var rangeLayout = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^bytes ([0-9]+)-([0-9]+)/([0-9]+)$`) })

// contentRange checks what a pattern cannot express about a well-formed Content-Range: the first
// byte is not after the last, the last is within the file, and the body has the range's length.
func (f *findings) contentRange(op *operation, r *http.Request, body content) {
	if op.parameter("header", "Content-Range") == nil {
		return
	}
	given := r.Header.Get("Content-Range")
	found := rangeLayout().FindStringSubmatch(given)
	if found == nil {
		return
	}
	var numbers [3]uint64
	for i, digits := range found[1:] {
		n, err := strconv.ParseUint(digits, 10, 64)
		if err != nil {
			f.add(placeIn("header", "Content-Range"), "a number does not fit in 64 bits, got %s", show(given))
			return
		}
		numbers[i] = n
	}
	first, last, total := numbers[0], numbers[1], numbers[2]
	// A recording may have converted the body to text of another size.
	size, err := strconv.ParseInt(r.Header.Get("Content-Length"), 10, 64)
	switch {
	case err == nil:
	case body.whole:
		size = body.size
	default:
		size = r.ContentLength
	}
	switch {
	case first > last:
		f.add(placeIn("header", "Content-Range"), "begins after its end, got %s", show(given))
	case last >= total:
		f.add(placeIn("header", "Content-Range"), "ends beyond the whole, got %s", show(given))
	case size >= 0 && uint64(size) != last-first+1:
		f.add(placeIn("header", "Content-Range"), "is not the range of the body, which has %d bytes, got %s", size, show(given))
	}
}
