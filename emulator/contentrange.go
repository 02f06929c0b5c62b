package emulator

import "strings"

// contentRange is the place of a chunk: the positions of its first and last
// byte, and the size of the whole file.
type contentRange struct {
	span
	total uint64
}

// parseContentRange reads a Content-Range header exactly like the gateway. A
// leading "bytes" is trimmed as a set of letters, with the blanks after it.
// Doubled separators, and those at the ends, are ignored. A header without
// exactly two positions means 0-0, a last byte equal to the total is accepted,
// and a missing header means 0-0/0.
func parseContentRange(header string) (contentRange, error) {
	var r contentRange
	if header == "" {
		return r, nil
	}
	text := header
	if strings.HasPrefix(text, "bytes") {
		text = strings.Trim(strings.TrimLeft(text, "bytes"), " \t\r\n")
	}
	parts := dropEmpty(strings.Split(text, "/"))
	if len(parts) != 2 {
		return r, errRange
	}
	var ok bool
	if r.total, ok = parseUnsigned(parts[1], true); !ok {
		return r, errRange
	}
	if positions := dropEmpty(strings.Split(parts[0], "-")); len(positions) == 2 {
		if r.start, ok = parseUnsigned(positions[0], true); !ok {
			return r, errRange
		}
		if r.end, ok = parseUnsigned(positions[1], true); !ok {
			return r, errRange
		}
	}
	if r.start > r.end || r.end > r.total {
		return r, errRange
	}
	return r, nil
}
