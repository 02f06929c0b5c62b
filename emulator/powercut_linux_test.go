package emulator_test

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sfstore/sfstore/emulator"
)

// TestPowerCut cuts the power of a store's disk repeatedly while the store works, and checks that
// everything it acknowledged is still there. SFSTORE_POWERCUT is the number of cuts; if it is set and
// cuts are not possible here, the test fails.
func TestPowerCut(t *testing.T) {
	cuts, wanted := 2, os.Getenv("SFSTORE_POWERCUT")
	if wanted != "" {
		var err error
		if cuts, err = strconv.Atoi(wanted); err != nil {
			t.Fatalf("SFSTORE_POWERCUT=%s is no number", wanted)
		}
	}
	d, err := newDisk(t)
	if err != nil {
		if wanted != "" {
			t.Fatal(err)
		}
		t.Skip("no power to cut: ", err)
	}
	var writers []*writer
	for i := range 8 {
		writers = append(writers, newWriter(i))
	}
	for cut := range cuts {
		if err := cutOnce(t, d, writers); err != nil {
			t.Fatalf("cut %d: %v", cut+1, err)
		}
	}
	var acknowledged int64
	for _, w := range writers {
		acknowledged += w.acknowledged.Load()
	}
	t.Logf("%d cuts, %d operations acknowledged before them", cuts, acknowledged)
}

// cutOnce lets the writers work until a power cut at a random moment, and checks what is there
// afterwards.
func cutOnce(t *testing.T, d *disk, writers []*writer) error {
	store := startStore(t, filepath.Join(d.folder, "store"))
	var group sync.WaitGroup
	enough := make(chan struct{})
	refused := make(chan error, len(writers))
	var count atomic.Int64
	last := int64(1 + rand.IntN(80))
	for _, w := range writers {
		client := newClient(t)
		group.Go(func() {
			for {
				if err := w.step(client, store.url); err != nil {
					refused <- err
					return
				}
				if count.Add(1) == last {
					close(enough)
				}
			}
		})
	}
	select {
	case <-enough:
	case err := <-refused:
		return fmt.Errorf("before the power went: %w", err)
	}
	<-time.After(time.Duration(rand.IntN(3000)) * time.Microsecond)
	if err := d.cutPower(); err != nil {
		return err
	}
	store.kill()
	group.Wait()
	if err := d.unmount(); err != nil {
		return err
	}
	if err := d.mount(); err != nil {
		return err
	}
	return holdToPromises(filepath.Join(d.folder, "store"), writers)
}

// holdToPromises opens the store again, and compares every file with what its writer may expect.
func holdToPromises(folder string, writers []*writer) error {
	store, err := emulator.New(emulator.WithFolder(folder))
	if err != nil {
		return err
	}
	defer store.Close()
	known := 0
	for _, w := range writers {
		for path, allowed := range w.allowed {
			found, err := contentOf(store, folder, path)
			if err != nil {
				return err
			}
			i := slices.IndexFunc(allowed, func(id string) bool { return content(id) == found })
			if i < 0 {
				return fmt.Errorf("%s has %d bytes %.40q, want one of %q", path, len(found), found, allowed)
			}
			w.allowed[path] = []string{allowed[i]}
			if allowed[i] != absent {
				known++
			}
		}
	}
	if n := store.Stats().Files; n != known {
		return fmt.Errorf("the store has %d files, want %d", n, known)
	}
	return nil
}

// contentOf returns a file's content if the listing and the disk agree about it.
func contentOf(store *emulator.Store, folder, path string) (string, error) {
	size, err := listedSize(store, path)
	if err != nil {
		return "", err
	}
	text, err := os.ReadFile(filepath.Join(folder, "content", path))
	if size < 0 && os.IsNotExist(err) {
		return content(absent), nil
	}
	if err != nil || int64(len(text)) != size {
		return "", fmt.Errorf("%s has %d bytes and is listed with %d: %w", path, len(text), size, err)
	}
	return string(text), nil
}

// absent is the id of a missing file.
const absent = ""

// content returns the content of an id. No two ids have the same content, and no content is the
// beginning of another.
func content(id string) string {
	if id == absent {
		return "(absent)"
	}
	h := fnv.New32a()
	h.Write([]byte(id))
	size := int(h.Sum32()%60_000) + 100
	return strings.Repeat(id+"\n", size/len(id)+1)[:size]
}

// writer changes a few files of its own, one after the other.
type writer struct {
	paths        []string
	allowed      map[string][]string // ids of what may be at a path
	n            int
	acknowledged atomic.Int64
}

func newWriter(i int) *writer {
	w := &writer{allowed: map[string][]string{}}
	for j := range 4 {
		// Folders are made and removed with their files.
		path := fmt.Sprintf("w%d/d%d/f%d", i, j/2, j)
		w.paths = append(w.paths, path)
		w.allowed[path] = []string{absent}
	}
	return w
}

// step makes one change, and fails unless it was acknowledged. Until then, the file may be the old or
// the new one.
func (w *writer) step(client *http.Client, url string) error {
	path := w.paths[rand.IntN(len(w.paths))]
	source := w.paths[rand.IntN(len(w.paths))]
	w.n++
	id := fmt.Sprintf("%s, change %d", path, w.n)
	var do func() int
	switch chance := rand.IntN(10); {
	case chance < 4:
		do = func() int { return putOnce(client, url, path, content(id)) }
	case chance < 7:
		do = func() int { return commitOnce(client, url, path, content(id)) }
	case chance < 9 || source == path || w.allowed[source][0] == absent:
		id = absent
		do = func() int { return deleteOnce(client, url, path) }
	default:
		id = w.allowed[source][0]
		do = func() int { return copyOnce(client, url, source, path) }
	}
	w.allowed[path] = append(w.allowed[path], id)
	if status := do(); status != http.StatusOK {
		return fmt.Errorf("%s, change %d to %q: status %d", path, w.n, id, status)
	}
	w.allowed[path] = []string{id}
	w.acknowledged.Add(1)
	return nil
}
