package imagestore

import (
	"context"
	"net/http"

	"github.com/sfstore/sfstore/gen"
)

// RootFolderSize returns how much the whole store holds. Clusters older than 6.5 do not know
// the operation, nor the next two.
//
//contract:operation GetImageStoreRootFolderSize
func (c *Client) RootFolderSize(ctx context.Context) (FolderSize, error) {
	op := step("GetImageStoreRootFolderSize", "measure the store")
	rsp, err := c.api.GetImageStoreRootFolderSize(ctx, &gen.GetImageStoreRootFolderSizeParams{
		APIVersion: c.version("6.5"), Timeout: c.timeout(),
	})
	return folderSize(op, rsp, err)
}

// FolderSize returns how much a folder holds.
//
//contract:operation GetImageStoreFolderSize
func (c *Client) FolderSize(ctx context.Context, path string) (FolderSize, error) {
	if err := c.CheckPath(path); err != nil {
		return FolderSize{}, err
	}
	op := step("GetImageStoreFolderSize", "measure %q", path)
	rsp, err := c.api.GetImageStoreFolderSize(ctx, path, &gen.GetImageStoreFolderSizeParams{
		APIVersion: c.version("6.5"), Timeout: c.timeout(),
	}, withPath(path))
	return folderSize(op, rsp, err)
}

func folderSize(op operation, rsp *http.Response, err error) (FolderSize, error) {
	var reply gen.FolderSizeInfo
	if err := answer(op, rsp, err, &reply); err != nil {
		return FolderSize{}, err
	}
	size, err := folderSizeFromAPI(reply)
	if err != nil {
		return FolderSize{}, malformed(op, rsp, err)
	}
	return size, nil
}

// Info returns the disk under the image store and what uses it.
//
//contract:operation GetImageStoreInfo
func (c *Client) Info(ctx context.Context) (Info, error) {
	op := step("GetImageStoreInfo", "get disk and usage")
	rsp, err := c.api.GetImageStoreInfo(ctx, &gen.GetImageStoreInfoParams{
		APIVersion: c.version("6.5"), Timeout: c.timeout(),
	})
	var reply gen.ImageStoreInfo
	if err := answer(op, rsp, err, &reply); err != nil {
		return Info{}, err
	}
	info, err := infoFromAPI(reply)
	if err != nil {
		return Info{}, malformed(op, rsp, err)
	}
	return info, nil
}
