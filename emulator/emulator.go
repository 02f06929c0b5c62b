// Package emulator is a local Service Fabric image store: an [http.Handler]
// over a folder that behaves like the real gateway.
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
// It is strict: if the behaviour of the real gateway is not certain, it
// behaves in the way that is harder for a client, so that a client that works
// here works there.
//
// # Operations
//
// It has every operation of the image store, with upload sessions, and the
// requests that clients send first: GET /, /$/GetClusterManifest,
// /$/GetClusterVersion and /$/GetAadMetadata. A URL, a verb or an api-version
// that matches none of them gets 400 E_INVALIDARG, never 404 or 405. The
// reason phrase of a status is Go's, not the gateway's. Requests that net/http
// rejects, such as one with a malformed request line, do not reach the store.
//
// The timeout parameter is a budget for the work; reading the body is not
// counted. Work that takes longer, because of a slow disk or a fault's delay,
// is completed and gets 504 FABRIC_E_TIMEOUT: the client cannot know whether
// it was done.
//
// # Platforms
//
// A store behaves like the gateway of [Windows] or of [Linux], whatever system
// it runs on: see [WithPlatform]. On Linux there are no upload sessions, names
// are case-sensitive, an escape is decoded once, and a PUT whose body ends
// early stores the part that arrived. On Windows names are compared without
// regard to case, and an escape is decoded twice, so "%23" and "%3F" truncate a
// path and "%2541" is an A.
//
// # Storage
//
// The store's folder has two subfolders: content, a plain tree of the stored
// files, and staging, which is emptied by [New] and by [Store.Close]. The file
// .sfstore beside them says that the store made them; without it [New] refuses a
// staging folder that is not empty. The file versions keeps the version of each
// stored file and the id of the session that wrote it. Without [WithFolder] the
// folder is a temporary one, which [Store.Close] removes, or the next store if
// its process was killed. Every access goes through one [os.Root], and links or
// other things planted in the folder are neither followed nor listed.
//
// A file is written and synced in staging and then renamed, so readers find
// either the old file or the new one. When a request succeeds, its result
// survives a power cut: the file and every folder above it are synced. Upload
// sessions are in memory, as in the real store, and do not survive a restart.
// Only one store at a time can use a folder: [New] returns an error for a
// folder that is in use, on platforms that have locks. A killed process leaves
// no lock behind.
//
// VersionNumber counts the writes from 1. A restart begins a new epoch, as
// [Store.Failover] does, so no version is used twice. Files keep their versions
// over a restart, except that a power cut may give the last ones new versions.
//
// Writes and deletions of one path, or of a path and a folder above it, wait
// for each other, at most as long as the timeout parameter says, and then get
// 504. A commit does not wait: it gets 500 OperationsPending.
//
// A name that the disk cannot store is rejected: 400 FABRIC_E_PATH_TOO_LONG for
// a name over 255 bytes or a path over 4096 bytes or 255 names, 400
// E_INVALIDARG for a file with the name of a folder and the reverse, and for
// characters that Windows names cannot have, and 500
// FABRIC_E_IMAGESTORE_IOERROR for errors of the system.
//
// Memory does not grow with the size of a file or a chunk.
//
// # Time
//
// An upload session expires when it had no new chunk for the session timeout,
// at the first sweep after that. Sweeps are a sixth of the timeout apart. They
// need no goroutine: each request first ends the sessions that have expired by
// the clock of [WithClock], so a test can advance time without sleeping.
//
// # Faults
//
// [WithFaults] injects faults into chosen requests, [WithChaos] turns on the
// fault model of Service Fabric itself, and [Store.Failover] loses all sessions
// and begins a new epoch. While the store runs, [Store.AddFaults] and
// [Store.RemoveFault] change the faults, [Store.Faults] counts how often each
// struck, and [Store.AdvanceClock] makes sessions expire without waiting.
// To drop a connection, the handler panics with [http.ErrAbortHandler], which a
// server of net/http handles; a caller without a server must recover.
package emulator

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"sync"
	"time"

	"github.com/sfstore/sfstore/emulator/internal/tree"
)

// Store is an image store. It is an [http.Handler], safe for concurrent use.
type Store struct {
	config
	temporary bool // Close removes the folder
	tree      *tree.Tree
	maxPage   int // see the constant
	wait      func(context.Context, time.Duration) error

	sessions *sessions
	turns    turns
	injected injected
	stats    counters
	clock    storeClock

	closing sync.Once
	done    chan struct{}
}

var _ http.Handler = (*Store)(nil)

// New makes a store and reads its folder. It returns an [*OptionError] if an
// option is invalid.
func New(opts ...Option) (*Store, error) {
	c := defaults()
	for i, opt := range opts {
		if opt == nil {
			return nil, fmt.Errorf("emulator: %w", &OptionError{Reason: fmt.Sprintf("option %d is nil", i+1)})
		}
		if err := opt(&c); err != nil {
			return nil, fmt.Errorf("emulator: %w", err)
		}
	}
	s := &Store{
		config:   c,
		maxPage:  maxPage,
		sessions: newSessions(c.sessionTimeout),
		stats:    counters{requests: map[string]int{}},
		clock:    storeClock{base: c.now},
		done:     make(chan struct{}),
	}
	s.now = s.clock.now
	s.injected.add(c.faults)
	s.wait = s.waitReally
	if err := s.openFolder(); err != nil {
		return nil, fmt.Errorf("emulator: open the store's folder: %w", err)
	}
	return s, nil
}

func (s *Store) openFolder() (err error) {
	if s.folder == "" {
		const prefix = "sfstore-store-"
		tree.RemoveAbandoned(os.TempDir(), prefix)
		if s.folder, err = os.MkdirTemp("", prefix); err != nil {
			return err
		}
		s.temporary = true
	}
	s.tree, err = tree.Open(s.folder, tree.Options{
		System:    s.platform.String(),
		Fold:      s.platform.fold,
		Spellable: s.platform.spellable,
		Separator: s.platform.separator(),
		Now:       s.now,
		Temporary: s.temporary,
	})
	if err != nil && s.temporary {
		err = errors.Join(err, os.RemoveAll(s.folder))
	}
	return err
}

// Close ends all sessions, empties the staging folder, and removes the
// store's folder if New made a temporary one. Later requests, and those that
// wait for a delay, get 503. A second Close does nothing.
func (s *Store) Close() error {
	var err error
	s.closing.Do(func() {
		close(s.done)
		s.sessions.forget()
		err = s.tree.Close()
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

// waitReally waits, at most until the request is cancelled or the store closed.
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
