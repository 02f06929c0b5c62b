package emulator

import (
	"slices"
	"strings"

	"github.com/sfstore/sfstore/emulator/internal/tree"
)

// uploadFile stores a body as a file. It creates missing folders, but no mark
// file.
func (s *Store) uploadFile(c *request) (response, error) {
	if err := s.platform.storable(c.path.store); err != nil {
		return response{}, err
	}
	end, err := s.claim(c, c.path.store, false)
	if err != nil {
		return response{}, err
	}
	defer end()
	if err := s.publish(c, c.file, c.path.store, ""); err != nil {
		return response{}, err
	}
	c.takeBody()
	return done, nil
}

// publish stores a staged file at a path that was claimed. The file is gone
// from staging when publish succeeds.
func (s *Store) publish(c *request, st tree.Staged, path, session string) error {
	if s.chaos.upload(path) {
		if err := s.stall(c, chaosUploadStall); err != nil {
			return err
		}
	}
	return s.tree.Put(st, path, session)
}

// reserved are the names that the cluster keeps for itself. They cannot be
// deleted; everything else about them is ordinary.
var reserved = []string{"Store", "WindowsFabricStore"}

// deleteContent removes a file, or a folder and everything in it, and the
// folders that it leaves empty. A missing path is a success.
func (s *Store) deleteContent(c *request) (response, error) {
	if err := checkDeletion(c.path.sent); err != nil {
		return response{}, err
	}
	end, err := s.claim(c, c.path.store, true)
	if err != nil {
		return response{}, err
	}
	defer end()
	if err := s.tree.Remove(c.path.store); err != nil {
		return response{}, err
	}
	return done, nil
}

// checkDeletion rejects the paths that cannot be deleted. The runtime checks
// a path as it was sent, before it trims it: a blank names the whole store,
// and "Store" followed by a blank or a separator is the reserved folder,
// and both are deleted.
func checkDeletion(sent string) error {
	if sent == "" {
		return errInvalidArgument
	}
	if slices.ContainsFunc(reserved, func(name string) bool { return strings.EqualFold(sent, name) }) {
		return errReservedName
	}
	return nil
}
