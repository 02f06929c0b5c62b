package emulator

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"
)

// response is the result of a handler, before it is sent. It is a value, and not
// writes to a ResponseWriter, so that it can still be dropped after the work.
type response struct {
	status      int
	contentType string // empty: none, and no nosniff either
	body        []byte
	code        string // the Service Fabric code of a failure, for the log
}

const jsonType = "application/json; charset=utf-8"

// done is every success without a payload: 200, an empty body, and still the
// headers of JSON.
var done = response{status: http.StatusOK, contentType: jsonType}

// nothing is a success that found nothing.
var nothing = response{status: http.StatusNoContent, contentType: jsonType}

func jsonResponse(status int, value any) response {
	return response{status: status, contentType: jsonType, body: compactJSON(value)}
}

func errorResponse(e *serverError) response {
	type detail struct{ Code, Message string }
	a := jsonResponse(e.status, struct{ Error detail }{detail{e.code, e.message}})
	a.code = e.code
	return a
}

// compactJSON does not escape <, > and &, like the gateway. The values are
// plain structs of this package, which cannot fail to encode.
func compactJSON(value any) []byte {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		panic(err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// send writes the response and returns the number of bytes of its body.
func (a response) send(w http.ResponseWriter) int64 {
	h := w.Header()
	if a.contentType != "" {
		h.Set("Content-Type", a.contentType)
		h.Set("X-Content-Type-Options", "nosniff")
	}
	if len(a.body) > 0 {
		h.Set("Content-Length", strconv.Itoa(len(a.body)))
	}
	w.WriteHeader(a.status)
	n, _ := w.Write(a.body)
	return int64(n)
}
