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

// info answers what the store takes of its disk. Registered packages are what
// lies under the names that the cluster keeps for itself; copied ones are all
// the rest. The metadata of a local store are in memory.
func (s *Store) info(*call) (answer, error) {
	capacity, available := diskSpace(s.folder)
	stagedBytes, stagedFiles := s.sessions.staged()
	allBytes, allFiles, _ := s.index.usage("")
	var keptBytes int64
	var keptFiles int
	for _, name := range reserved {
		bytes, files, _ := s.index.usage(name)
		keptBytes, keptFiles = keptBytes+bytes, keptFiles+files
	}
	return jsonAnswer(http.StatusOK, imageStoreInfo{
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
