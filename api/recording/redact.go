package recording

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// redacted stands for what is not listed as harmless in this file and the next: a secret or
// the name of a tenant may be anywhere in what somebody sends.
const redacted = "REDACTED"

// redactedHost stands for the upstream's host. It is a name that no host can have.
const redactedHost = "redacted.invalid"

// keptHeaders are those whose values are kept, in small letters. Content-Length is that of the
// body as it is recorded.
var keptHeaders = []string{
	"accept", "accept-encoding", "allow", "cache-control", "connection", "content-encoding",
	"content-length", "content-range", "content-type", "date", "expect", "keep-alive", "pragma",
	"retry-after", "server", "strict-transport-security", "te", "trailer", "transfer-encoding",
	"user-agent", "vary", "x-content-type-options", "x-servicefabricclienttype",
}

// redactHeader keeps a value or not. The name stays as it was sent.
func redactHeader(name, value string) string {
	switch {
	case strings.EqualFold(name, "Host"):
		return redactedHost
	case slices.Contains(keptHeaders, strings.ToLower(name)):
		return value
	}
	return redacted
}

// keptQuery are the parameters of the contract. A session-id is drawn at random or from a
// digest; a ContinuationToken is the name of a file, as a path is.
var keptQuery = []string{"api-version", "timeout", "session-id", "ContinuationToken"}

// redactQuery keeps the raw spelling of what it keeps, and the names of parameters that it
// does not know. A part without a "=" may be a value as well as a name, so it goes.
func redactQuery(raw string) string {
	if raw == "" {
		return ""
	}
	parts := strings.Split(raw, "&")
	for i, part := range parts {
		name, _, isPair := strings.Cut(part, "=")
		switch {
		case part == "", isPair && slices.Contains(keptQuery, name):
		case isPair:
			parts[i] = name + "=" + redacted
		default:
			parts[i] = redacted
		}
	}
	return strings.Join(parts, "&")
}

// redactPath keeps paths of the image store, with the names of files and folders in them, and
// commands of the cluster, such as /$/GetClusterVersion. Any other path may name anything.
func redactPath(raw string) string {
	first, rest, _ := strings.Cut(strings.TrimPrefix(raw, "/"), "/")
	switch {
	case raw == "/", first == "ImageStore", first == "$" && !strings.Contains(rest, "/"):
		return raw
	}
	return "/" + redacted
}

// redactTarget takes the host, with the user and the password before it, out of the target of
// a request line, if it has one, and redacts the rest.
func redactTarget(target string) string {
	if _, rest, isAbsolute := strings.Cut(target, "://"); isAbsolute && !strings.HasPrefix(target, "/") {
		_, path, _ := strings.Cut(rest, "/")
		target = "/" + path
	}
	path, query, hasQuery := strings.Cut(target, "?")
	if target = redactPath(path); hasQuery {
		target += "?" + redactQuery(query)
	}
	return target
}

// redactPhrase keeps the usual phrase of a status, and those that the gateway has of its own.
func redactPhrase(status int, phrase string) string {
	switch phrase {
	case "", http.StatusText(status), "Access Denied", "Client certificate required":
		return phrase
	}
	return redacted
}

// headerPairs are the headers of a head, with their names as they were sent, in their order.
func headerPairs(head []byte) []harPair {
	pairs := []harPair{}
	lines := strings.Split(string(head), "\n")
	for _, line := range lines[1:] {
		name, value, ok := strings.Cut(strings.TrimRight(line, "\r"), ":")
		if ok && name == strings.TrimSpace(name) {
			pairs = append(pairs, harPair{name, redactHeader(name, strings.TrimSpace(value))})
		}
	}
	return pairs
}

// setContentLength makes the header agree with a body that redaction made longer or shorter.
func setContentLength(pairs []harPair, length int64) {
	for i, pair := range pairs {
		if strings.EqualFold(pair.Name, "Content-Length") {
			pairs[i].Value = strconv.FormatInt(length, 10)
		}
	}
}
