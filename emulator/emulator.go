// Package emulator is a local Service Fabric image store: an [http.Handler]
// over a folder that answers as the real gateway does.
//
//	store, err := emulator.New()
//	if err != nil {
//		return err
//	}
//	defer store.Close()
//	server := httptest.NewServer(store)
//	defer server.Close()
//	// Any client, in any language, at server.URL.
//
// It is strict: where the behaviour of the real gateway is not certain it
// takes the reading that is harder on a client, so that what works here works
// there.
//
// # Operations
//
// All thirteen operations of the image store are there, with their upload
// sessions, and four answers that clients ask for first: GET /,
// /$/GetClusterManifest, /$/GetClusterVersion and /$/GetAadMetadata. A URL, a
// verb or an api-version that matches none of them is answered 400
// E_INVALIDARG, never 404 or 405. The reason phrase of a status is Go's, not
// the gateway's. What net/http itself refuses, such as a request line that is
// no HTTP, is answered by it before the store sees it.
//
// The timeout parameter is a budget for the work, the reading of the body left
// out. What takes longer, on a slow disk or through a fault's delay, is done
// and answered 504 FABRIC_E_TIMEOUT: a client cannot tell whether it was.
//
// # Platforms
//
// A store behaves like the gateway of [Windows] or of [Linux], whatever system
// it runs on: see [WithPlatform]. On Linux there are no upload sessions, names
// are exact, an escape is decoded once, and a PUT whose body breaks off stores
// what came. On Windows names have no case, and an escape is decoded twice, so
// "%23" and "%3F" cut a path short and "%2541" is an A.
//
// # Storage
//
// The store's folder has two: content, a plain tree of the stored files, and
// staging, which is emptied by [New] and by [Store.Close]. Every access goes
// through one [os.Root], and links or other things planted in the folder are
// neither followed nor listed.
//
// A file is written and synced in staging and then renamed, so readers find
// the old file or the new one and nothing between. When a request is answered
// with success, what it did survives a power cut: the file and every folder
// that leads to it are synced. The version of a file is the time of its
// writing, and is kept as the file's modification time. Upload sessions are in
// memory, as in the real store, and do not survive a restart. A folder serves
// one store at a time; on Linux and macOS [New] refuses one that is taken, and
// a process that was killed leaves nothing that would.
//
// A name that the disk cannot hold is refused: 400 FABRIC_E_PATH_TOO_LONG for
// a name over 255 bytes or a path over 4096 bytes or 255 names, 400
// E_INVALIDARG for a file where a folder of that name exists and the reverse
// and for what no Windows name can have, and 500 FABRIC_E_IMAGESTORE_IOERROR
// for what the system refuses.
//
// Memory does not grow with the size of a file or a chunk.
//
// # Time
//
// An upload session ends when it had no new chunk for the session timeout, at
// the first sweep after that. Sweeps are a sixth of the timeout apart. They
// have no goroutine: what is due is done before a request is answered, by the
// clock of [WithClock], so a test moves time without sleeping.
//
// # Faults
//
// [WithFaults] makes chosen requests go wrong, [WithChaos] turns on the fault
// model of Service Fabric itself, and [Store.Failover] loses all sessions.
// Dropping a connection is a panic with [http.ErrAbortHandler], which a server
// of net/http takes for just that; a handler called without a server must
// recover from it.
package emulator

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// Store is an image store. It is an [http.Handler], safe for concurrent use.
type Store struct {
	config
	temporary bool // the folder goes with the store
	root      *os.Root
	locked    io.Closer
	maxPage   int // see the constant
	wait      func(context.Context, time.Duration) error

	index       *index
	sessions    *sessions
	pending     pending
	injected    injected
	stats       counters
	lastVersion atomic.Uint64
	stagedNames atomic.Uint64

	tree     sync.Mutex        // held while names under content/ change
	unsynced map[string]uint64 // folders whose names may not be on the disk yet
	makings  uint64            // how many folders were made

	closing sync.Once
	done    chan struct{}
}

var _ http.Handler = (*Store)(nil)

// New makes a store and reads what its folder holds.
func New(opts ...Option) (*Store, error) {
	c := defaults()
	for _, opt := range opts {
		if err := opt(&c); err != nil {
			return nil, fmt.Errorf("emulator: %w", err)
		}
	}
	s := &Store{
		config:   c,
		maxPage:  maxPage,
		index:    newIndex(c.platform),
		sessions: newSessions(c.sessionTimeout),
		pending:  pending{paths: map[string]bool{}},
		injected: injected{list: c.faults, seen: map[string]int{}},
		stats:    counters{requests: map[string]int{}},
		unsynced: map[string]uint64{},
		done:     make(chan struct{}),
	}
	s.wait = s.waitReally
	if err := s.openFolder(); err != nil {
		return nil, fmt.Errorf("emulator: open the store's folder: %w", err)
	}
	return s, nil
}

func (s *Store) openFolder() (err error) {
	if s.folder == "" {
		if s.folder, err = os.MkdirTemp("", "sfstore-"); err != nil {
			return err
		}
		s.temporary = true
	} else if err = os.MkdirAll(s.folder, 0o755); err != nil {
		return err
	}
	if s.root, err = os.OpenRoot(s.folder); err != nil {
		return err
	}
	if s.locked, err = lock(s.root); err != nil {
		s.root.Close()
		return err
	}
	if err = s.open(); err != nil {
		s.locked.Close()
		s.root.Close()
		if s.temporary {
			_ = os.RemoveAll(s.folder)
		}
	}
	return err
}

var errInUse = errors.New("another store works in it")

// Failover forgets all upload sessions, as a failover of the image store's
// primary does. What was committed stays.
func (s *Store) Failover() {
	s.discard(s.sessions.forget()...)
}

// Close ends all sessions, empties the staging folder, and removes the
// store's folder if New made a temporary one. Requests after it, and those it
// finds waiting for a delay, are answered 503. A second Close does nothing.
func (s *Store) Close() error {
	var err error
	s.closing.Do(func() {
		close(s.done)
		s.sessions.forget()
		err = errors.Join(s.emptyStaging(), s.locked.Close(), s.root.Close())
		if s.temporary {
			err = errors.Join(err, os.RemoveAll(s.folder))
		}
	})
	return err
}

func (s *Store) closed() bool {
	select {
	case <-s.done:
		return true
	default:
		return false
	}
}

// waitReally lets time pass, until the request's client or the store goes.
func (s *Store) waitReally(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return errDropped
	case <-s.done:
		return errClosed
	}
}
