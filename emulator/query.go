package emulator

import (
	"math"
	"strings"
	"time"
)

// parseQuery reads a query string by the gateway's rules: a pair without
// exactly two parts that are not empty is ignored, whatever the number of "="
// around them; the first of a name is used, names are case-sensitive, and
// nothing is decoded.
func parseQuery(raw string) map[string]string {
	query := map[string]string{}
	for pair := range strings.SplitSeq(raw, "&") {
		parts := dropEmpty(strings.Split(pair, "="))
		if len(parts) != 2 {
			continue
		}
		if _, seen := query[parts[0]]; !seen {
			query[parts[0]] = parts[1]
		}
	}
	return query
}

// parseVersion reads an api-version as the gateway does: as a double, with
// "-preview" at its end trimmed as a set of letters. 6.10 is therefore 6.1.
func parseVersion(text string) (float64, bool) {
	if strings.HasSuffix(text, "-preview") {
		text = strings.TrimRight(text, "-previw") // each letter once
	}
	return parseDouble(text)
}

// defaultTimeout is the time of an operation without a timeout parameter.
const defaultTimeout = 60 * time.Second

// parseTimeout reads the timeout parameter, in seconds. An invalid 32-bit
// number silently means the default.
func parseTimeout(query map[string]string) time.Duration {
	seconds, ok := parseUnsigned(query["timeout"], false)
	if !ok || seconds > math.MaxUint32 {
		return defaultTimeout
	}
	return time.Duration(seconds) * time.Second
}
