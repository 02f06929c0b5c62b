package emulator

import (
	"strconv"
	"strings"
	"time"
)

// parseQuery reads a query string by the gateway's rules: a pair that is not
// exactly two non-empty parts around one "=" is ignored, the first of a name
// wins, names are case-sensitive, and nothing is decoded.
func parseQuery(raw string) map[string]string {
	query := map[string]string{}
	for pair := range strings.SplitSeq(raw, "&") {
		name, value, ok := strings.Cut(pair, "=")
		if !ok || name == "" || value == "" || strings.Contains(value, "=") {
			continue
		}
		if _, seen := query[name]; !seen {
			query[name] = value
		}
	}
	return query
}

// parseVersion reads an api-version as the gateway does: as a double, with
// "-preview" taken off by its letters (each once in the set below) and whatever follows the number
// ignored. 6.10 is therefore 6.1.
func parseVersion(text string) (float64, bool) {
	text = strings.TrimRight(text, "-previw")
	end, dot := 0, false
	for end < len(text) {
		switch c := text[end]; {
		case c >= '0' && c <= '9':
		case c == '.' && !dot && end > 0:
			dot = true
		default:
			v, err := strconv.ParseFloat(text[:end], 64)
			return v, err == nil
		}
		end++
	}
	v, err := strconv.ParseFloat(text, 64)
	return v, err == nil
}

// defaultTimeout is what an operation may take that does not say.
const defaultTimeout = 60 * time.Second

// parseTimeout reads the timeout parameter, in seconds. What is not a number
// of 32 bits is silently the default.
func parseTimeout(query map[string]string) time.Duration {
	seconds, err := strconv.ParseUint(strings.TrimPrefix(strings.TrimSpace(query["timeout"]), "+"), 10, 32)
	if err != nil {
		return defaultTimeout
	}
	return time.Duration(seconds) * time.Second
}
