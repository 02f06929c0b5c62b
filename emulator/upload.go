package emulator

// uploadFile stores a body as a file. Folders come into being through it; no
// mark file does.
func (s *Store) uploadFile(c *call) (answer, error) {
	path := c.path.store
	end, err := s.pending.begin(path, false)
	if err != nil {
		return answer{}, err
	}
	defer end()
	if err := s.publish(c.file, path, ""); err != nil {
		return answer{}, err
	}
	c.takeBody()
	return done, nil
}
