package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/sfstore/sfstore/upload"
	"github.com/sfstore/sfstore/wrapper/imagestore"
)

// watcher follows the upload sessions of files. It is safe for concurrent use.
type watcher struct {
	client *imagestore.Client
	files  []*watchedFile
	waits  bool // for files without a session: they may get one

	mutex    sync.Mutex
	sessions []*watchedSession // in the order in which they were found
}

// watchedFile is a file whose sessions are watched.
type watchedFile struct {
	path   string
	size   int64 // 0 where it is not known
	stored bool
}

// watchedSession is an upload session, in its state at the last query.
type watchedSession struct {
	imagestore.UploadSession
	state string // "arriving", "complete", "committed" or "gone"
	meter meter
}

const (
	stateArriving  = "arriving"
	stateComplete  = "complete"
	stateCommitted = "committed"
	stateGone      = "gone"
)

// largeFiles are the files of a folder that are uploaded under sessions.
func largeFiles(folder, dst string) (files []*watchedFile, err error) {
	info, err := statSource(folder)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return nil, fmt.Errorf("%q is not a folder", folder)
	}
	err = fs.WalkDir(dirFS(folder), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		info, err := d.Info()
		if err == nil && info.Size() > upload.DefaultChunkSize {
			files = append(files, &watchedFile{path: path.Join(strings.Trim(slashed(dst), "/"), name), size: info.Size()})
		}
		return err
	})
	if err == nil && len(files) == 0 {
		err = fmt.Errorf("%q has no file above %s, and smaller ones are uploaded without a session", folder, inBytes(upload.DefaultChunkSize))
	}
	return files, err
}

// poll queries the sessions of all files.
func (w *watcher) poll(ctx context.Context) error {
	for _, file := range w.files {
		if file.stored {
			continue
		}
		sessions, err := w.client.UploadSessionsByPath(ctx, file.path)
		if err != nil {
			return err
		}
		if err := w.update(ctx, file, sessions); err != nil {
			return err
		}
	}
	return nil
}

func (w *watcher) update(ctx context.Context, file *watchedFile, found []imagestore.UploadSession) error {
	present := map[uuid.UUID]bool{}
	for _, s := range found {
		present[s.ID] = true
		w.note(s)
	}
	var stored *imagestore.File
	for _, s := range w.snapshot() {
		if s.Path != file.path || present[s.ID] || s.state == stateCommitted || s.state == stateGone {
			continue
		}
		var err error
		if stored, err = w.stored(ctx, file.path); err != nil {
			return err
		}
		state := stateGone
		if stored != nil && stored.Size == s.Size && !stored.Modified.Before(s.Modified) {
			state = stateCommitted
		}
		w.end(s.ID, state)
	}
	if w.waits && len(found) == 0 {
		var err error
		if stored == nil {
			if stored, err = w.stored(ctx, file.path); err != nil {
				return err
			}
		}
		file.stored = stored != nil && stored.Size == file.size
	}
	return nil
}

// stored returns the file at a path, nil if there is none.
func (w *watcher) stored(ctx context.Context, path string) (*imagestore.File, error) {
	found, err := find(ctx, w.client, path)
	if errors.Is(err, imagestore.ErrNotFound) {
		return nil, nil
	}
	return found.file, err
}

// note records the state of a session.
func (w *watcher) note(s imagestore.UploadSession) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	session := w.session(s.ID)
	if session == nil {
		session = new(watchedSession)
		w.sessions = append(w.sessions, session)
	}
	session.UploadSession, session.state = s, stateArriving
	if s.Complete() {
		session.state = stateComplete
	}
	session.meter.note(time.Now(), s.Received())
}

func (w *watcher) end(id uuid.UUID, state string) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	session := w.session(id)
	session.state = state
	if state == stateCommitted {
		session.Expected = nil // the last chunks arrived after the last query
	}
}

func (w *watcher) session(id uuid.UUID) *watchedSession {
	for _, s := range w.sessions {
		if s.ID == id {
			return s
		}
	}
	return nil
}

// snapshot returns the sessions as they are now.
func (w *watcher) snapshot() []watchedSession {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	var all []watchedSession
	for _, s := range w.sessions {
		now := *s
		now.meter.marks = slices.Clone(s.meter.marks) // note replaces the last one in place
		all = append(all, now)
	}
	return all
}

// ended reports whether there is nothing left to watch.
func (w *watcher) ended() bool {
	if w.waits {
		for _, file := range w.files {
			if !file.stored {
				return false
			}
		}
		return true
	}
	for _, s := range w.snapshot() {
		if s.state == stateArriving {
			return false
		}
	}
	return true
}

// lost is the error of sessions that are gone, unless their files are stored.
func (w *watcher) lost() error {
	var all []error
	for _, s := range w.snapshot() {
		if s.state == stateGone && !w.waits {
			all = append(all, fmt.Errorf("upload session %s: %w any more, and the file is not stored", s.ID, errNotFound))
		}
	}
	return errors.Join(all...)
}

// lines are the sessions in the width of a terminal.
func (w *watcher) lines(columns int) (lines []string) {
	for _, s := range w.snapshot() {
		lines = append(lines, s.line(columns))
	}
	return lines
}

// line describes a session: the file, how much has arrived, a picture, and the rate or the state.
func (s watchedSession) line(columns int) string {
	how := s.state
	if s.state == stateArriving {
		how = pace(s.meter.rate(time.Now()), s.Remaining())
	}
	const after = len("  100 %  []  1023.9 MiB/s, 59m59s left")
	name := tail(oneLine(s.Path), 30)
	cells := max(min(columns-textWidth(name)-after, 60), 10)
	return fmt.Sprintf("%s  %3d %%  %s  %s", name, percent(s.UploadSession), picture(s.UploadSession, cells), how)
}

// watchEvent is a line of session watch with -o json.
type watchEvent struct {
	Event       string    `json:"event"` // "arriving", "complete", "committed" or "gone"
	Path        string    `json:"path"`
	Session     uuid.UUID `json:"session"`
	Size        int64     `json:"size"`        // bytes of the file
	Arrived     int64     `json:"arrived"`     // bytes that the store has
	Rate        int64     `json:"rate"`        // bytes a second
	SecondsLeft int64     `json:"secondsLeft"` // 0 where it is not known
}

func (s watchedSession) event() watchEvent {
	e := watchEvent{Event: s.state, Path: s.Path, Session: s.ID, Size: s.Size, Arrived: s.Received()}
	if rate := s.meter.rate(time.Now()); s.state == stateArriving && rate >= 1 {
		e.Rate, e.SecondsLeft = int64(rate), int64(timeLeft(rate, s.Remaining()).Seconds())
	}
	return e
}
