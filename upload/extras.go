package upload

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
)

// Extras says what to do with files of a folder's destination that its source lacks. Files that
// [WithExclude] leaves out do not count.
type Extras int

const (
	// RefuseExtras ends the upload with an [*ExtrasError] before anything is sent. It is the default.
	RefuseExtras Extras = iota
	// DeleteExtras deletes them after all files are stored, and before the folder gets its mark.
	DeleteExtras
	// KeepExtras leaves them beside the new files, under the mark.
	KeepExtras
)

// ExtrasError reports that the destination folder contains files that the source lacks. They would
// count as a part of the upload. Nothing was sent.
type ExtrasError struct {
	Path   string   // the folder in the store
	Extras []string // from that folder, in order; marks included
	// Unlistable are folders whose listing does not end, from Path; other files in them are not
	// known.
	Unlistable []string
}

// maxNamed is how many files an error names.
const maxNamed = 10

func (e *ExtrasError) Error() string {
	if len(e.Extras) == 0 {
		return fmt.Sprintf("the store cannot list all of %s, so files that the source lacks may be there; nothing was sent", e.unlistable())
	}
	named := e.Extras[:min(maxNamed, len(e.Extras))]
	text := fmt.Sprintf("%q contains %d files that the source lacks: %s", e.Path, len(e.Extras), strings.Join(named, ", "))
	if len(e.Extras) == 1 {
		text = fmt.Sprintf("%q contains a file that the source lacks: %s", e.Path, named[0])
	}
	if more := len(e.Extras) - len(named); more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text + "; nothing was sent"
}

func (e *ExtrasError) unlistable() string {
	var quoted []string
	for _, folder := range e.Unlistable {
		quoted = append(quoted, fmt.Sprintf("%q", strings.TrimSuffix(e.Path+"/"+folder, "/")))
	}
	return strings.Join(quoted, ", ")
}

// WithExtras sets what to do with files of the destination that the source lacks. The default is
// [RefuseExtras].
func WithExtras(extras Extras) Option {
	return func(c *config) error {
		if extras < RefuseExtras || extras > KeepExtras {
			return wrongNumber("extras", int64(extras), "is not one of the three values")
		}
		c.extras = extras
		return nil
	}
}

// findExtras compares the destination with the source.
func (f *folder) findExtras() error {
	key := f.nameKey()
	f.known = make(map[string]bool, len(f.tree.files)+2*len(f.tree.folders))
	for _, name := range f.tree.files {
		f.known[key(name)] = true
	}
	for _, folder := range f.tree.folders {
		f.known[key(folder)], f.known[key(markIn(folder))] = true, true
	}
	for name := range f.stored.files {
		if !f.known[key(name)] && !f.tree.exclude.Excludes(name, false) {
			f.extras = append(f.extras, name)
		}
	}
	for _, name := range slices.Concat(slices.Collect(maps.Keys(f.stored.files)), f.stored.folders) {
		f.known[key(name)] = true
	}
	slices.Sort(f.extras)
	for _, name := range f.extras {
		f.event(Event{Kind: Extra, Path: f.path + "/" + name, Size: f.stored.files[name].Size})
	}
	slices.Sort(f.stored.unlistable)
	unknown := !f.stored.isWhole()
	if unknown && f.config.extras == KeepExtras {
		f.notice(f.path, "the store cannot list all of the folder, so files that the source lacks may be left in it")
	}
	if f.config.extras == RefuseExtras && len(f.extras) > 0 || unknown && f.config.extras != KeepExtras {
		return &ExtrasError{f.path, f.extras, f.stored.unlistable}
	}
	return f.checkInTheWay()
}

// checkInTheWay finds folders of the store in place of files of the source, and the reverse. Those
// that are to be deleted are deleted before the files are sent.
func (f *folder) checkInTheWay() error {
	if len(f.stored.files) == 0 {
		return nil
	}
	key := f.nameKey()
	isFile, isFolder := map[string]bool{}, map[string]bool{}
	for _, name := range f.tree.files {
		isFile[key(name)] = true
	}
	for _, folder := range f.tree.folders {
		isFolder[key(folder)] = true
	}
	for name := range f.stored.files {
		blocks, reason := "", ""
		if isFolder[key(name)] {
			blocks, reason = name, "is a file in the store, and a folder in the source"
		}
		for above := path.Dir(name); above != "."; above = path.Dir(above) {
			if isFile[key(above)] {
				blocks, reason = above, "is a folder in the store, and a file in the source"
			}
		}
		switch {
		case blocks == "":
		case f.config.extras != DeleteExtras:
			return &DestinationError{f.path + "/" + blocks, reason}
		default:
			f.inTheWay = append(f.inTheWay, name)
		}
	}
	return nil
}
