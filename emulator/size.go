package emulator

import "net/http"

type folderSizeInfo struct {
	StoreRelativePath string
	FolderSize        string
}

// folderSize answers how many bytes a folder, a file or the whole store
// holds. The path comes back as it was sent.
//
// inferred: a missing path is 404 FABRIC_E_FILE_NOT_FOUND, and an empty store
// has the size 0.
func (s *Store) folderSize(c *call) (answer, error) {
	bytes, _, ok := s.index.usage(c.path.store)
	if !ok {
		return answer{}, errFileNotFound
	}
	return jsonAnswer(http.StatusOK, folderSizeInfo{c.path.sent, unsigned(uint64(bytes))}), nil
}
