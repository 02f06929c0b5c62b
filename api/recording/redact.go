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

// redactHeader keeps a value or not. The name stays as it was sent.
func redactHeader(name, value string) string {
	switch known := headerForms[strings.ToLower(name)]; {
	case strings.EqualFold(name, "Host"):
		return redactedHost
	case strings.EqualFold(name, "Content-Type"):
		return redactType(value)
	case known != nil && (value == "" || known.MatchString(value)):
		return value
	}
	return redacted
}

// redactQuery keeps the raw spelling of what it keeps, and the names of parameters that it
// does not know. A part without a "=" may be a value as well as a name, so it goes.
func redactQuery(raw string) string {
	if raw == "" {
		return ""
	}
	parts := strings.Split(raw, "&")
	for i, part := range parts {
		name, value, isPair := strings.Cut(part, "=")
		known := queryForms[unescaped(name)]
		switch {
		case part == "", known != nil && (value == "" || known.MatchString(unescaped(value))):
		case isPair:
			parts[i] = name + "=" + redacted
		default:
			parts[i] = redacted
		}
	}
	return strings.Join(parts, "&")
}

// redactPath keeps paths of the image store, with the names of files and folders in them, and
// commands that are known, such as /$/GetClusterVersion. Any other path may name anything.
func redactPath(raw string) string {
	first, rest, hasRest := strings.Cut(strings.TrimPrefix(raw, "/"), "/")
	switch {
	case raw == "/", first == "$" && slices.Contains(clusterCommands, rest):
		return raw
	case first != "ImageStore":
		return "/" + redacted
	case !hasRest:
		return raw
	case climbs(rest):
		return "/ImageStore/" + redacted
	}
	folder, command, isCommand := strings.Cut("/"+rest, "/$/")
	if isCommand && !slices.Contains(storeCommands, command) {
		return "/ImageStore" + folder + "/$/" + redacted
	}
	return raw
}

// redactTarget takes the host, with the user and the password before it, and the fragment out
// of the target of a request line, and redacts the rest.
func redactTarget(target string) string {
	target, _, _ = strings.Cut(cutHost(target), "#")
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
