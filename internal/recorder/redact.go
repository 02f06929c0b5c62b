package recorder

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/sfstore/sfstore/api"
)

// redacted replaces everything that is not in the contract and not listed as harmless in this
// package, because secrets and names of tenants may be anywhere in a message.
const redacted = "REDACTED"

// redactedHost replaces the upstream's host. It is a name that no host can have.
const redactedHost = "redacted.invalid"

// clusterCommands may follow "/$/" at the root: commands of the cluster that clients of its image
// store send.
var clusterCommands = []string{"GetAadMetadata", "GetClusterManifest", "GetClusterVersion"}

// redactor removes possible secrets.
type redactor struct {
	commands []string // of the image store, which may follow "/$/" in its paths
	objects  []string // members of JSON that are objects
	values   []string // members of JSON whose values are kept
}

func newRedactor(contract *api.Contract) *redactor {
	r := new(redactor)
	for _, operation := range contract.Operations() {
		members := contract.Members(operation)
		r.objects, r.values = append(r.objects, members.Objects...), append(r.values, members.Values...)
		if _, command, ok := strings.Cut(members.Path, "/$/"); ok {
			r.commands = append(r.commands, command)
		}
	}
	return r
}

// redactHeader keeps or redacts a value. The name is not changed.
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

// redactQuery keeps known parameters in their raw spelling, and the names of others. A part
// without a "=" may be a value, so it is redacted.
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

// path keeps paths of the image store, with the names of files and folders, and known commands
// such as /$/GetClusterVersion. Other paths may contain anything, and are redacted.
func (r *redactor) path(raw string) string {
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
	if isCommand && !slices.Contains(r.commands, command) {
		return "/ImageStore" + folder + "/$/" + redacted
	}
	return raw
}

// target removes the fragment of a path with its query, and redacts the rest.
func (r *redactor) target(target string) string {
	target, _, _ = strings.Cut(target, "#")
	path, query, hasQuery := strings.Cut(target, "?")
	if target = r.path(path); hasQuery {
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

// redactMethod keeps the methods of HTTP.
func redactMethod(method string) string {
	if !methodForm.MatchString(method) {
		return redacted
	}
	return method
}

// climbs reports whether a path has a segment "." or "..", however it is escaped: gateways decode
// up to twice.
func climbs(path string) bool {
	for range 3 {
		for segment := range strings.FieldsFuncSeq(path, func(r rune) bool { return r == '/' || r == '\\' }) {
			if segment == "." || segment == ".." {
				return true
			}
		}
		decoded, err := url.PathUnescape(path)
		if err != nil {
			return strings.Contains(path, "..") // no gateway accepts it
		}
		path = decoded
	}
	return false
}
