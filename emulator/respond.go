package emulator

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"
)

// answer is a response before it is sent. It is a value rather than writes to
// a ResponseWriter so that a reply can still be dropped after the work is
// done.
type answer struct {
	status      int
	contentType string // empty: none, and no nosniff either
	body        []byte
	code        string // the Service Fabric code of a failure, for the log
}

const jsonType = "application/json; charset=utf-8"

// done is every success without a payload: 200, an empty body, and the
// headers of JSON all the same.
var done = answer{status: http.StatusOK, contentType: jsonType}

// nothing is a success that found nothing.
var nothing = answer{status: http.StatusNoContent, contentType: jsonType}

func jsonAnswer(status int, value any) answer {
	return answer{status: status, contentType: jsonType, body: compactJSON(value)}
}

func errorAnswer(e *serverError) answer {
	type detail struct{ Code, Message string }
	a := jsonAnswer(e.status, struct{ Error detail }{detail{e.code, e.message}})
	a.code = e.code
	return a
}

// compactJSON leaves <, > and & alone, as the gateway does. The values are
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

// send writes the answer and returns how many bytes of body went out.
func (a answer) send(w http.ResponseWriter) int64 {
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
