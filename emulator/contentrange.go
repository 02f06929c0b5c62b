package emulator

import (
	"strconv"
	"strings"
)

// contentRange is where a chunk belongs: the positions of its first and last
// byte, and the size of the whole file.
type contentRange struct {
	span
	total uint64
}

// parseContentRange reads a Content-Range header as leniently, and as
// strictly, as the gateway: "bytes" is taken off as a set of letters, so any
// of them may lead; a header that names no first and last byte means 0-0; and
// a last byte equal to the total passes. An absent header means 0-0/0.
func parseContentRange(header string) (contentRange, error) {
	var r contentRange
	if header == "" {
		return r, nil
	}
	text := strings.TrimLeft(strings.TrimLeft(header, "bytes"), " \t")
	positions, total, ok := strings.Cut(text, "/")
	if !ok || positions == "" || strings.Contains(total, "/") {
		return r, errRange
	}
	var err error
	if r.total, err = parsePosition(total); err != nil {
		return r, errRange
	}
	// inferred: only a part without any "-" falls back to 0-0; more than two
	// positions, or a missing one, are refused.
	if first, last, ok := strings.Cut(positions, "-"); ok {
		if r.start, err = parsePosition(first); err != nil {
			return r, errRange
		}
		if r.end, err = parsePosition(last); err != nil {
			return r, errRange
		}
	}
	if r.start > r.end || r.end > r.total {
		return r, errRange
	}
	return r, nil
}

// parsePosition reads an unsigned number of 64 bits, decimal or 0x-prefixed,
// with a "+" and blanks around it tolerated.
func parsePosition(text string) (uint64, error) {
	text = strings.TrimPrefix(strings.TrimSpace(text), "+")
	if hex, ok := strings.CutPrefix(strings.ToLower(text), "0x"); ok {
		return strconv.ParseUint(hex, 16, 64)
	}
	return strconv.ParseUint(text, 10, 64)
}
