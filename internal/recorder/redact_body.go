package recorder

import (
	"bytes"
	"encoding/json"
	"io"
	"slices"
	"unicode/utf8"
)

// keptMessages are texts of the runtime that are the same on all clusters. Others name disks,
// nodes or accounts.
var keptMessages = []string{
	"A communication error caused the operation to fail.", "Access denied.",
	"Fabric Message is too large", "File not found", "Invalid argument", "Name does not exist.",
	"Null", "Operation canceled.", "Operation timed out.",
	"The timeout specified for client APIs must be greater than zero",
	"The upload session identity is invalid.", "There is not enough space on the disk.",
	"There was an IOException when using the Image Store.",
}

// json returns the redacted body. Strings are replaced by strings and numbers by numbers, so that a
// valid body stays valid. A body that needs no redaction is returned unchanged, and one that is not
// JSON becomes a word that is not JSON either.
func (r *redactor) json(body []byte) []byte {
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return []byte(redacted)
	}
	if _, err := decoder.Token(); err != io.EOF {
		return []byte(redacted)
	}
	changed := !utf8.Valid(body) // HAR is text
	value = r.value(value, "", &changed)
	if !changed {
		return body
	}
	text, err := marshal(value)
	if err != nil { // cannot be: it was JSON
		return []byte(redacted)
	}
	return text
}

// value redacts the value of a member, or an item in it. The outermost value has no member.
func (r *redactor) value(value any, member string, changed *bool) any {
	kept := slices.Contains(r.values, member)
	switch v := value.(type) {
	case map[string]any:
		known := make(map[string]any, len(v))
		for name, inner := range v {
			if slices.Contains(r.objects, name) || slices.Contains(r.values, name) {
				known[name] = r.value(inner, name, changed)
			} else {
				known[redacted], *changed = redacted, true
			}
		}
		return known
	case []any:
		for i := range v {
			v[i] = r.value(v[i], member, changed)
		}
	case string:
		if !kept || member == "Message" && !slices.Contains(keptMessages, v) {
			*changed = true
			return redacted
		}
	case json.Number:
		if !kept {
			*changed = true
			return json.Number("0")
		}
	}
	return value
}
