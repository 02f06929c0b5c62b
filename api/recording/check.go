package recording

import (
	"errors"
	"net/http"
	"slices"

	"github.com/sfstore/sfstore/api"
)

// verdict is the result of validating an exchange against the contract.
type verdict struct {
	operation   string
	differences api.Differences
	missing     string // why it cannot be validated in full, or ""
	foreign     bool
}

// check validates an exchange against the contract.
func check(contract *api.Contract, x exchange) (v verdict) {
	if x.odd != nil {
		v.missing = "the entry cannot be read: " + x.odd.Error()
		return v
	}
	if x.cut {
		v.missing = "the entry is unfinished: the recorder was killed while it wrote it"
		return v
	}
	if x.request == nil {
		v.missing = "the request is missing; write it above the response"
		return v
	}
	var err error
	v.operation, err = contract.Operation(x.request)
	switch {
	case err != nil && !contract.InScope(x.request), !isHTTP(x.request.URL.Scheme):
		v.foreign = true
		return v
	case x.badURL != nil:
		v.differ("URL", x.badURL.Error())
		return v
	case err != nil:
		v.differ("operation", "the contract has none with this method and path")
		return v
	}
	needsBody := contract.NeedsBody(x.request)
	sent := x.sent.bytes
	if !needsBody {
		sent = nil // so that its size counts, which may be another than that of the recorded text
	}
	v.add(contract.Request(x.request, sent))
	if !x.sent.kept && needsBody {
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

// isHTTP reports whether a URL, which may lack its scheme, is one of HTTP or a WebSocket, rather than a
// file of the browser's.
func isHTTP(scheme string) bool {
	return slices.Contains([]string{"", "http", "https", "ws", "wss"}, scheme)
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

// placeOf identifies an exchange, without the query, which may contain a secret.
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
