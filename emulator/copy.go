package emulator

import (
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/sfstore/sfstore/emulator/internal/tree"
)

// markFile is the empty file that marks a folder as complete.
const markFile = "_.dir"

// copyContent copies a file or a folder within the store.
//
// The runtime lists the source by its normalised path, and then compares the
// result with the source as it was sent: on Windows only with "\". So "a/b"
// is not found, nor is a path that begins with a separator or a blank. A folder
// followed by one separator is found, and the rest of each name is appended
// directly to the destination. The destination is normalised only after that.
func (s *Store) copyContent(c *request) (response, error) {
	source, err := s.platform.normalise(string(c.copy.source))
	if err != nil {
		return response{}, err
	}
	file, found, err := s.copySource(c.copy, source)
	if err != nil {
		return response{}, err
	}
	if file != nil {
		err = s.copyFile(c, file)
	} else {
		err = s.copyFolder(c, found)
	}
	if err != nil {
		return response{}, err
	}
	return done, nil
}

// folderSource is what a folder to be copied holds.
type folderSource struct {
	mark  *tree.File
	files []*tree.File
	rests []string // what follows the source in the paths of the files
}

// copySource finds the source of a copy. A folder must have its mark on the
// first page of its listing. The runtime keeps that listing by names without
// regard to case, so of two Linux files that differ only in case it copies the
// first.
func (s *Store) copySource(d copyDescription, source string) (file *tree.File, folder folderSource, err error) {
	size := 0
	sent := string(d.source)
	mark := join(s.platform, sent, markFile)
	seen := map[string]bool{}
	for _, f := range s.copyCandidates(source) {
		size += sizeOf(tree.Item{Path: f.Path, File: f})
		if size >= s.maxPage && folder.mark == nil {
			break
		}
		shown := s.platform.display(f.Path)
		if name := strings.ToLower(shown); seen[name] {
			continue
		} else {
			seen[name] = true
		}
		if rest, ok := s.cutPrefix(shown, mark); ok && rest == "" {
			folder.mark = f
		} else if rest, ok := s.cutPrefix(shown, sent); ok && rest == "" {
			return f, folder, nil
		} else if ok {
			folder.files = append(folder.files, f)
			folder.rests = append(folder.rests, rest)
		}
	}
	if folder.mark == nil {
		return nil, folder, errFileNotFound
	}
	return nil, folder, nil
}

func (s *Store) copyCandidates(source string) []*tree.File {
	if f := s.tree.File(source); source != "" && f != nil {
		return []*tree.File{f}
	}
	return s.tree.Beneath(source)
}

// cutPrefix removes a prefix from a path, without regard to case. Linux treats
// both separators as equal.
func (s *Store) cutPrefix(path, prefix string) (rest string, ok bool) {
	same := func(r rune) rune {
		if r == '\\' && s.platform == Linux {
			return '/'
		}
		return unicode.ToLower(r)
	}
	for _, want := range prefix {
		got, size := utf8.DecodeRuneInString(path)
		if size == 0 || same(got) != same(want) {
			return "", false
		}
		path = path[size:]
	}
	return path, true
}

// join puts a separator between a path and a name, unless there is one.
func join(p Platform, path, name string) string {
	if path == "" || strings.HasSuffix(path, p.separator()) {
		return path + name
	}
	return path + p.separator() + name
}

func (s *Store) copyFile(c *request, source *tree.File) error {
	// What the runtime compares with the names to skip is what follows the source in the path, here
	// nothing. inferred: it reads past the end of a list then.
	if c.copy.skip[""] {
		return errInvalidArgument
	}
	destination, err := s.destination(string(c.copy.destination))
	if err != nil {
		return err
	}
	end, err := s.claim(c, destination, false)
	if err != nil {
		return err
	}
	defer end()
	if c.copy.flag != copyOverwrite && s.tree.File(destination) != nil {
		return nil
	}
	return s.copyOne(source, destination)
}

// destination is where a copy is stored.
func (s *Store) destination(sent string) (string, error) {
	destination, err := s.platform.normalise(sent)
	if err == nil {
		err = s.platform.storable(destination)
	}
	return destination, err
}

// copyFolder copies a complete folder. The destination is deleted first, even
// if it is, contains or is inside the source: a folder copied onto itself is
// lost. The folder's own mark is copied last, skipped or not, so a destination
// that a failure leaves partial is not marked as complete. Like each file, it
// has its name appended to the destination as that was sent: the mark of "d "
// is "d /_.dir", although the folder that is deleted is "d".
func (s *Store) copyFolder(c *request, source folderSource) error {
	sent := string(c.copy.destination)
	whole, err := s.platform.normalise(sent)
	if err != nil {
		return err
	}
	mark, err := s.destination(join(s.platform, sent, markFile))
	if err != nil {
		return err
	}
	end, err := s.claim(c, whole, true)
	if err != nil {
		return err
	}
	defer end()
	if c.copy.flag != copyOverwrite && s.exists(mark) {
		return nil
	}
	if err := checkDeletion(sent); err != nil {
		return err
	}
	if err := s.tree.Remove(whole); err != nil {
		return err
	}
	for i, f := range source.files {
		if c.copy.skip.skips(source.rests[i]) {
			continue
		}
		to, err := s.destination(sent + source.rests[i])
		if err != nil {
			return err
		}
		if err := s.copyOne(f, to); err != nil {
			return err
		}
	}
	return s.copyOne(source.mark, mark)
}

// copyOne copies a file. A file at the destination keeps the id of the session
// that wrote it.
func (s *Store) copyOne(source *tree.File, destination string) error {
	f, err := s.tree.Open(source)
	if errors.Is(err, tree.ErrGone) {
		return errFileNotFound
	}
	if err != nil {
		return err
	}
	session := ""
	if old := s.tree.File(destination); old != nil {
		session = old.Session
	}
	st, err := s.tree.Stage(f)
	// Before the destination is written: it may be the source, which Windows does not replace while
	// it is open.
	err = errors.Join(err, f.Close())
	if err == nil {
		err = s.tree.Put(st, destination, session)
	}
	if err != nil {
		s.tree.Discard(st)
	}
	return err
}
