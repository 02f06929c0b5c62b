package emulator

// uploadChunk adds a chunk to an upload session. The first chunk of an
// unknown session creates it, and its range is checked only against its own
// total.
func (s *Store) uploadChunk(c *request) (response, error) {
	if err := s.platform.storable(c.path.store); err != nil {
		return response{}, err
	}
	known, err := s.sessions.admit(c.session, c.path.sent, c.rng)
	if err != nil {
		return response{}, err
	}
	if !known {
		if err := s.createSession(c); err != nil {
			return response{}, err
		}
	}
	return s.recordChunk(c)
}

func (s *Store) createSession(c *request) error {
	n := s.chaos.create()
	if n.every(7) {
		return errLost
	}
	s.sessions.create(c.session, c.path.sent, c.rng.total, s.now())
	if n.every(13) {
		return errLost
	}
	return nil
}

func (s *Store) recordChunk(c *request) (response, error) {
	n := s.chaos.chunk()
	if n.every(11) {
		return response{}, errLost
	}
	switch s.chaos.handledChunk(c.rng.start) {
	case chunkUnrecorded:
	case chunkNotFound:
		return response{}, errSessionUnknown
	case chunkStalled:
		if err := s.stall(c, chaosChunkStall); err != nil {
			return response{}, err
		}
		fallthrough
	default:
		if err := s.record(c); err != nil {
			return response{}, err
		}
	}
	if n.every(23) {
		return response{}, errLost
	}
	return done, nil
}

func (s *Store) record(c *request) error {
	if c.faults.has(SkipChunk) {
		return nil
	}
	recorded, err := s.sessions.record(c.session, chunk{c.rng.span, c.file}, s.now())
	if recorded {
		s.stats.chunkBytesRecorded.Add(c.takeBody().Size)
	}
	return err
}
