package emulator

import (
	"cmp"
	"slices"
	"time"

	"github.com/sfstore/sfstore/emulator/internal/tree"
)

// File is a stored file.
type File struct {
	Path     string // with "/" between the names, as its first writer spelled it
	Size     int64  // in bytes
	Modified time.Time
	Version  uint64 // the VersionNumber
}

// Session is an upload session.
type Session struct {
	ID       string // a GUID in lower case
	Path     string // as the request of the first chunk spelled it
	Size     uint64 // of the whole file, in bytes
	Modified time.Time
	// Expires is when the session ends unless a new chunk arrives before.
	Expires time.Time
	// Expected are the bytes that have not arrived, in ascending order.
	Expected []Range
}

// Range is a range of bytes by the positions of its first and last byte, both
// inclusive.
type Range struct{ Start, End uint64 }

// Platform returns the platform whose gateway the store behaves like.
func (s *Store) Platform() Platform { return s.platform }

// RuntimeVersion returns the version of Service Fabric that the store reports.
func (s *Store) RuntimeVersion() string { return s.runtimeVersion }

// Files returns every stored file, sorted by path.
func (s *Store) Files() []File {
	stored := s.tree.Beneath("")
	files := make([]File, len(stored))
	for i, f := range stored {
		files[i] = File{f.Path, f.Size, tree.Time(f.Modified), f.Version.Number}
	}
	return files
}

// Sessions returns every upload session, the oldest change first.
func (s *Store) Sessions() []Session {
	s.tree.Discard(s.sessions.sweep(s.now())...)
	return s.sessions.all()
}

func (m *sessions) all() []Session {
	m.mu.Lock()
	defer m.mu.Unlock()
	all := make([]Session, 0, len(m.byID))
	for _, s := range m.byID {
		u := Session{ID: s.id, Path: s.path, Size: s.total, Modified: s.modified, Expires: m.expiry(s)}
		for _, r := range expected(s.chunks, s.total) {
			u.Expected = append(u.Expected, Range{r.start, r.end})
		}
		all = append(all, u)
	}
	slices.SortFunc(all, func(a, b Session) int { return cmp.Or(a.Modified.Compare(b.Modified), cmp.Compare(a.ID, b.ID)) })
	return all
}

// expiry is the first sweep that finds the session idle for the timeout.
func (m *sessions) expiry(s *session) time.Time {
	idle, interval := s.modified.Add(m.timeout), m.sweepInterval()
	if !idle.After(m.nextSweep) {
		return m.nextSweep
	}
	missed := (idle.Sub(m.nextSweep) + interval - 1) / interval
	return m.nextSweep.Add(missed * interval)
}
