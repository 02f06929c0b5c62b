package recording

import (
	"errors"
	"net/http"

	"github.com/sfstore/sfstore/api"
)

// verdict is what holding an exchange to the contract came to.
type verdict struct {
	operation   string
	differences api.Differences
	missing     string // why it cannot be judged in full, or ""
	foreign     bool
}

// check holds an exchange to the contract.
func check(contract *api.Contract, x exchange) (v verdict) {
	if x.request == nil {
		v.missing = "the request is missing; write it above the response"
		return v
	}
	var err error
	v.operation, err = contract.Operation(x.request)
	switch {
	case err != nil && !contract.Covers(x.request):
		v.foreign = true
		return v
	case x.badURL != nil:
		v.differ("URL", x.badURL.Error())
		return v
	case err != nil:
		v.differ("operation", "the contract has none with this method and path")
		return v
	}
	v.add(contract.Request(x.request, x.sent.bytes))
	if !x.sent.kept && contract.NeedsBody(x.request) {
		v.missing = "the body of the request was not kept"
	}
	switch {
	case x.status == 0:
		v.missing = "the response is missing"
	case x.received.kept:
		v.add(contract.Response(x.request, x.status, x.header, x.received.bytes))
	default:
		v.add(contract.ResponseHead(x.request, x.status, x.header, x.received.size))
		v.missing = "the body of the response was not kept"
	}
	return v
}

func (v *verdict) differ(place, reason string) {
	v.operation = ""
	v.differences = api.Differences{{Side: api.InRequest, Place: place, Reason: reason}}
}

func (v *verdict) add(err error) {
	if differences, ok := errors.AsType[api.Differences](err); ok {
		v.differences = append(v.differences, differences...)
	}
}

// placeOf says which exchange it is, without the query, which may hold a secret.
func placeOf(r *http.Request) (method, path string) {
	if r == nil {
		return "", ""
	}
	return shorten(r.Method, 20), shorten(r.URL.EscapedPath(), 200)
}

func shorten(text string, length int) string {
	if len(text) > length {
		return text[:length] + "..."
	}
	return text
}
