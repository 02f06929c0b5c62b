package recorder

import (
	"regexp"
	"strings"
	"sync"
)

// A value is kept only if it has the expected form, because a client may put a secret anywhere.
const (
	formToken   = `[0-9A-Za-z!#$%&'*+.^_|~-]{1,80}`
	formProduct = `[0-9A-Za-z._+-]{1,60}(/[0-9A-Za-z._+-]{1,40})?`
	formMedia   = `[0-9a-z.+*-]{1,60}/[0-9a-z.+*-]{1,80}`
	formCoding  = `(gzip|deflate|br|zstd|compress|identity|chunked|trailers|\*)`
	formRank    = `([ \t]*;[ \t]*q=[01](\.[0-9]{1,3})?)?`
)

// form matches a whole value without regard to case. It is compiled for the first value, because
// compiling all of them takes longer than most commands.
type form func() *regexp.Regexp

func (f form) MatchString(value string) bool { return f().MatchString(value) }

func wholeMatch(pattern string) form {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?i)^(` + pattern + `)$`) })
}

// commaList is a pattern for one or more, with commas between them.
func commaList(item string) string { return item + `([ \t]*,[ \t]*` + item + `)*` }

// headerForms are the headers whose values are kept, in lower case, with their forms.
var headerForms = map[string]form{
	"accept":                    wholeMatch(commaList(formMedia + `(;[ \t]*charset=utf-8)?` + formRank)),
	"accept-encoding":           wholeMatch(commaList(formCoding + formRank)),
	"allow":                     wholeMatch(commaList(`(GET|HEAD|PUT|POST|DELETE|PATCH|OPTIONS)`)),
	"cache-control":             wholeMatch(commaList(`(no-cache|no-store|no-transform|must-revalidate|public|private|(s-)?max-?age=[0-9]{1,10})`)),
	"connection":                wholeMatch(commaList(`(close|keep-alive|upgrade|te)`)),
	"content-encoding":          wholeMatch(commaList(formCoding)),
	"content-length":            wholeMatch(`[0-9]{1,20}`),
	"content-range":             wholeMatch(`bytes [0-9]{1,20}-[0-9]{1,20}/([0-9]{1,20}|\*)`),
	"date":                      wholeMatch(`[A-Z]{3}, [0-9]{2} [A-Z]{3} [0-9]{4} [0-9:]{8} GMT`),
	"expect":                    wholeMatch(`100-continue`),
	"keep-alive":                wholeMatch(commaList(`(timeout|max)=[0-9]{1,10}`)),
	"pragma":                    wholeMatch(`no-cache`),
	"retry-after":               wholeMatch(`[0-9]{1,10}|[A-Z]{3}, [0-9]{2} [A-Z]{3} [0-9]{4} [0-9:]{8} GMT`),
	"server":                    wholeMatch(formProduct + `( ` + formProduct + `){0,9}`),
	"strict-transport-security": wholeMatch(`max-age=[0-9]{1,10}([ \t]*;[ \t]*(includeSubDomains|preload))*`),
	"te":                        wholeMatch(commaList(formCoding + formRank)),
	"trailer":                   wholeMatch(commaList(formToken)),
	"transfer-encoding":         wholeMatch(commaList(formCoding)),
	"user-agent":                wholeMatch(formProduct + `( ` + formProduct + `){0,9}`),
	"vary":                      wholeMatch(commaList(formToken)),
	"x-content-type-options":    wholeMatch(`nosniff`),
	"x-servicefabricclienttype": wholeMatch(formToken),
}

// queryForms are the parameters of the contract with their forms. A session-id is random or derived
// from a digest; a ContinuationToken is the name of a file, like a path.
var queryForms = map[string]form{
	"api-version":       wholeMatch(`[0-9]{1,5}\.[0-9]{1,5}(-preview)?`),
	"timeout":           wholeMatch(`-?[0-9]{1,20}`),
	"session-id":        wholeMatch(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`),
	"_cacheToken":       wholeMatch(`[0-9]{1,15}`), // milliseconds
	"ContinuationToken": wholeMatch(`[^;=&?#\x00-\x1f]*`),
}

var (
	mediaForm  = wholeMatch(formMedia)
	methodForm = wholeMatch(`GET|HEAD|PUT|POST|DELETE|PATCH|OPTIONS|TRACE`)
)

// redactType keeps a media type, and of its parameters only the usual character set.
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
