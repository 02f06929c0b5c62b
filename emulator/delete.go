package emulator

import "strings"

// reserved are the names that the cluster keeps for itself. They cannot be
// deleted; everything else about them is ordinary.
var reserved = []string{"Store", "WindowsFabricStore"}

// deleteContent removes a file, or a folder and everything in it, and the
// folders that it leaves empty. What is not there is deleted already.
func (s *Store) deleteContent(c *call) (answer, error) {
	path := c.path.store
	for _, name := range reserved {
		if strings.EqualFold(path, name) {
			return answer{}, errReservedName
		}
	}
	end, err := s.pending.begin(path, true)
	if err != nil {
		return answer{}, err
	}
	defer end()
	if err := s.unlink(path); err != nil {
		return answer{}, err
	}
	return done, nil
}
