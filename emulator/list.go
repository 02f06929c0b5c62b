package emulator

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

const (
	// maxPage is how many bytes of items a page of a listing holds: three
	// quarters of the largest message between the gateway and the store.
	maxPage = 4 << 20 / 4 * 3
	// maxToken is the longest ContinuationToken, in bytes.
	maxToken = 4096 // inferred
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

// list answers what lies directly in a folder, or the one file of that path.
// There is no way to read a file's bytes.
func (s *Store) list(c *call) (answer, error) {
	items := s.sorted(s.index.children(c.path.store))
	unpaged := c.version == 1 || c.version == 2 || c.version == 3
	token := ""
	if unpaged {
		if sizeOf(items) > s.maxPage {
			return answer{}, errValueTooLarge
		}
	} else {
		var err error
		if items, token, err = s.page(items, c.query["ContinuationToken"]); err != nil {
			return answer{}, err
		}
	}
	if len(items) == 0 {
		return s.emptyList(c)
	}
	content := s.content(c, items)
	if !unpaged {
		content.ContinuationToken = &token
	}
	return jsonAnswer(http.StatusOK, content), nil
}

// emptyList tells a missing path from one that exists and has nothing to
// show. Neither has a body; the headers of one go with api-version 6.2.
func (s *Store) emptyList(c *call) (answer, error) {
	if c.path.store == "" {
		return answer{}, errNameDoesNotExist
	}
	a := answer{status: http.StatusNotFound}
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
	return s.index.file(path) != nil || s.index.file(path+"/"+markFile) != nil
}

// sorted orders items without regard to case. The gateway keeps files by such
// names on either platform, so of two Linux files that differ only by case
// one is not shown.
func (s *Store) sorted(items []item) []item {
	for i := range items {
		items[i].lower = strings.ToLower(items[i].path)
	}
	slices.SortFunc(items, compareItems)
	last := ""
	return slices.DeleteFunc(items, func(i item) bool {
		if i.file == nil {
			return false
		}
		again := i.lower == last
		last = i.lower
		return again
	})
}

func compareItems(a, b item) int {
	return cmp.Or(strings.Compare(a.lower, b.lower), strings.Compare(a.path, b.path))
}

// page cuts one page out of the items. The token that begins it, and the one
// that it ends with, is the escaped path of the first item not returned yet.
func (s *Store) page(items []item, token string) (page []item, next string, err error) {
	if len(token) > maxToken {
		return nil, "", errValueTooLarge
	}
	if token != "" {
		first, err := url.PathUnescape(token)
		if err != nil {
			return nil, "", errInvalidArgument
		}
		first = strings.ReplaceAll(first, s.platform.display("/"), "/")
		from, _ := slices.BinarySearchFunc(items, item{path: first, lower: strings.ToLower(first)}, compareItems)
		items = items[from:]
	}
	size := 0
	for i, it := range items {
		if size += it.size(); size > s.maxPage && i > 0 {
			return items[:i], s.token(it.path), nil
		}
	}
	return items, "", nil
}

// token escapes a path as the gateway does, which leaves "=" and "&" alone
// although its own reading of a query string stumbles over both: after a name
// with "=" a client gets the first page again.
func (s *Store) token(path string) string {
	return (&url.URL{Path: s.platform.display(path)}).EscapedPath()
}

func (s *Store) content(c *call, items []item) storeContent {
	content := storeContent{StoreFiles: []storeFile{}, StoreFolders: []storeFolder{}}
	for _, it := range items {
		path := s.platform.display(it.path)
		if it.file == nil {
			// The store counts in 16 bits.
			content.StoreFolders = append(content.StoreFolders, storeFolder{path, unsigned(uint64(uint16(it.count)))})
			continue
		}
		content.StoreFiles = append(content.StoreFiles, storeFile{
			StoreRelativePath: path,
			FileVersion:       storeFileVersion{"131510242710484204", unsigned(it.file.version), "8589934592"},
			FileSize:          unsigned(uint64(it.file.size)),
			ModifiedDate:      c.date(timeOf(it.file.version)),
		})
	}
	return content
}

// size is about how many bytes an item takes in a listing.
func (it item) size() int {
	if it.file == nil {
		return 64 + len(it.path)
	}
	return 256 + len(it.path)
}

func sizeOf(items []item) (total int) {
	for _, it := range items {
		total += it.size()
	}
	return total
}
