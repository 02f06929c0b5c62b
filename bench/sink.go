package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
)

// sink is a gateway that throws bytes away and keeps count of them, so that nothing but
// sending is measured. It answers what an uploader asks: sessions, listings, commits.
type sink struct {
	mu       sync.Mutex
	sessions map[string]*session // by id
	sizes    map[string]int64    // by path
}

type session struct {
	path     string
	size     int64
	received map[int64]int64 // chunks, first to last
}

func newSink() *sink { return &sink{sessions: map[string]*session{}, sizes: map[string]int64{}} }

func (s *sink) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	n, err := io.Copy(io.Discard, r.Body)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	id := r.URL.Query().Get("session-id")
	path, operation, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/ImageStore/"), "$/")
	path = strings.TrimSuffix(path, "/")
	switch operation {
	case "UploadChunk":
		s.chunk(r, path, id, n)
	case "GetUploadSession":
		s.answerSession(w, id)
	case "CommitUploadSession":
		s.sizes[s.sessions[id].path] = s.sessions[id].size
	case "DeleteUploadSession":
		delete(s.sessions, id)
	case "":
		switch r.Method {
		case http.MethodPut:
			s.sizes[path] = n
		case http.MethodGet:
			s.list(w, path)
		}
	}
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

func (s *sink) answerSession(w http.ResponseWriter, id string) {
	session := s.sessions[id]
	if session == nil {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	ranges := []expected{}
	for at := int64(0); at < session.size; {
		if last, ok := session.received[at]; ok {
			at = last + 1
			continue
		}
		end := session.size - 1
		for first := range session.received {
			if first > at && first <= end {
				end = first - 1
			}
		}
		ranges = append(ranges, expected{fmt.Sprint(at), fmt.Sprint(end)})
		at = end + 1
	}
	answer(w, map[string]any{"UploadSessions": []any{map[string]any{
		"StoreRelativePath": session.path, "SessionId": id, "FileSize": fmt.Sprint(session.size),
		"ModifiedDate": "2026-01-01T00:00:00.000Z", "ExpectedRanges": ranges,
	}}})
}

// list lists a file, or the files directly below a folder.
func (s *sink) list(w http.ResponseWriter, path string) {
	files := []any{}
	for name, size := range s.sizes {
		if rest, below := strings.CutPrefix(name, path+"/"); name == path || below && !strings.Contains(rest, "/") {
			files = append(files, map[string]any{
				"StoreRelativePath": name, "FileSize": fmt.Sprint(size), "ModifiedDate": "2026-01-01T00:00:00.000Z",
				"FileVersion": map[string]string{"VersionNumber": "1", "EpochDataLossNumber": "1", "EpochConfigurationNumber": "1"},
			})
		}
	}
	if len(files) == 0 {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	answer(w, map[string]any{"StoreFiles": files, "StoreFolders": []any{}})
}

func answer(w http.ResponseWriter, value any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_ = json.NewEncoder(w).Encode(value)
}
