package emulator

import (
	"cmp"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/sfstore/sfstore/emulator/internal/tree"
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
	nextSweep time.Time
}

func newSessions(timeout time.Duration) *sessions {
	return &sessions{timeout: timeout, byID: map[string]*session{}}
}

// admit checks a chunk against its session and reports whether there is one.
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
	m.byID[id] = &session{id: id, path: path, total: total, modified: now}
}

// record adds a chunk to a session. The same chunk again, which is possible only
// in a race, is a success that records nothing.
//
// inferred: a chunk that overlaps another one in a race could leave the
// runtime's session inconsistent; here it is rejected and changes nothing.
func (m *sessions) record(id string, c chunk, now time.Time) (recorded bool, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := m.byID[id]
	if s == nil {
		return false, errSessionUnknown
	}
	at, overlaps := indexFor(s.chunks, c.span)
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

// get returns the current state of a session.
func (m *sessions) get(id string) (session, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if s := m.byID[id]; s != nil {
		return s.clone(), true
	}
	return session{}, false
}

// at returns the sessions on exactly this path, in the runtime's order.
func (m *sessions) at(path string) []session {
	m.mu.Lock()
	defer m.mu.Unlock()
	var found []session
	for _, s := range m.byID {
		if s.path == path {
			found = append(found, s.clone())
		}
	}
	slices.SortFunc(found, func(a, b session) int { return cmp.Compare(inMemory(a.id), inMemory(b.id)) })
	return found
}

// remove ends a session and returns its files.
func (m *sessions) remove(id string) (files []tree.Staged, known bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := m.byID[id]
	if s == nil {
		return nil, false
	}
	return m.drop(s), true
}

// forget ends all sessions and returns their files.
func (m *sessions) forget() (files []tree.Staged) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, s := range slices.Collect(maps.Values(m.byID)) {
		files = append(files, m.drop(s)...)
	}
	return files
}

func (m *sessions) drop(s *session) (files []tree.Staged) {
	delete(m.byID, s.id)
	for _, c := range s.chunks {
		files = append(files, c.file)
	}
	return files
}

// sweep ends the sessions that were idle for the timeout when the last sweep
// before now was due, and returns their files. The first sweep is due one
// timeout after the first session, the next ones a sixth of it apart.
//
// Nothing runs between requests; each request calls sweep first, so clients see
// no difference.
func (m *sessions) sweep(now time.Time) (files []tree.Staged) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.byID) == 0 || now.Before(m.nextSweep) {
		return nil
	}
	interval := m.sweepInterval()
	due := m.nextSweep.Add(now.Sub(m.nextSweep) / interval * interval)
	m.nextSweep = due.Add(interval)
	for _, s := range slices.Collect(maps.Values(m.byID)) {
		if due.Sub(s.modified) >= m.timeout {
			files = append(files, m.drop(s)...)
		}
	}
	return files
}

func (m *sessions) sweepInterval() time.Duration { return max(m.timeout/6, 1) }

func (m *sessions) len() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.byID)
}

// staged returns the number and the size in bytes of the files of sessions.
func (m *sessions) staged() (bytes int64, files int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, s := range m.byID {
		files += len(s.chunks)
		for _, c := range s.chunks {
			bytes += c.file.Size
		}
	}
	return bytes, files
}
