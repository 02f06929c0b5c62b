package pack

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	// mark is the empty file that makes a folder of the image store count as complete.
	mark = "_.dir"

	// longestEntry is the longest path in an archive that the runtime on Linux reads, in bytes.
	longestEntry = 255
)

// entries returns the entries that the archive of a folder gets: the paths of its files from
// there, and those of folders without content, which end in "/".
func (t tree) entries(folder string) ([]string, error) {
	var entries []string
	var refused []error
	for rest := []string{"."}; len(rest) > 0; {
		dir := rest[len(rest)-1]
		rest = rest[:len(rest)-1]
		content := 0
		for _, e := range t[path.Join(folder, dir)] {
			name := path.Join(dir, e.Name())
			switch {
			case e.IsDir():
				rest = append(rest, name)
			case e.Name() == mark:
				continue
			default:
				entries = append(entries, name)
			}
			content++
		}
		if content == 0 && dir != "." {
			entries = append(entries, dir+"/")
		}
	}
	slices.Sort(entries)
	for _, entry := range entries {
		if err := checkEntry(entry); err != nil {
			refused = append(refused, stepError("compress", folder+"/"+entry, err))
		}
	}
	return entries, errors.Join(refused...)
}

// checkEntry rejects paths that a cluster would read as another path.
func checkEntry(entry string) error {
	switch {
	case !utf8.ValidString(entry):
		return errors.New("its name is not UTF-8")
	case strings.Contains(entry, `\`):
		return errors.New(`its name contains "\", which separates folders on Windows`)
	case strings.ContainsFunc(entry, unicode.IsControl):
		return errors.New("its name contains a control character")
	case len(entry) > longestEntry:
		return fmt.Errorf("its path in the archive has %d bytes, and the runtime on Linux reads %d", len(entry), longestEntry)
	}
	return nil
}
