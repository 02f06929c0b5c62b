package emulator

import (
	"cmp"
	"maps"
	"slices"
	"sync"
	"time"
)

// session is an upload in progress, or one that was committed and not yet
// deleted.
type session struct {
	id       string // lower case
	path     string // as the first chunk's request spelled it
	total    uint64
	chunks   []chunk // ascending, never overlapping
	modified time.Time
}

// clone is a copy that later chunks do not change.
func (s *session) clone() session {
	c := *s
	c.chunks = slices.Clone(s.chunks)
	return c
}

// sessions are all upload sessions. They are in memory only: a failover or a
// restart forgets them.
type sessions struct {
	timeout time.Duration

	mu        sync.Mutex
	byID      map[string]*session
	byPath    map[string]map[string]*session
	nextSweep time.Time
}

func newSessions(timeout time.Duration) *sessions {
	return &sessions{timeout: timeout, byID: map[string]*session{}, byPath: map[string]map[string]*session{}}
}

// admit checks a chunk against its session and tells whether there is one.
func (m *sessions) admit(id, path string, r contentRange) (known bool, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := m.byID[id]
	switch {
	case s == nil:
		return false, nil
	case s.path != path:
		return true, errSessionConflict
	case s.total != r.total:
		return true, errInvalidArgument
	case !fits(s.chunks, s.total, r.span):
		return true, errRange
	}
	return true, nil
}

// create makes a session. If another first chunk was quicker, its path and
// its size stay.
func (m *sessions) create(id, path string, total uint64, now time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.byID[id] != nil {
		return
	}
	if len(m.byID) == 0 {
		m.nextSweep = now.Add(m.timeout)
	}
	s := &session{id: id, path: path, total: total, modified: now}
	m.byID[id] = s
	if m.byPath[path] == nil {
		m.byPath[path] = map[string]*session{}
	}
	m.byPath[path][id] = s
}

// record gives a session a chunk. The same chunk again, which only a race
// brings this far, is a success that records nothing.
//
// inferred: a chunk that overlaps another and comes this far by a race could
// leave the runtime's session inconsistent; here it is refused and changes
// nothing.
func (m *sessions) record(id string, c chunk, now time.Time) (recorded bool, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := m.byID[id]
	if s == nil {
		return false, errSessionUnknown
	}
	at, overlaps := place(s.chunks, c.span)
	if at < len(s.chunks) && s.chunks[at].span == c.span {
		return false, nil
	}
	if overlaps {
		return false, errRange
	}
	s.chunks = slices.Insert(s.chunks, at, c)
	s.modified = now
	return true, nil
}

// get returns a session as it is now.
func (m *sessions) get(id string) (session, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if s := m.byID[id]; s != nil {
		return s.clone(), true
	}
	return session{}, false
}

// at returns the sessions on exactly this path, by id.
func (m *sessions) at(path string) []session {
	m.mu.Lock()
	defer m.mu.Unlock()
	var found []session
	for _, s := range m.byPath[path] {
		found = append(found, s.clone())
	}
	slices.SortFunc(found, func(a, b session) int { return cmp.Compare(a.id, b.id) })
	return found
}

// remove ends a session and returns the files that it held.
func (m *sessions) remove(id string) (files []staged, known bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := m.byID[id]
	if s == nil {
		return nil, false
	}
	return m.drop(s), true
}

// forget ends all sessions and returns the files that they held.
func (m *sessions) forget() (files []staged) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, s := range slices.Collect(maps.Values(m.byID)) {
		files = append(files, m.drop(s)...)
	}
	return files
}

func (m *sessions) drop(s *session) (files []staged) {
	delete(m.byID, s.id)
	delete(m.byPath[s.path], s.id)
	if len(m.byPath[s.path]) == 0 {
		delete(m.byPath, s.path)
	}
	for _, c := range s.chunks {
		files = append(files, c.file)
	}
	return files
}

// sweep ends the sessions that were idle for the timeout when the last sweep
// before now was due, and returns the files that they held. The first is due
// one timeout after there were sessions at all, the next ones a sixth of it
// apart.
//
// Nothing runs between requests; since a request calls sweep first, none can
// tell.
func (m *sessions) sweep(now time.Time) (files []staged) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.byID) == 0 || now.Before(m.nextSweep) {
		return nil
	}
	interval := max(m.timeout/6, 1)
	due := m.nextSweep.Add(now.Sub(m.nextSweep) / interval * interval)
	m.nextSweep = due.Add(interval)
	for _, s := range slices.Collect(maps.Values(m.byID)) {
		if due.Sub(s.modified) >= m.timeout {
			files = append(files, m.drop(s)...)
		}
	}
	return files
}

func (m *sessions) len() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.byID)
}

// staged is the number and the size in bytes of the files that sessions hold.
func (m *sessions) staged() (bytes int64, files int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, s := range m.byID {
		files += len(s.chunks)
		for _, c := range s.chunks {
			bytes += c.file.size
		}
	}
	return bytes, files
}

// parseSessionID reads a GUID: 36 characters, no braces, either case. The
// GUID of zeros counts as none.
func parseSessionID(text string) (string, bool) {
	if len(text) != 36 {
		return "", false
	}
	id := []byte(text)
	zero := true
	for i, c := range id {
		switch {
		case i == 8 || i == 13 || i == 18 || i == 23:
			if c != '-' {
				return "", false
			}
		case c >= 'A' && c <= 'F':
			id[i], zero = c+'a'-'A', false
		case c >= 'a' && c <= 'f':
			zero = false
		case c >= '0' && c <= '9':
			zero = zero && c == '0'
		default:
			return "", false
		}
	}
	return string(id), !zero
}
