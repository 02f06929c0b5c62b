package workbench

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/sfstore/sfstore/emulator"
)

// routes are the control API, which control.yaml describes.
func (b *Workbench) routes() *http.ServeMux {
	mux := http.NewServeMux()
	for pattern, handle := range map[string]http.HandlerFunc{
		"GET state":          b.getState,
		"GET files":          b.getFiles,
		"DELETE files":       b.deleteFiles,
		"GET sessions":       b.getSessions,
		"DELETE sessions":    b.deleteSessions,
		"GET faults":         b.getFaults,
		"POST faults":        b.addFaults,
		"DELETE faults":      b.deleteFaults,
		"DELETE faults/{id}": b.deleteFault,
		"POST failover":      b.failover,
		"GET clock":          b.getClock,
		"POST clock":         b.advanceClock,
		"GET requests":       b.getRequests,
		"DELETE requests":    b.deleteRequests,
		"GET contract":       b.getContract,
		"GET events":         b.events,
		"GET openapi.yaml":   asset("application/yaml", Document),
		"GET page.css":       asset("text/css; charset=utf-8", pageCSS),
		"GET page.js":        asset("text/javascript; charset=utf-8", pageJS),
	} {
		var method, path string
		if _, err := fmt.Sscan(pattern, &method, &path); err != nil {
			panic(err)
		}
		mux.Handle(method+" "+Prefix+path, withHeaders(handle))
	}
	return mux
}

// withHeaders keeps responses of the control API out of caches and out of pages of other sites.
func withHeaders(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Cache-Control", "no-store")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		next.ServeHTTP(w, r)
	})
}

func (b *Workbench) deleteFiles(w http.ResponseWriter, r *http.Request) {
	if err := b.store.DeleteFiles(r.Context()); err != nil {
		writeError(w, http.StatusInternalServerError, err.Error())
		return
	}
	b.changed("control: all files are deleted")
	w.WriteHeader(http.StatusNoContent)
}

func (b *Workbench) deleteSessions(w http.ResponseWriter, _ *http.Request) {
	b.changed(fmt.Sprintf("control: %d upload sessions are deleted", b.store.DeleteSessions()))
	w.WriteHeader(http.StatusNoContent)
}

func (b *Workbench) failover(w http.ResponseWriter, _ *http.Request) {
	b.Failover()
	w.WriteHeader(http.StatusNoContent)
}

func (b *Workbench) addFaults(w http.ResponseWriter, r *http.Request) {
	var body struct{ Fault string }
	if !readJSON(w, r, &body) {
		return
	}
	faults, err := emulator.ParseFaults(body.Fault)
	if err == nil && len(faults) == 0 {
		err = fmt.Errorf("the body has no fault")
	}
	if err != nil {
		writeError(w, http.StatusBadRequest, err.Error())
		return
	}
	added, err := b.store.AddFaults(faults...)
	if err != nil {
		writeError(w, http.StatusBadRequest, err.Error())
		return
	}
	b.changed("control: fault " + body.Fault)
	writeJSON(w, http.StatusOK, map[string]any{"faults": faultsJSON(added)})
}

func (b *Workbench) deleteFaults(w http.ResponseWriter, _ *http.Request) {
	b.changed(fmt.Sprintf("control: %d faults are removed", b.store.RemoveFaults()))
	w.WriteHeader(http.StatusNoContent)
}

func (b *Workbench) deleteFault(w http.ResponseWriter, r *http.Request) {
	id, err := strconv.Atoi(r.PathValue("id"))
	if err != nil || !b.store.RemoveFault(id) {
		writeError(w, http.StatusNotFound, "there is no such fault")
		return
	}
	b.changed(fmt.Sprintf("control: fault %d is removed", id))
	w.WriteHeader(http.StatusNoContent)
}

func (b *Workbench) getClock(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, map[string]any{"time": b.store.Now()})
}

func (b *Workbench) advanceClock(w http.ResponseWriter, r *http.Request) {
	var body struct{ Advance string }
	if !readJSON(w, r, &body) {
		return
	}
	d, err := time.ParseDuration(body.Advance)
	if err != nil {
		writeError(w, http.StatusBadRequest, fmt.Sprintf("advance: %q is not a duration such as 36m", body.Advance))
		return
	}
	if err := b.store.AdvanceClock(d); err != nil {
		writeError(w, http.StatusBadRequest, err.Error())
		return
	}
	b.changed(fmt.Sprintf("control: the clock is advanced by %v", d))
	b.getClock(w, r)
}

func (b *Workbench) deleteRequests(w http.ResponseWriter, _ *http.Request) {
	b.traffic.settle() // what came before does not count for the next test
	b.traffic.forget()
	b.changed("control: the log of requests begins anew")
	w.WriteHeader(http.StatusNoContent)
}

// readJSON reads the body of a request. It reports whether it could; if not, it has responded.
func readJSON(w http.ResponseWriter, r *http.Request, body any) bool {
	decoder := json.NewDecoder(http.MaxBytesReader(w, r.Body, 64<<10))
	decoder.DisallowUnknownFields()
	err := decoder.Decode(body)
	if _, more := decoder.Token(); err == nil && more != io.EOF {
		err = errors.New("it continues after the JSON value")
	}
	if err != nil {
		writeError(w, http.StatusBadRequest, "the body does not conform to the document: "+err.Error())
		return false
	}
	return true
}

func writeJSON(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(value) // fails if the client has disconnected
}

// inJSON writes the responses of net/http to calls that do not exist in the form of the control API.
type inJSON struct{ http.ResponseWriter }

func (w inJSON) WriteHeader(status int) {
	w.Header().Del("Content-Length")
	writeError(w.ResponseWriter, status, http.StatusText(status)+": the calls are in "+Prefix+"openapi.yaml")
}

func (w inJSON) Write(p []byte) (int, error) { return len(p), nil }

func writeError(w http.ResponseWriter, status int, reason string) {
	writeJSON(w, status, map[string]string{"error": reason})
}
