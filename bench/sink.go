package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// sink is a gateway that discards bytes and counts them, so that only sending is measured. It serves
// what an uploader requests: sessions, listings, commits.
type sink struct {
	mu       sync.Mutex
	sessions map[string]*session // by id
	files    map[string]stored   // by path
	writes   int64               // how many there were, which makes versions
	first    time.Time           // when the first byte of a body came, zero for not yet
}

type stored struct{ size, version int64 }

type session struct {
	path     string
	size     int64
	received map[int64]int64 // chunks, first to last
}

func newSink() *sink { return &sink{sessions: map[string]*session{}, files: map[string]stored{}} }

func (s *sink) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	n, err := s.swallow(r.Body)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	if !strings.HasPrefix(r.URL.Path, "/ImageStore") {
		s.serveOthers(w, r)
		return
	}
	switch found := s.carryOut(r, n).(type) {
	case int:
		w.WriteHeader(found)
	default:
		respond(w, found)
	}
}

// carryOut returns the response, a status or an object. It is written without the lock, because a
// client at a distance takes its time to read.
func (s *sink) carryOut(r *http.Request, n int64) any {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := r.URL.Query().Get("session-id")
	path, operation, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/ImageStore/"), "$/")
	path = strings.TrimSuffix(path, "/")
	switch operation {
	case "UploadChunk":
		s.chunk(r, path, id, n)
	case "GetUploadSession":
		return s.found(path, id)
	case "CommitUploadSession":
		s.write(s.sessions[id].path, s.sessions[id].size)
	case "DeleteUploadSession":
		delete(s.sessions, id)
	case "":
		switch r.Method {
		case http.MethodPut:
			s.write(path, n)
		case http.MethodDelete:
			s.remove(path)
		case http.MethodGet:
			return s.list(path)
		}
	}
	return http.StatusOK
}

var buffers = sync.Pool{New: func() any { return new([256 << 10]byte) }}

// swallow reads large pieces, so that the sink uses little of the processors that it shares.
func (s *sink) swallow(body io.Reader) (n int64, err error) {
	buffer := buffers.Get().(*[256 << 10]byte)
	defer buffers.Put(buffer)
	for {
		read, err := body.Read(buffer[:])
		if n == 0 && read > 0 {
			s.noteFirst()
		}
		switch n += int64(read); err {
		case nil:
		case io.EOF:
			return n, nil
		default:
			return n, err
		}
	}
}

func (s *sink) noteFirst() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.first.IsZero() {
		s.first = time.Now()
	}
}

// serveOthers serves this program, which queries when the first byte of an upload arrived, and the
// clients of others.
func (s *sink) serveOthers(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != "/first" {
		serveRivals(w, r)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	respond(w, s.first)
	s.first = time.Time{}
}

func (s *sink) chunk(r *http.Request, path, id string, n int64) {
	var first, last, size int64
	if _, err := fmt.Sscanf(r.Header.Get("Content-Range"), "bytes %d-%d/%d", &first, &last, &size); err != nil || n != last-first+1 {
		panic(http.ErrAbortHandler)
	}
	if s.sessions[id] == nil {
		s.sessions[id] = &session{path, size, map[int64]int64{}}
	}
	s.sessions[id].received[first] = last
}

type expected struct{ StartPosition, EndPosition string }

// found returns the session of an id, or the sessions of a path.
func (s *sink) found(path, id string) any {
	found := []any{}
	for own, session := range s.sessions {
		if own == id || id == "" && session.path == path {
			found = append(found, map[string]any{
				"StoreRelativePath": session.path, "SessionId": own, "FileSize": fmt.Sprint(session.size),
				"ModifiedDate": "2026-01-01T00:00:00.000Z", "ExpectedRanges": session.expected(),
			})
		}
	}
	if len(found) == 0 {
		return http.StatusNoContent
	}
	return map[string]any{"UploadSessions": found}
}

// expected returns the ranges that a session lacks.
func (s *session) expected() []expected {
	ranges := []expected{}
	for at := int64(0); at < s.size; {
		if last, ok := s.received[at]; ok {
			at = last + 1
			continue
		}
		end := s.size - 1
		for first := range s.received {
			if first > at && first <= end {
				end = first - 1
			}
		}
		ranges = append(ranges, expected{fmt.Sprint(at), fmt.Sprint(end)})
		at = end + 1
	}
	return ranges
}

func (s *sink) write(path string, size int64) {
	s.writes++
	s.files[path] = stored{size, s.writes}
}

// remove deletes a file, or all files below a folder.
func (s *sink) remove(path string) {
	for name := range s.files {
		if name == path || strings.HasPrefix(name, path+"/") {
			delete(s.files, name)
		}
	}
}

type listedFile struct {
	StoreRelativePath, FileSize, ModifiedDate string
	FileVersion                               struct{ VersionNumber, EpochDataLossNumber, EpochConfigurationNumber string }
}

// list lists a file, or the files directly below a folder.
func (s *sink) list(path string) any {
	files := []listedFile{}
	for name, file := range s.files {
		if rest, below := strings.CutPrefix(name, path+"/"); name == path || below && !strings.Contains(rest, "/") {
			listed := listedFile{StoreRelativePath: name, FileSize: strconv.FormatInt(file.size, 10), ModifiedDate: "2026-01-01T00:00:00.000Z"}
			listed.FileVersion.VersionNumber = strconv.FormatInt(file.version, 10)
			listed.FileVersion.EpochDataLossNumber, listed.FileVersion.EpochConfigurationNumber = "1", "1"
			files = append(files, listed)
		}
	}
	if len(files) == 0 {
		return http.StatusNotFound
	}
	return map[string]any{"StoreFiles": files, "StoreFolders": []any{}}
}

func respond(w http.ResponseWriter, value any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_ = json.NewEncoder(w).Encode(value)
}
