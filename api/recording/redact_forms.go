package recording

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
)

// A value is kept only in the form that it has by rights: what a client chooses may be a secret
// wherever it stands.
const (
	formToken   = `[0-9A-Za-z!#$%&'*+.^_|~-]{1,80}`
	formProduct = `[0-9A-Za-z._+-]{1,60}(/[0-9A-Za-z._+-]{1,40})?`
	formMedia   = `[0-9a-z.+*-]{1,60}/[0-9a-z.+*-]{1,80}`
	formCoding  = `(gzip|deflate|br|zstd|compress|identity|chunked|trailers|\*)`
	formRank    = `([ \t]*;[ \t]*q=[01](\.[0-9]{1,3})?)?`
)

// form is a pattern for a whole value, whatever its letters.
func form(pattern string) *regexp.Regexp { return regexp.MustCompile(`(?i)^(` + pattern + `)$`) }

// list is a pattern for one or more, with commas between them.
func list(item string) string { return item + `([ \t]*,[ \t]*` + item + `)*` }

// headerForms are the headers whose values are kept, in small letters, with their forms.
var headerForms = map[string]*regexp.Regexp{
	"accept":                    form(list(formMedia + `(;[ \t]*charset=utf-8)?` + formRank)),
	"accept-encoding":           form(list(formCoding + formRank)),
	"allow":                     form(list(`(GET|HEAD|PUT|POST|DELETE|PATCH|OPTIONS)`)),
	"cache-control":             form(list(`(no-cache|no-store|no-transform|must-revalidate|public|private|(s-)?max-?age=[0-9]{1,10})`)),
	"connection":                form(list(`(close|keep-alive|upgrade|te)`)),
	"content-encoding":          form(list(formCoding)),
	"content-length":            form(`[0-9]{1,20}`),
	"content-range":             form(`bytes [0-9]{1,20}-[0-9]{1,20}/([0-9]{1,20}|\*)`),
	"date":                      form(`[A-Z]{3}, [0-9]{2} [A-Z]{3} [0-9]{4} [0-9:]{8} GMT`),
	"expect":                    form(`100-continue`),
	"keep-alive":                form(list(`(timeout|max)=[0-9]{1,10}`)),
	"pragma":                    form(`no-cache`),
	"retry-after":               form(`[0-9]{1,10}|[A-Z]{3}, [0-9]{2} [A-Z]{3} [0-9]{4} [0-9:]{8} GMT`),
	"server":                    form(formProduct + `( ` + formProduct + `){0,9}`),
	"strict-transport-security": form(`max-age=[0-9]{1,10}([ \t]*;[ \t]*(includeSubDomains|preload))*`),
	"te":                        form(list(formCoding + formRank)),
	"trailer":                   form(list(formToken)),
	"transfer-encoding":         form(list(formCoding)),
	"user-agent":                form(formProduct + `( ` + formProduct + `){0,9}`),
	"vary":                      form(list(formToken)),
	"x-content-type-options":    form(`nosniff`),
	"x-servicefabricclienttype": form(formToken),
}

// queryForms are the parameters of the contract. A session-id is drawn at random or from a
// digest; a ContinuationToken is the name of a file, as a path is.
var queryForms = map[string]*regexp.Regexp{
	"api-version":       form(`[0-9]{1,5}\.[0-9]{1,5}(-preview)?`),
	"timeout":           form(`-?[0-9]{1,20}`),
	"session-id":        form(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`),
	"ContinuationToken": form(`[^;=&?#\x00-\x1f]*`),
}

// commands are what may stand behind a segment "$": those of the image store, and those of the
// cluster that clients of it ask.
var (
	storeCommands = []string{
		"CommitUploadSession", "Copy", "DeleteUploadSession", "FolderSize", "GetUploadSession", "Info", "UploadChunk",
	}
	clusterCommands = []string{"GetAadMetadata", "GetClusterManifest", "GetClusterVersion"}
)

var mediaForm = form(formMedia)

// redactType keeps a media type, and of its parameters the usual character set.
func redactType(value string) string {
	kind, parameters, _ := strings.Cut(value, ";")
	kind = strings.TrimSpace(kind)
	switch {
	case value == "":
		return ""
	case !mediaForm.MatchString(kind):
		return redacted
	case strings.EqualFold(strings.TrimSpace(parameters), "charset=utf-8"):
		return value
	}
	return kind
}

// redactMethod keeps the methods of HTTP.
func redactMethod(method string) string {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPut, http.MethodPost, http.MethodDelete,
		http.MethodPatch, http.MethodOptions, http.MethodTrace:
		return method
	}
	return redacted
}

// climbs tells whether a path has a segment that stands for another folder, however it is
// escaped: gateways decode up to twice.
func climbs(path string) bool {
	for range 3 {
		for segment := range strings.FieldsFuncSeq(path, func(r rune) bool { return r == '/' || r == '\\' }) {
			if segment == "." || segment == ".." {
				return true
			}
		}
		decoded, err := url.PathUnescape(path)
		if err != nil {
			return strings.Contains(path, "..") // no gateway takes it, and nobody may guess
		}
		path = decoded
	}
	return false
}
