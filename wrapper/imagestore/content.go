package imagestore

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/sfstore/sfstore/gen"
)

// Content lists what is directly below a path. It encodes to the JSON of the contract.
type Content struct {
	Files   []File   `json:"StoreFiles"`
	Folders []Folder `json:"StoreFolders"`
}

// File is a stored file. It encodes to the JSON of the contract.
type File struct {
	Path     string      `json:"StoreRelativePath"` // with the separators of the cluster: \ on Windows, / on Linux
	Version  FileVersion `json:"FileVersion"`
	Size     int64       `json:"FileSize,string"` // in bytes
	Modified time.Time   `json:"ModifiedDate"`    // in UTC
}

// FileVersion orders the writes of a file. A failover of the store begins a new epoch.
type FileVersion struct {
	Number             uint64 `json:"VersionNumber,string"` // grows with each write within an epoch
	DataLossEpoch      int64  `json:"EpochDataLossNumber,string"`
	ConfigurationEpoch int64  `json:"EpochConfigurationNumber,string"`
}

// Folder is a folder that contains files, at any depth.
type Folder struct {
	Path      string `json:"StoreRelativePath"` // with the separators of the cluster
	FileCount int64  `json:"FileCount,string"`  // of all files below, marks included
}

// MarshalJSON writes the listing in the form of the contract.
func (c Content) MarshalJSON() ([]byte, error) {
	type plain Content
	return json.Marshal(plain{orEmpty(c.Files), orEmpty(c.Folders)})
}

// MarshalJSON writes the file in the form of the contract.
func (f File) MarshalJSON() ([]byte, error) {
	type plain File
	return json.Marshal(struct {
		plain
		ModifiedDate wireTime `json:"ModifiedDate"`
	}{plain(f), wireTime(f.Modified)})
}

// ListRoot lists the root of the image store. An empty store is an error of class [ErrNotFound].
//
//contract:operation GetImageStoreRootContent
func (c *Client) ListRoot(ctx context.Context) (Content, error) {
	op := operation{"GetImageStoreRootContent", func() string { return "list the root" }}
	return list(op, func(page ...editor) (*http.Response, error) {
		return c.api.GetImageStoreRootContent(ctx, &gen.GetImageStoreRootContentParams{
			APIVersion: c.version("6.0"), Timeout: c.timeout(),
		}, page...)
	})
}

// List lists a folder, or the one file that path names. A path that does not exist is an
// error of class [ErrNotFound]. With an error of class [ErrUnpageable] it returns what came before
// the listing could not be continued. There is no operation that returns a file's bytes.
//
//contract:operation GetImageStoreContent
func (c *Client) List(ctx context.Context, path string) (Content, error) {
	if err := c.CheckPath(path); err != nil {
		return Content{}, err
	}
	op := operation{"GetImageStoreContent", func() string { return fmt.Sprintf("list %q", path) }}
	return list(op, func(page ...editor) (*http.Response, error) {
		return c.api.GetImageStoreContent(ctx, path, &gen.GetImageStoreContentParams{
			APIVersion: c.version("6.2"), Timeout: c.timeout(),
		}, page...)
	})
}

// UploadFile stores size bytes of body as the file at path, replaces any file there, and creates
// missing folders. A body that is an [io.Closer] is closed, whatever the call returns. UploadFile
// returns an error if the body has fewer or more bytes than size. An empty file may have a nil body.
// Package upload uploads large files in chunks.
//
// A small body that is a [bytes.Reader], [bytes.Buffer] or [strings.Reader] costs least: it is sent
// in one write with the head of the request. Its bytes must not change after the call either, because
// net/http may still be sending them when the server has responded early.
//
//contract:operation UploadFile
func (c *Client) UploadFile(ctx context.Context, path string, body io.Reader, size int64) error {
	if err := cmp.Or(c.CheckPath(path), checkSize(size)); err != nil {
		return refused(body, err)
	}
	op := operation{"UploadFile", func() string { return fmt.Sprintf("upload %q", path) }}
	rsp, err := c.api.UploadFileWithBody(ctx, path, &gen.UploadFileParams{
		APIVersion: c.version("6.0"), Timeout: c.timeout(),
	}, octets, body, withLength(size))
	return done(op, rsp, err)
}

