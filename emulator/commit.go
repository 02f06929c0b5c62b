package emulator

import (
	"errors"

	"github.com/sfstore/sfstore/emulator/internal/tree"
)

// commitSession makes a file of a session's chunks. The session stays, so a
// commit can be repeated: it does nothing as long as the file at the path
// has the session's id, and publishes it again if another writer has replaced
// it. A copy keeps the id of the file, and so does a restart.
func (s *Store) commitSession(c *request) (response, error) {
	u, known := s.sessions.get(c.session)
	// An unknown session and an unfinished one get the same response. Either is
	// found before the commit.
	if !known || len(expected(u.chunks, u.total)) > 0 {
		return response{}, errInvalidArgument
	}
	n := s.chaos.commit()
	if n.every(9) {
		return response{}, errLost
	}
	err := s.commit(c, u)
	if err == nil && n.every(11) || err != nil && n.every(7) {
		return response{}, errLost
	}
	return done, err
}

func (s *Store) commit(c *request, u session) error {
	path, err := s.platform.normalise(u.path)
	if err != nil {
		return err
	}
	end, ok := s.turns.try(path)
	if !ok {
		return errOperationsPending
	}
	defer end()
	if s.chaos.handledCommit() == 19 {
		return errSessionUnknown
	}
	if f := s.tree.File(path); f != nil && f.Session == u.id {
		return nil
	}
	if !complete(u.chunks, u.total) {
		return errInvalidArgument
	}
	joined, err := s.join(u, path)
	if err != nil {
		s.tree.Discard(joined)
		return err
	}
	if err := s.publishCommit(c, joined, path, u.id); err != nil {
		s.tree.Discard(joined)
		return err
	}
	s.stats.commits.Add(1)
	return nil
}

// publishCommit stores the file of a session. The runtime writes the session's
// id beside the file first. If the write fails, it restores the old file and
// leaves the id on it, so that the same commit then succeeds and writes nothing.
func (s *Store) publishCommit(c *request, joined tree.Staged, path, id string) error {
	var err error
	if c.faults.has(FailCommit) {
		err = errDiskFull
	} else {
		err = s.publish(c, joined, path, id)
	}
	if _, blocked := errors.AsType[*tree.BlockedError](err); err != nil && !blocked {
		s.tree.Stamp(path, id)
	}
	return err
}

// join copies a session's chunks into one staging file, in order. Only the
// sum of their sizes is checked against the announced size.
func (s *Store) join(u session, path string) (tree.Staged, error) {
	var merged uint64
	var parts []tree.Staged
	for _, c := range u.chunks {
		merged += uint64(c.file.Size)
		parts = append(parts, c.file)
	}
	if merged != u.total {
		return tree.Staged{}, errInvalidArgument.because(
			"Upload failed due to an internal error. Image store file %s has %d bytes, which doesn't match expected value of %d bytes. Please retry.",
			s.platform.display(path), u.total, merged)
	}
	joined, err := s.tree.Join(parts)
	if errors.Is(err, tree.ErrGone) {
		err = errSessionUnknown // deleted during the commit
	}
	return joined, err
}
