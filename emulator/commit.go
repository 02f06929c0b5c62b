package emulator

import (
	"errors"
	"io"
	"io/fs"
	"os"
)

// commitSession makes a file of a session's chunks. The session stays, so a
// commit can be repeated: it does nothing as long as the file at the path is
// the session's own, and publishes it again where another writer came
// between.
func (s *Store) commitSession(c *call) (answer, error) {
	n := s.chaos.commit()
	if n == 3 {
		return answer{}, errSessionUnknown
	}
	a, err := s.commit(c)
	if err == nil && n.every(11) || err != nil && n.every(7) {
		return answer{}, errDropped
	}
	return a, err
}

// commit answers an unknown session and an unfinished one alike, as the
// gateway does.
func (s *Store) commit(c *call) (answer, error) {
	id, ok := parseSessionID(c.query["session-id"])
	if !ok {
		return answer{}, errInvalidArgument
	}
	u, known := s.sessions.get(id)
	if !known || len(expected(u.chunks, u.total)) > 0 {
		return answer{}, errInvalidArgument
	}
	path, err := s.platform.normalise(u.path)
	if err != nil {
		return answer{}, err
	}
	end, err := s.pending.begin(path, false)
	if err != nil {
		return answer{}, err
	}
	defer end()
	if e := s.index.file(path); e != nil && e.session == id {
		return done, nil
	}
	if !complete(u.chunks, u.total) {
		return answer{}, errInvalidArgument
	}
	joined, err := s.join(u)
	if err == nil {
		err = s.publish(joined, path, id)
	}
	if err != nil {
		s.discard(joined)
		return answer{}, err
	}
	s.stats.commits.Add(1)
	return done, nil
}

// join copies a session's chunks into one staging file, in order. Only the
// sum of their sizes is checked against the size that was announced.
func (s *Store) join(u session) (staged, error) {
	var merged uint64
	for _, c := range u.chunks {
		merged += uint64(c.file.size)
	}
	if merged != u.total {
		return staged{}, errInvalidArgument.because(
			"Upload failed due to an internal error. Image store file %s has a merged size of %d bytes where %d bytes are expected. Please retry.",
			u.path, merged, u.total)
	}
	f, joined, err := s.createStaged()
	if err != nil {
		return joined, err
	}
	for _, c := range u.chunks {
		if err = s.appendStaged(f, c.file); err != nil {
			break
		}
		joined.size += c.file.size
	}
	return joined, errors.Join(err, f.Close())
}

// appendStaged copies a chunk between two files, which the system can do
// without a detour through memory. The chunk is gone when its session was
// deleted during the commit.
func (s *Store) appendStaged(to *os.File, st staged) error {
	from, err := s.root.Open(st.name)
	if errors.Is(err, fs.ErrNotExist) {
		return errSessionUnknown
	}
	if err != nil {
		return err
	}
	defer from.Close()
	_, err = io.Copy(to, from)
	return err
}
