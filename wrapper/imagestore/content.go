package imagestore

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/sfstore/sfstore/gen"
)

// Content is what stands directly below a path. It encodes to JSON as the contract has it.
type Content struct {
	Files   []File   `json:"StoreFiles"`
	Folders []Folder `json:"StoreFolders"`
}

// File is a stored file. It encodes to JSON as the contract has it.
type File struct {
	Path     string      `json:"StoreRelativePath"` // with the separators of the cluster: \ on Windows, / on Linux
	Version  FileVersion `json:"FileVersion"`
	Size     int64       `json:"FileSize,string"` // in bytes
	Modified time.Time   `json:"ModifiedDate"`    // in UTC
}

// FileVersion orders the writes of a file.
type FileVersion struct {
	Number             uint64 `json:"VersionNumber,string"` // grows with each write
	DataLossEpoch      int64  `json:"EpochDataLossNumber,string"`
	ConfigurationEpoch int64  `json:"EpochConfigurationNumber,string"`
}

// Folder is a folder with files in it, at any depth.
type Folder struct {
	Path      string `json:"StoreRelativePath"` // with the separators of the cluster
	FileCount int64  `json:"FileCount,string"`  // of all that is below, marks included
}

// MarshalJSON writes the listing as the contract has it.
func (c Content) MarshalJSON() ([]byte, error) {
	type plain Content
	return json.Marshal(plain{orEmpty(c.Files), orEmpty(c.Folders)})
}

// MarshalJSON writes the file as the contract has it.
func (f File) MarshalJSON() ([]byte, error) {
	type plain File
	return json.Marshal(struct {
		plain
		ModifiedDate wireTime `json:"ModifiedDate"`
	}{plain(f), wireTime(f.Modified)})
}

func (c *Content) add(page gen.ImageStoreContent) error {
	if page.StoreFiles == nil || page.StoreFolders == nil {
		return errors.New("the answer lacks StoreFiles or StoreFolders")
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
			return fmt.Errorf("has %.*q where an integer of 64 bits belongs", maxExcerpt, text)
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
