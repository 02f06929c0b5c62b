package emulator

import "time"

// chaosStall is how long the one stalled chunk takes.
const chaosStall = 15 * time.Second

// uploadChunk adds a chunk to an upload session. The first chunk of an
// unknown session creates it, and its range is checked against nothing but
// its own total.
func (s *Store) uploadChunk(c *call) (answer, error) {
	id, ok := parseSessionID(c.query["session-id"])
	if !ok {
		return answer{}, errSessionID
	}
	if err := s.platform.storable(c.path.store); err != nil {
		return answer{}, err
	}
	known, err := s.sessions.admit(id, c.path.sent, c.rng)
	if err != nil {
		return answer{}, err
	}
	if !known {
		if err := s.createSession(id, c); err != nil {
			return answer{}, err
		}
	}
	return s.recordChunk(id, c)
}

func (s *Store) createSession(id string, c *call) error {
	n := s.chaos.create()
	if n.every(7) {
		return errDropped
	}
	s.sessions.create(id, c.path.sent, c.rng.total, s.now())
	if n.every(13) {
		return errDropped
	}
	return nil
}

func (s *Store) recordChunk(id string, c *call) (answer, error) {
	n := s.chaos.chunk()
	switch {
	case n.every(11):
		return answer{}, errDropped
	case n == 20:
		return answer{}, errSessionUnknown
	case n == 30:
		if err := s.wait(c.r.Context(), chaosStall); err != nil {
			return answer{}, err
		}
	}
	if n == 5 || c.faults.skipChunk {
		return done, nil
	}
	recorded, err := s.sessions.record(id, chunk{c.rng.span, c.file}, s.now())
	if err != nil {
		return answer{}, err
	}
	if recorded {
		s.stats.chunkBytesRecorded.Add(c.takeBody().size)
	}
	if n.every(23) {
		return answer{}, errDropped
	}
	return done, nil
}
