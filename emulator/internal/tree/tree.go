// Package tree keeps files in a folder on disk: a plain tree that people can
// read, an index of it in memory, and a staging folder beside it.
//
//	t, err := tree.Open(dir, tree.Options{})
//	...
//	staged, err := t.Stage(body)
//	...
//	err = t.Put(staged, "App/Code.zip", "")
//
// # Durability
//
// A file is written and synced in staging and then renamed, so readers find
// either the old file or the new one. When Put or Remove returns nil, its result
// survives a power cut: the file and every folder above it are synced. A file's
// version and session are kept in a journal beside the content, which is not
// synced for each file: a power cut may give files new versions, but never one
// that was used.
//
// # Safety
//
// Every access goes through one [os.Root]. Links and other things planted in
// the folder are neither followed nor listed.
//
// A Tree is safe for concurrent use. It does not order concurrent changes of one
// path; callers that need an order must do that.
package tree

import (
	"cmp"
	"errors"
	"io"
	"os"
	"strings"
	"sync/atomic"
	"time"
)

// ErrInUse is returned by [Open] for a folder that another Tree uses.
var ErrInUse = errors.New("another store works in it")

// ErrGone is returned for a file that is not on the disk any more.
var ErrGone = errors.New("the file is gone from the disk")

const (
	contentFolder = "content"
	stagingFolder = "staging"
)

// Options describe the names of files in a [Tree]. The zero value accepts every
// name unchanged.
type Options struct {
	// System names the rules of the names, for errors; such as "windows".
	System string
	// Fold returns the key under which a name is looked up. Nil: the name.
	Fold func(name string) string
	// Spellable reports whether a request can name a path. Files with other
	// paths are left alone and not listed. Nil: every path.
	Spellable func(path string) bool
	// Separator stands between names in the keys that order files. Empty: "/".
	Separator string
	// Temporary marks a new folder as one that [RemoveAbandoned] may remove.
	Temporary bool
	// Now is the clock that dates files. Nil: [time.Now].
	Now func() time.Time
}

// Tree is a folder of files. Paths have "/" between the names and neither
// begin nor end with it; the root is "".
type Tree struct {
	dir     string
	options Options
	root    *os.Root
	locked  io.Closer
	index   *index

	journal *journal

	stagedNames atomic.Uint64

	mu       turns             // held while names in content change
	unsynced map[string]uint64 // folders whose names may not be on the disk yet
	makings  uint64            // how many folders were made
	sleep    func(time.Duration)
}

// Open makes dir if it is missing, locks it, empties its staging folder and
// reads the files of earlier runs. Linux, macOS, the BSDs and Windows have the
// lock, others do not.
func Open(dir string, o Options) (*Tree, error) {
	if o.Fold == nil {
		o.Fold = func(name string) string { return name }
	}
	if o.Spellable == nil {
		o.Spellable = func(string) bool { return true }
	}
	o.Separator = cmp.Or(o.Separator, "/")
	if o.Now == nil {
		o.Now = time.Now
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	t := &Tree{
		dir: dir, options: o, root: root,
		index:    newIndex(o.Fold, o.Separator),
		journal:  &journal{root: root, now: o.Now},
		unsynced: map[string]uint64{},
		mu:       make(turns, 1),
	}
	t.sleep = time.Sleep //nolint:forbidigo // the system does not report when another program closes a file
	if t.locked, err = lock(root); err != nil {
		_ = root.Close()
		return nil, err
	}
	if err := t.prepare(); err != nil {
		return nil, errors.Join(err, t.journal.close(), t.locked.Close(), root.Close())
	}
	return t, nil
}

// Close empties the staging folder and unlocks the folder. Only queries of the
// index may follow it.
func (t *Tree) Close() error {
	return errors.Join(t.emptyStaging(), t.journal.close(), t.locked.Close(), t.root.Close())
}

// BeginEpoch begins a new epoch, as a change of the primary does: versions
// grow, and their numbers begin at 1 again. On an error the epoch stays.
func (t *Tree) BeginEpoch() error { return t.journal.begin() }

// Disk returns the capacity and the available space, in bytes, of the tree's
// disk; zeros if the system does not report them.
func (t *Tree) Disk() (capacity, available uint64) { return diskSpace(t.dir) }

// EmptyName is the name on the disk of an empty name, as in "a//b". No other
// file can have it.
const EmptyName = "\uE000"

// onDisk returns the place of a path in the tree's folder.
func onDisk(path string) string {
	if path == "" {
		return contentFolder
	}
	if strings.HasSuffix(path, "/") || strings.Contains(path, "//") {
		names := strings.Split(path, "/")
		for i, name := range names {
			names[i] = cmp.Or(name, EmptyName)
		}
		path = strings.Join(names, "/")
	}
	return contentFolder + "/" + path
}

// fromDisk returns the path of a place in the tree's folder.
func fromDisk(place string) string {
	path := strings.TrimPrefix(place, contentFolder+"/")
	if !strings.Contains(path, EmptyName) {
		return path
	}
	names := strings.Split(path, "/")
	for i, name := range names {
		if name == EmptyName {
			names[i] = ""
		}
	}
	return strings.Join(names, "/")
}
