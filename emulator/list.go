package emulator

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/sfstore/sfstore/emulator/internal/tree"
)

const (
	// maxPage bounds the items in a page of a listing, in bytes: three
	// quarters of the largest message between the gateway and the store.
	maxPage = 4 << 20 / 4 * 3
	// maxToken is the longest ContinuationToken, in characters.
	maxToken = 4096
)

type storeContent struct {
	StoreFiles        []storeFile
	StoreFolders      []storeFolder
	ContinuationToken *string `json:",omitempty"` // absent where there are no pages
}

type storeFile struct {
	StoreRelativePath string
	FileVersion       storeFileVersion
	FileSize          string
	ModifiedDate      string
}

type storeFileVersion struct {
	EpochDataLossNumber      string
	VersionNumber            string
	EpochConfigurationNumber string
}

type storeFolder struct {
	StoreRelativePath string
	FileCount         string
}

// unpaged reports whether listings of the request's api-version have no pages.
func (c *request) unpaged() bool {
	return c.version == 1 || c.version == 2 || c.version == 3
}

// checkToken reads the ContinuationToken of a listing.
func (s *Store) checkToken(c *request) error {
	token := c.query["ContinuationToken"]
	if c.unpaged() || token == "" {
		return nil
	}
	if len(token) > maxToken {
		return errValueTooLarge
	}
	decoded, err := url.PathUnescape(token)
	if err != nil {
		return errInvalidArgument
	}
	c.token, err = s.platform.normalise(decoded)
	return err
}

// list returns what is directly in a folder, or the one file of that path.
// There is no way to read a file's bytes.
func (s *Store) list(c *request) (response, error) {
	items, next, err := s.page(s.tree.List(c.path.store, c.token))
	if err != nil {
		return response{}, err
	}
	if c.unpaged() && next != "" {
		return response{}, errValueTooLarge
	}
	if len(items) == 0 {
		return s.emptyList(c)
	}
	content := s.content(c, items)
	if !c.unpaged() {
		content.ContinuationToken = &next
	}
	return jsonResponse(http.StatusOK, content), nil
}

// emptyList distinguishes a missing path from one that exists and has nothing
// to list. Neither response has a body; 6.2 determines the headers of one.
func (s *Store) emptyList(c *request) (response, error) {
	if !c.route.withPath {
		return response{}, errNameDoesNotExist
	}
	a := response{status: http.StatusNotFound}
	if s.exists(c.path.store) {
		a.status = http.StatusNoContent
	}
	if c.version < 6.2 {
		a.contentType = jsonType
	}
	return a, nil
}

// exists is the store's own test: a file, or a folder with its mark file.
func (s *Store) exists(path string) bool {
	mark := strings.TrimPrefix(path+"/"+markFile, "/")
	return s.tree.File(path) != nil || s.tree.File(mark) != nil
}

// page returns the first page of the items. Its token is the escaped path of
// the first item that is not on it. A file whose bytes are missing on the disk
// makes the whole page fail.
func (s *Store) page(items []tree.Item) (page []tree.Item, next string, err error) {
	size := 0
	for i, item := range items {
		if item.File != nil && !s.tree.Has(item.File) {
			return nil, "", errFileNotFound
		}
		if size += sizeOf(item); size >= s.maxPage && i > 0 {
			return items[:i], s.token(item.Path), nil
		}
	}
	return items, "", nil
}

// token escapes a path as the gateway does. It does not escape "=", although its
// own parser of query strings needs that: after a name with "=" a client gets
// the first page again. Windows does the same to "&".
func (s *Store) token(path string) string {
	shown := s.platform.display(path)
	if s.platform == Windows {
		return (&url.URL{Path: shown}).EscapedPath()
	}
	var token strings.Builder
	for i := range len(shown) {
		if c := shown[i]; strings.IndexByte(linuxEscapes, c) >= 0 {
			fmt.Fprintf(&token, "%%%02X", c)
		} else {
			token.WriteByte(c)
		}
	}
	return token.String()
}

// linuxEscapes are all the characters that the gateway on Linux escapes.
const linuxEscapes = "[]&^`{}|\"<>\\ "

// content writes a page. The gateway sorts files by their names in lower case,
// on either platform, and of two Linux files that differ only in case it shows
// one. Folders stay in the store's order.
func (s *Store) content(c *request, page []tree.Item) storeContent {
	content := storeContent{StoreFiles: []storeFile{}, StoreFolders: []storeFolder{}}
	files := map[string]*tree.File{}
	var names []string
	for _, item := range page {
		if item.File == nil {
			// The store counts in 16 bits.
			content.StoreFolders = append(content.StoreFolders, storeFolder{s.platform.display(item.Path), unsigned(uint64(uint16(item.Count)))})
			continue
		}
		name := strings.ToLower(item.Path)
		if files[name] == nil {
			files[name] = item.File
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		content.StoreFiles = append(content.StoreFiles, s.storeFile(c, files[name]))
	}
	return content
}

func (s *Store) storeFile(c *request, f *tree.File) storeFile {
	return storeFile{
		StoreRelativePath: s.platform.display(f.Path),
		FileVersion:       storeFileVersion{unsigned(f.Version.DataLoss), unsigned(f.Version.Number), unsigned(f.Version.Configuration)},
		FileSize:          unsigned(uint64(f.Size)),
		ModifiedDate:      c.date(tree.Time(f.Modified)),
	}
}

// sizeOf estimates how many bytes an item takes in a listing.
func sizeOf(item tree.Item) int {
	if item.File == nil {
		return 64 + len(item.Path)
	}
	return 256 + len(item.Path)
}
