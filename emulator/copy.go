package emulator

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"
)

// markFile is the empty file whose presence says that a folder is complete.
const markFile = "_.dir"

type copyFlag int

const (
	copyInvalid copyFlag = iota // inferred: treated like copyEcho
	copyEcho                    // leave what the destination has
	copyOverwrite
)

type copyDescription struct {
	source, destination string
	skip                map[string]bool // names in lower case
	flag                copyFlag
}

// parseCopy reads the body of a copy. The gateway knows its members by their
// exact case, skips unknown ones and ignores null, which rules out decoding
// into a struct.
func (s *Store) parseCopy(text []byte) (copyDescription, error) {
	d := copyDescription{flag: copyOverwrite}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(text, &members); err != nil {
		return d, errInvalidArgument
	}
	var skip []string
	var checkMark bool // read for its type only: the store never consults it
	fields := map[string]any{
		"RemoteSource":      &d.source,
		"RemoteDestination": &d.destination,
		"SkipFiles":         &skip,
		"CopyFlag":          &d.flag,
		"CheckMarkFile":     &checkMark,
	}
	for name, value := range members {
		if field := fields[name]; field != nil {
			if err := json.Unmarshal(value, field); err != nil {
				return d, errInvalidArgument
			}
		}
	}
	d.skip = make(map[string]bool, len(skip))
	for _, name := range skip {
		d.skip[strings.ToLower(name)] = true
	}
	var err error
	if d.source, err = s.platform.normalise(d.source); err != nil {
		return d, err
	}
	d.destination, err = s.platform.normalise(d.destination)
	return d, err
}

// UnmarshalJSON accepts the flag's number and its name.
func (f *copyFlag) UnmarshalJSON(text []byte) error {
	switch string(text) {
	case `null`: // as if it were not there
	case `0`, `"Invalid"`:
		*f = copyInvalid
	case `1`, `"Echo"`:
		*f = copyEcho
	case `2`, `"Overwrite"`:
		*f = copyOverwrite
	default:
		return errInvalidArgument
	}
	return nil
}

// skips tells whether a path is left out, by its last name alone.
func (d copyDescription) skips(path string) bool {
	return d.skip[strings.ToLower(nameOf(path))]
}

// copyContent copies a file or a folder within the store.
func (s *Store) copyContent(c *call) (answer, error) {
	d, err := s.parseCopy(c.text)
	if err != nil {
		return answer{}, err
	}
	if source := s.index.file(d.source); source != nil {
		err = s.copyFile(d, source)
	} else {
		err = s.copyFolder(d)
	}
	if err != nil {
		return answer{}, err
	}
	return done, nil
}

func (s *Store) copyFile(d copyDescription, source *entry) error {
	// inferred: the runtime reads past the end of a list here.
	if d.skips(source.path) {
		return errInvalidArgument
	}
	end, err := s.pending.begin(d.destination, false)
	if err != nil {
		return err
	}
	defer end()
	if d.flag != copyOverwrite && s.index.file(d.destination) != nil {
		return nil
	}
	return s.copyOne(source, d.destination)
}

// copyFolder copies a complete folder. The destination is deleted first, even
// where it is, holds or lies in the source: a folder copied onto itself is
// lost. The mark files come last, so a destination that is left partial by a
// failure is not marked as complete.
func (s *Store) copyFolder(d copyDescription) error {
	if s.index.file(d.source+"/"+markFile) == nil {
		return errFileNotFound
	}
	end, err := s.pending.begin(d.destination, true)
	if err != nil {
		return err
	}
	defer end()
	if d.flag != copyOverwrite && s.index.file(d.destination+"/"+markFile) != nil {
		return nil
	}
	sources, _ := s.index.beneath(d.source)
	slices.SortStableFunc(sources, marksLast)
	if err := s.unlink(d.destination); err != nil {
		return err
	}
	for _, source := range sources {
		if d.skips(source.path) {
			continue
		}
		if err := s.copyOne(source, d.destination+source.path[len(d.source):]); err != nil {
			return err
		}
	}
	return nil
}

// marksLast puts mark files behind all others, and among them the deepest
// first.
func marksLast(a, b *entry) int {
	return cmp.Compare(markRank(a), markRank(b))
}

func markRank(e *entry) int {
	if nameOf(e.path) != markFile {
		return 0
	}
	return 1 + maxPathDepth - strings.Count(e.path, "/")
}

func (s *Store) copyOne(source *entry, destination string) error {
	f, err := s.openFile(source)
	if err != nil {
		return err
	}
	defer f.Close()
	st, err := s.stage(f)
	if err == nil {
		err = s.publish(st, destination, "")
	}
	if err != nil {
		s.discard(st)
	}
	return err
}
