package workbench

import (
	"bufio"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/sfstore/sfstore/emulator"
)

type fileJSON struct {
	Path     string    `json:"path"`
	Size     int64     `json:"size"`
	Modified time.Time `json:"modified"`
	Version  uint64    `json:"version"`
}

type sessionJSON struct {
	ID       string      `json:"id"`
	Path     string      `json:"path"`
	Size     uint64      `json:"size"`
	Received uint64      `json:"received"`
	Modified time.Time   `json:"modified"`
	Expires  time.Time   `json:"expires"`
	Expected []rangeJSON `json:"expected"`
}

type rangeJSON struct {
	Start uint64 `json:"start"`
	End   uint64 `json:"end"`
}

type faultJSON struct {
	ID     int    `json:"id"`
	Fault  string `json:"fault"`
	Seen   int    `json:"seen"`
	Struck int    `json:"struck"`
}

// getState writes everything in one response. Files come last and one by one, because there may be
// many.
func (b *Workbench) getState(w http.ResponseWriter, _ *http.Request) {
	head, err := json.Marshal(struct {
		Platform       string        `json:"platform"`
		RuntimeVersion string        `json:"runtimeVersion"`
		Time           time.Time     `json:"time"`
		Checked        bool          `json:"checked"`
		Faults         []faultJSON   `json:"faults"`
		Sessions       []sessionJSON `json:"sessions"`
	}{b.store.Platform().String(), b.store.RuntimeVersion(), b.store.Now(), b.Contract != nil, faultsJSON(b.store.Faults()), sessionsJSON(b.store.Sessions())})
	if err != nil {
		writeError(w, http.StatusInternalServerError, err.Error())
		return
	}
	b.writeFiles(w, string(head[:len(head)-1])+",")
}

func (b *Workbench) getFiles(w http.ResponseWriter, _ *http.Request) { b.writeFiles(w, "{") }

// writeFiles writes an object that begins with head and ends with the files.
func (b *Workbench) writeFiles(w http.ResponseWriter, head string) {
	w.Header().Set("Content-Type", "application/json")
	out := bufio.NewWriterSize(w, 32<<10)
	_, _ = out.WriteString(head + `"files":[`)
	encoder := json.NewEncoder(out)
	for i, f := range b.store.Files() {
		if i > 0 {
			_ = out.WriteByte(',')
		}
		if encoder.Encode(fileJSON(f)) != nil { // the client has disconnected
			return
		}
	}
	_, _ = out.WriteString("]}\n")
	_ = out.Flush()
}

func (b *Workbench) getSessions(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, map[string]any{"time": b.store.Now(), "sessions": sessionsJSON(b.store.Sessions())})
}

func (b *Workbench) getFaults(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, map[string]any{"faults": faultsJSON(b.store.Faults())})
}

func sessionsJSON(sessions []emulator.Session) []sessionJSON {
	all := make([]sessionJSON, len(sessions))
	for i, s := range sessions {
		all[i] = sessionJSON{s.ID, s.Path, s.Size, s.Size, s.Modified, s.Expires, []rangeJSON{}}
		for _, r := range s.Expected {
			all[i].Expected = append(all[i].Expected, rangeJSON(r))
			if s.Size > 0 { // an empty file expects 0-0
				all[i].Received -= r.End - r.Start + 1
			}
		}
	}
	return all
}

func faultsJSON(faults []emulator.FaultState) []faultJSON {
	all := make([]faultJSON, len(faults))
	for i, f := range faults {
		all[i] = faultJSON{f.ID, f.Fault.String(), f.Seen, f.Struck}
	}
	return all
}

func (b *Workbench) getRequests(w http.ResponseWriter, r *http.Request) {
	query, queryErr := url.ParseQuery(r.URL.RawQuery)
	after, err := strconv.ParseInt(query.Get("after"), 10, 64)
	if queryErr != nil || query.Get("after") != "" && (err != nil || after < 0) {
		writeError(w, http.StatusBadRequest, "after is not the number of a request")
		return
	}
	b.traffic.settle()
	requests, total, differing := b.traffic.after(after)
	writeJSON(w, http.StatusOK, map[string]any{"total": total, "differing": differing, "requests": requests})
}

// getContract fails if a request differed, so that a test in any language can end with one call.
func (b *Workbench) getContract(w http.ResponseWriter, _ *http.Request) {
	if b.Contract == nil {
		writeError(w, http.StatusNotImplemented, "requests are not validated against the contract (--no-check)")
		return
	}
	b.traffic.settle()
	v := b.traffic.read()
	status := http.StatusOK
	if !v.Kept {
		status = http.StatusConflict
	}
	writeJSON(w, status, v)
}
