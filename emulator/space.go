package emulator

import "net/http"

type imageStoreInfo struct {
	DiskInfo       diskInfo
	UsedByMetadata usageInfo
	UsedByStaging  usageInfo
	UsedByCopy     usageInfo
	UsedByRegister usageInfo
}

type diskInfo struct {
	Capacity       string
	AvailableSpace string
}

type usageInfo struct {
	UsedSpace string
	FileCount string
}

// info returns how much of its disk the store uses. Registered packages are
// everything under the names that the cluster reserves; all others count as
// copied. The metadata of a local store are in memory.
func (s *Store) info(*request) (response, error) {
	capacity, available := s.tree.Disk()
	stagedBytes, stagedFiles := s.sessions.staged()
	allBytes, allFiles, _ := s.tree.Usage("")
	var keptBytes int64
	var keptFiles int
	for _, name := range reserved {
		bytes, files, _ := s.tree.Usage(name)
		keptBytes, keptFiles = keptBytes+bytes, keptFiles+files
	}
	return jsonResponse(http.StatusOK, imageStoreInfo{
		DiskInfo:       diskInfo{unsigned(capacity), unsigned(available)},
		UsedByMetadata: usage(0, 0),
		UsedByStaging:  usage(stagedBytes, stagedFiles),
		UsedByCopy:     usage(allBytes-keptBytes, allFiles-keptFiles),
		UsedByRegister: usage(keptBytes, keptFiles),
	}), nil
}

func usage(bytes int64, files int) usageInfo {
	return usageInfo{unsigned(uint64(bytes)), unsigned(uint64(files))}
}

type folderSizeInfo struct {
	StoreRelativePath string
	FolderSize        string
}

// folderSize returns how many bytes a folder, a file or the whole store takes,
// with the path as it was sent.
//
// inferred: a missing path is 404 FABRIC_E_FILE_NOT_FOUND, and an empty store
// has the size 0.
func (s *Store) folderSize(c *request) (response, error) {
	bytes, _, ok := s.tree.Usage(c.path.store)
	if !ok {
		return response{}, errFileNotFound
	}
	return jsonResponse(http.StatusOK, folderSizeInfo{c.path.sent, unsigned(uint64(bytes))}), nil
}
