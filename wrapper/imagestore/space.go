package imagestore

import (
	"context"
	"errors"
	"fmt"

	"github.com/sfstore/sfstore/gen"
)

// FolderSize is the size of a folder.
type FolderSize struct {
	Path string `json:"StoreRelativePath"` // with the separators of the cluster
	Size int64  `json:"FolderSize,string"` // in bytes, of everything below
}

// Info describes the disk of the image store's primary replica, and what uses it. All members are
// optional in the contract; those that the server leaves out are zero.
type Info struct {
	Disk     DiskInfo  `json:"DiskInfo"`
	Metadata UsageInfo `json:"UsedByMetadata"`
	Staging  UsageInfo `json:"UsedByStaging"`
	Copy     UsageInfo `json:"UsedByCopy"`
	Register UsageInfo `json:"UsedByRegister"`
}

// DiskInfo is the size of a disk and its free space, both in bytes.
type DiskInfo struct {
	Capacity  int64 `json:"Capacity,string"`       // in bytes
	Available int64 `json:"AvailableSpace,string"` // in bytes
}

// UsageInfo is the disk space that one part of the image store uses.
type UsageInfo struct {
	Size      int64 `json:"UsedSpace,string"` // in bytes
	FileCount int64 `json:"FileCount,string"` // marks included
}

// RootFolderSize returns how many bytes the whole store takes. On a cluster older than 6.5 the error
// is of class [ErrBadRequest]; the same is true of [Client.FolderSize] and [Client.Info].
//
//contract:operation GetImageStoreRootFolderSize
func (c *Client) RootFolderSize(ctx context.Context) (FolderSize, error) {
	op := operation{"GetImageStoreRootFolderSize", func() string { return "measure the store" }}
	rsp, err := c.api.GetImageStoreRootFolderSize(ctx, &gen.GetImageStoreRootFolderSizeParams{
		APIVersion: c.version("6.5"), Timeout: c.timeout(),
	})
	return decoded(op, rsp, err, folderSizeFromAPI)
}

// FolderSize returns how many bytes a folder takes, with everything below it.
//
//contract:operation GetImageStoreFolderSize
func (c *Client) FolderSize(ctx context.Context, path string) (FolderSize, error) {
	if err := c.CheckPath(path); err != nil {
		return FolderSize{}, err
	}
	op := operation{"GetImageStoreFolderSize", func() string { return fmt.Sprintf("measure %q", path) }}
	rsp, err := c.api.GetImageStoreFolderSize(ctx, path, &gen.GetImageStoreFolderSizeParams{
		APIVersion: c.version("6.5"), Timeout: c.timeout(),
	})
	return decoded(op, rsp, err, folderSizeFromAPI)
}

// Info returns the size of the image store's disk in bytes, and what uses it.
//
//contract:operation GetImageStoreInfo
func (c *Client) Info(ctx context.Context) (Info, error) {
	op := operation{"GetImageStoreInfo", func() string { return "get disk and usage" }}
	rsp, err := c.api.GetImageStoreInfo(ctx, &gen.GetImageStoreInfoParams{
		APIVersion: c.version("6.5"), Timeout: c.timeout(),
	})
	return decoded(op, rsp, err, infoFromAPI)
}

func folderSizeFromAPI(from gen.FolderSizeInfo) (FolderSize, error) {
	if from.FolderSize == nil {
		return FolderSize{}, errors.New("the response lacks FolderSize")
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
