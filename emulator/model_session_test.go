package emulator_test

import (
	"slices"
	"strings"
	"time"
)

// forward advances the clock, sweep by sweep.
func (m *model) forward(d time.Duration) {
	m.now = m.now.Add(d)
	for len(m.sessions) > 0 && !m.sweep.After(m.now) {
		m.sessions = slices.DeleteFunc(m.sessions, func(s *modelSession) bool { return m.sweep.Sub(s.modified) >= sessionTimeout })
		m.sweep = m.sweep.Add(5 * time.Minute)
	}
}

func (m *model) session(id string) *modelSession {
	for _, s := range m.sessions {
		if s.id == id {
			return s
		}
	}
	return nil
}

// expected returns the ranges that a session expects, counted byte by byte.
func (s *modelSession) expected() (ranges [][2]int) {
	if s.total == 0 {
		return [][2]int{{0, 0}}
	}
	for at := range s.total {
		if slices.ContainsFunc(s.chunks, func(c modelChunk) bool { return c.start <= at && at <= c.end }) {
			continue
		}
		if n := len(ranges); n > 0 && ranges[n-1][1] == at-1 {
			ranges[n-1][1] = at
		} else {
			ranges = append(ranges, [2]int{at, at})
		}
	}
	return ranges
}

func (m *model) chunk(path, id string, start, end, total int, body string) string {
	if start > end || end > total {
		return badRange
	}
	s := m.session(id)
	switch {
	case s == nil:
		if len(m.sessions) == 0 {
			m.sweep = m.now.Add(sessionTimeout)
		}
		s = &modelSession{id: id, path: path, total: total}
		m.sessions = append(m.sessions, s)
	case s.path != path:
		return pathConflict
	case s.total != total:
		return badArgument
	case !slices.ContainsFunc(s.expected(), func(r [2]int) bool { return r[0] <= start && end <= r[1] }):
		return badRange
	}
	if total == 0 && len(s.chunks) > 0 {
		return okay // the same chunk again changes nothing
	}
	s.chunks = append(s.chunks, modelChunk{start, end, body})
	s.modified = m.now
	return okay
}

func (m *model) commit(id string) string {
	s := m.session(id)
	if s == nil || len(s.expected()) > 0 {
		return badArgument
	}
	path := strings.ReplaceAll(s.path, `\`, "/")
	if f := m.find(path); f != nil && f.session == id {
		return okay
	}
	slices.SortFunc(s.chunks, func(a, b modelChunk) int { return a.start - b.start })
	joined := ""
	for _, c := range s.chunks {
		joined += c.body
	}
	if len(joined) != s.total || s.chunks[len(s.chunks)-1].end >= s.total {
		return badArgument
	}
	return m.write(path, joined, id)
}

func (m *model) end(id string) string {
	if m.session(id) == nil {
		return noSession
	}
	m.sessions = slices.DeleteFunc(m.sessions, func(s *modelSession) bool { return s.id == id })
	return okay
}