// DeleteContent deletes the file at path, or the folder with everything below it. Deleting a path
// that does not exist succeeds. For the runtime's own folders, Store and WindowsFabricStore, the
// server returns [CodeImageBuilderReservedDirectoryError].
//
//contract:operation DeleteImageStoreContent
func (c *Client) DeleteContent(ctx context.Context, path string) error {
	if err := c.CheckPath(path); err != nil {
		return err
	}
	op := operation{"DeleteImageStoreContent", func() string { return fmt.Sprintf("delete %q", path) }}
	rsp, err := c.api.DeleteImageStoreContent(ctx, path, &gen.DeleteImageStoreContentParams{
		APIVersion: c.version("6.0"), Timeout: c.timeout(),
	})
	return done(op, rsp, err)
}

func (c *Content) add(page gen.ImageStoreContent) error {
	if page.StoreFiles == nil || page.StoreFolders == nil {
		return errors.New("the response lacks StoreFiles or StoreFolders")
	}
	for _, wire := range page.StoreFiles {
		f, err := fileFromAPI(wire)
		if err != nil {
			return err
		}
		c.Files = append(c.Files, f)
	}
	for _, wire := range page.StoreFolders {
		f, err := folderFromAPI(wire)
		if err != nil {
			return err
		}
		c.Folders = append(c.Folders, f)
	}
	return nil
}

func fileFromAPI(from gen.FileInfo) (File, error) {
	f := File{Path: from.StoreRelativePath}
	if f.Path == "" {
		return File{}, errors.New("a file lacks its StoreRelativePath")
	}
	var err error
	if f.Size, err = parseCount(from.FileSize); err != nil {
		return File{}, fmt.Errorf("FileSize of %.*q %w", maxExcerpt, f.Path, err)
	}
	if f.Modified, err = timeFromAPI(from.ModifiedDate); err != nil {
		return File{}, fmt.Errorf("ModifiedDate of %.*q %w", maxExcerpt, f.Path, err)
	}
	if f.Version, err = versionFromAPI(from.FileVersion); err != nil {
		return File{}, fmt.Errorf("FileVersion of %.*q %w", maxExcerpt, f.Path, err)
	}
	return f, nil
}

func versionFromAPI(from gen.FileVersion) (v FileVersion, err error) {
	number := func(text string, err error) error {
		if err != nil {
			return fmt.Errorf("has %.*q instead of a 64-bit integer", maxExcerpt, text)
		}
		return nil
	}
	v.Number, err = strconv.ParseUint(from.VersionNumber, 10, 64)
	if err := number(from.VersionNumber, err); err != nil {
		return FileVersion{}, err
	}
	v.DataLossEpoch, err = strconv.ParseInt(from.EpochDataLossNumber, 10, 64)
	if err := number(from.EpochDataLossNumber, err); err != nil {
		return FileVersion{}, err
	}
	v.ConfigurationEpoch, err = strconv.ParseInt(from.EpochConfigurationNumber, 10, 64)
	if err := number(from.EpochConfigurationNumber, err); err != nil {
		return FileVersion{}, err
	}
	return v, nil
}

func folderFromAPI(from gen.FolderInfo) (Folder, error) {
	if from.StoreRelativePath == "" {
		return Folder{}, errors.New("a folder lacks its StoreRelativePath")
	}
	count, err := parseCount(from.FileCount)
	if err != nil {
		return Folder{}, fmt.Errorf("FileCount of %.*q %w", maxExcerpt, from.StoreRelativePath, err)
	}
	return Folder{Path: from.StoreRelativePath, FileCount: count}, nil
}
