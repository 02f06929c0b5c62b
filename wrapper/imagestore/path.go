package imagestore

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// CheckPath returns an [*ArgumentError] if path is not a valid content path: see the package comment
// for the rules. Every method of a [Client] calls it.
func (c *Client) CheckPath(path string) error {
	if err := checkPath(path); err != nil {
		return err
	}
	if i := strings.IndexAny(path, "#?%"); i >= 0 && !c.reserved {
		return &ArgumentError{Argument: "content path", Value: path,
			Reason: "has the character " + path[i:i+1] + ", which gateways on Windows do not keep"}
	}
	return nil
}

// checkPath validates a path against the rules of every gateway. Both slashes separate here,
// because a gateway may treat either as a separator before it looks at segments.
func checkPath(path string) error {
	wrong := func(reason string) error {
		return &ArgumentError{Argument: "content path", Value: path, Reason: reason}
	}
	if !utf8.ValidString(path) {
		return wrong("is not valid UTF-8")
	}
	if strings.ContainsFunc(path, unicode.IsControl) {
		return wrong("has a control character")
	}
	empty := true
	for segment := range strings.FieldsFuncSeq(path, isSeparator) {
		switch segment {
		case ".", "..", "$":
			return wrong("has the segment " + segment)
		}
		empty = empty && strings.TrimSpace(segment) == ""
	}
	if empty {
		return wrong("is empty")
	}
	// The server trims the blank U+0020 and no other white space, before and after separators.
	if name := strings.TrimFunc(path, isSeparator); strings.Trim(path, `/\ `) != name {
		return wrong("begins or ends with a blank, which the server does not keep")
	}
	return nil
}

func isSeparator(r rune) bool { return r == '/' || r == '\\' }
