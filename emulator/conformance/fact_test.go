package conformance

import (
	"crypto/rand"
	"fmt"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sfstore/sfstore/emulator"
)

// platform is whose behaviour a gateway has.
type platform int

const (
	both platform = iota
	windows
	linux
)

func (p platform) String() string { return [...]string{"both", "windows", "linux"}[p] }

// fact is a row of a table: a sentence, and the exchanges that show it.
type fact struct {
	says string
	on   platform // where it holds
	// local says why only a store of the suite's own is asked; "" if a
	// cluster is asked too.
	local string
	// plant is the content that a store of the suite's own begins with: an
	// empty file for each path.
	plant []string
	do    []step
}

// Why a cluster is not asked.
const (
	wantsEmptyStore = "it needs an empty store"
	wantsClock      = "it needs a clock that can be moved"
	wantsFailover   = "it would lose everybody's sessions"
	wouldHarm       = "it would harm the cluster if it did not hold"
	wantsMuch       = "it needs thousands of files"
	wantsVersion    = "it depends on the version of the runtime"
)

// step is a thing to do: an exchange, or a turn of the world.
type step interface{ run(g *gateway) }

type turn func(g *gateway)

func (t turn) run(g *gateway) { t(g) }

// forward moves the clock.
func forward(d time.Duration) step { return turn(func(g *gateway) { g.clock.forward(d) }) }

var failover = turn(func(g *gateway) { g.store.Failover() })

// gateway is where the exchanges of one fact go.
type gateway struct {
	t        *testing.T
	host     string
	platform platform
	folder   string // the fact's own; "{}" in targets and bodies
	ids      map[string]string
	versions map[string]uint64
	problems []string

	store *emulator.Store // nil at a cluster
	clock *clock
}

type clock struct{ offset atomic.Int64 }

func (c *clock) now() time.Time {
	return time.Date(2026, 1, 2, 3, 4, 5, 678_000_000, time.UTC).Add(time.Duration(c.offset.Load()))
}

func (c *clock) forward(d time.Duration) { c.offset.Add(int64(d)) }

var rows atomic.Int64

// holds runs a table of facts, each as a test of its own.
func holds(t *testing.T, facts []fact) {
	t.Helper()
	for _, f := range facts {
		if remote != nil {
			t.Run(f.says, func(t *testing.T) { f.ask(t, remote) })
			continue
		}
		for _, p := range []platform{windows, linux} {
			if f.on == both || f.on == p {
				t.Run(fmt.Sprint(p, "/", f.says), func(t *testing.T) { f.try(t, p) })
			}
		}
	}
}

// try runs a fact at a store of its own.
func (f fact) try(t *testing.T, p platform) {
	g := &gateway{t: t, platform: p, clock: &clock{}, ids: map[string]string{}, versions: map[string]uint64{}}
	g.folder = fmt.Sprintf("%s/r%03d", base, rows.Add(1))
	dir := t.TempDir()
	plant(t, dir, g.folder, f.plant)
	emulated := emulator.Windows
	if p == linux {
		emulated = emulator.Linux
	}
	var err error
	g.store, err = emulator.New(emulator.WithFolder(dir), emulator.WithPlatform(emulated), emulator.WithClock(g.clock.now))
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(g.store)
	defer func() {
		server.Close()
		if err := g.store.Close(); err != nil {
			t.Error(err)
		}
	}()
	g.host = strings.TrimPrefix(server.URL, "http://")
	f.run(g)
}

// ask runs a fact at a cluster.
func (f fact) ask(t *testing.T, c *cluster) {
	topic, _, _ := strings.Cut(strings.TrimPrefix(t.Name(), "Test"), "/")
	found := finding{topic: topic, says: f.says, skipped: f.local}
	defer func() { c.report.add(found) }()
	if f.on != both && f.on != c.platform {
		found.skipped = "it is about " + f.on.String()
	}
	if found.skipped != "" {
		t.Skip(found.skipped)
	}
	g := &gateway{t: t, host: c.host, platform: c.platform, ids: map[string]string{}, versions: map[string]uint64{}}
	g.folder = fmt.Sprintf("%s/r%03d", base, rows.Add(1))
	defer func() {
		found.problems = g.problems
		for _, id := range g.ids {
			_, _ = send(c.host, deletionOf(id))
			sessions.remove(id)
		}
		_, _ = send(c.host, exchange{verb: "DELETE", target: "/ImageStore/" + g.folder + "?api-version=6.0"})
	}()
	f.run(g)
}

// run does a fact's steps up to the first that goes wrong.
func (f fact) run(g *gateway) {
	for i, s := range f.do {
		s.run(g)
		if len(g.problems) > 0 {
			g.t.Errorf("step %d: %s", i+1, strings.Join(g.problems, "; "))
			return
		}
	}
}

func (g *gateway) problem(format string, args ...any) {
	g.problems = append(g.problems, fmt.Sprintf(format, args...))
}

// expand puts the fact's own folder and session ids into a text: "{}" is the
// folder, "<1>", "<2>" and so on are ids, "<1!>" is one in upper case.
func (g *gateway) expand(text string) string {
	text = strings.ReplaceAll(text, "{}", g.folder)
	for _, key := range []string{"1", "2", "3"} {
		if strings.Contains(text, "<"+key) {
			text = strings.ReplaceAll(text, "<"+key+">", g.id(key))
			text = strings.ReplaceAll(text, "<"+key+"!>", strings.ToUpper(g.id(key)))
		}
	}
	return text
}

// id is a session id that nobody used before.
func (g *gateway) id(key string) string {
	if g.ids[key] == "" {
		var b [16]byte
		_, _ = rand.Read(b[:])
		g.ids[key] = fmt.Sprintf("%x-%x-%x-%x-%x", b[0:4], b[4:6], b[6:8], b[8:10], b[10:16])
		sessions.add(g.ids[key])
	}
	return g.ids[key]
}

// idSet is every session that may still be there.
type idSet struct {
	mu  sync.Mutex
	ids map[string]bool
}

var sessions = idSet{ids: map[string]bool{}}

func (s *idSet) add(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ids[id] = true
}

func (s *idSet) remove(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.ids, id)
}

func (s *idSet) all() (ids []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for id := range s.ids {
		ids = append(ids, id)
	}
	return ids
}
