package imagestore

import (
	"errors"
	"fmt"

	"github.com/sfstore/sfstore/gen"
)

// FolderSize is how much a folder holds.
type FolderSize struct {
	Path string `json:"StoreRelativePath"` // with the separators of the cluster
	Size int64  `json:"FolderSize,string"` // in bytes, of all that is below
}

// Info is the disk under the image store's primary, and what uses it. The contract promises
// no part of it: what the server leaves out is zero here.
type Info struct {
	Disk     DiskInfo  `json:"DiskInfo"`
	Metadata UsageInfo `json:"UsedByMetadata"`
	Staging  UsageInfo `json:"UsedByStaging"`
	Copy     UsageInfo `json:"UsedByCopy"`
	Register UsageInfo `json:"UsedByRegister"`
}

// DiskInfo is a disk, in bytes.
type DiskInfo struct {
	Capacity  int64 `json:"Capacity,string"`
	Available int64 `json:"AvailableSpace,string"`
}

// UsageInfo is what one part of the image store uses.
type UsageInfo struct {
	Size      int64 `json:"UsedSpace,string"` // in bytes
	FileCount int64 `json:"FileCount,string"`
}

func folderSizeFromAPI(from gen.FolderSizeInfo) (FolderSize, error) {
	if from.FolderSize == nil {
		return FolderSize{}, errors.New("the answer lacks FolderSize")
	}
	size, err := parseCount(*from.FolderSize)
	if err != nil {
		return FolderSize{}, fmt.Errorf("FolderSize %w", err)
	}
	return FolderSize{Path: deref(from.StoreRelativePath), Size: size}, nil
}

func infoFromAPI(from gen.ImageStoreInfo) (info Info, err error) {
	disk := deref(from.DiskInfo)
	for _, number := range []struct {
		name string
		text string
		to   *int64
	}{
		{"DiskInfo.Capacity", deref(disk.Capacity), &info.Disk.Capacity},
		{"DiskInfo.AvailableSpace", deref(disk.AvailableSpace), &info.Disk.Available},
	} {
		if err := parseOptional(number.name, number.text, number.to); err != nil {
			return Info{}, err
		}
	}
	for _, part := range []struct {
		name string
		from *gen.UsageInfo
		to   *UsageInfo
	}{
		{"UsedByMetadata", from.UsedByMetadata, &info.Metadata},
		{"UsedByStaging", from.UsedByStaging, &info.Staging},
		{"UsedByCopy", from.UsedByCopy, &info.Copy},
		{"UsedByRegister", from.UsedByRegister, &info.Register},
	} {
		if *part.to, err = usageFromAPI(deref(part.from)); err != nil {
			return Info{}, fmt.Errorf("%s.%w", part.name, err)
		}
	}
	return info, nil
}

func usageFromAPI(from gen.UsageInfo) (usage UsageInfo, err error) {
	if err := parseOptional("UsedSpace", deref(from.UsedSpace), &usage.Size); err != nil {
		return UsageInfo{}, err
	}
	err = parseOptional("FileCount", deref(from.FileCount).String(), &usage.FileCount)
	return usage, err
}

// parseOptional reads a number that the server may leave out.
func parseOptional(name, text string, to *int64) (err error) {
	if text == "" {
		return nil
	}
	if *to, err = parseCount(text); err != nil {
		return fmt.Errorf("%s %w", name, err)
	}
	return nil
}

func deref[T any](p *T) (value T) {
	if p != nil {
		value = *p
	}
	return value
}
