package conformance

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sfstore/sfstore/emulator"
	"github.com/sfstore/sfstore/internal/testhost"
)

// world is the local store of one fact, which controls its clock and faults.
type world struct {
	store    *emulator.Store
	platform emulator.Platform
	dir      string
	offset   atomic.Int64
}

func (w *world) now() time.Time {
	return time.Date(2026, 1, 2, 3, 4, 5, 678_000_000, time.UTC).Add(time.Duration(w.offset.Load()))
}

// forward advances the clock.
func (w *world) forward(d time.Duration) step {
	return turn(func(context.Context, *trial) { w.offset.Add(int64(d)) })
}

func (w *world) failover() step {
	return turn(func(context.Context, *trial) { w.store.Failover() })
}

// loseBytes removes the bytes of a file without the store's knowledge.
func (w *world) loseBytes(path string) step {
	return turn(func(_ context.Context, t *trial) {
		if err := os.Remove(filepath.Join(w.dir, "content", filepath.FromSlash(t.expand(path)))); err != nil {
			t.problem("%v", err)
		}
	})
}

// localFact says how the local store is checked for a fact that no cluster is asked.
type localFact struct {
	plant  []string // empty files in the fact's folder before the store opens
	faults string   // as [emulator.ParseFaults] reads them
	chaos  bool
	do     func(*world) []step
}

// TestFactsOfTheLocalStoreAlone checks the facts that no cluster is asked.
func TestFactsOfTheLocalStoreAlone(t *testing.T) {
	t.Parallel()
	known := localFacts()
	for _, topic := range topics() {
		for _, f := range topic.facts {
			if f.local == "" {
				continue
			}
			l, ok := known[f.says]
			if !ok {
				t.Errorf("nobody asks: %s", f.says)
				continue
			}
			delete(known, f.says)
			for _, p := range []emulator.Platform{emulator.Windows, emulator.Linux} {
				if len(l.plant) > 0 && p == emulator.Linux {
					continue // it has thousands of files, and nothing to compare
				}
				if (traits{windows: p == emulator.Windows, sessions: p == emulator.Windows}).excludes(f.on) == "" {
					t.Run(fmt.Sprint(topic.name, "/", f.says, "/", p), func(t *testing.T) {
						if strings.HasPrefix(f.says, "A blank after a folder's destination") {
							testhost.NotOnWindows(t, "no name ends with a blank")
						}
						if len(l.plant) > 0 {
							testhost.NotUnderWine(t, "thousands of files take minutes")
						}
						t.Parallel()
						l.ask(t, p)
					})
				}
			}
		}
	}
	for says := range known {
		t.Errorf("not a fact: %s", says)
	}
}

func localFacts() map[string]localFact {
	all := storeFacts()
	maps.Copy(all, harmfulFacts())
	maps.Copy(all, sessionFacts())
	return all
}

func (l localFact) ask(t *testing.T, p emulator.Platform) {
	if l.do == nil {
		t.Skip("it cannot be held from outside of the store; the tests of package emulator have it")
	}
	faults, err := emulator.ParseFaults(l.faults)
	if err != nil {
		t.Fatal(err)
	}
	w := &world{platform: p, dir: t.TempDir()}
	const folder = "planted"
	plant(t, filepath.Join(w.dir, "content", folder), l.plant)
	options := []emulator.Option{emulator.WithFolder(w.dir), emulator.WithPlatform(p), emulator.WithClock(w.now), emulator.WithFaults(faults...)}
	if l.chaos {
		options = append(options, emulator.WithChaos())
	}
	w.store, err = emulator.New(options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.store.Close(); err != nil {
			t.Error(err)
		}
	})
	r := onLocal(t, w.store, p)
	a := r.newTrial()
	if len(l.plant) > 0 {
		a.folder = folder
	}
	for i, s := range l.do(w) {
		if s.run(t.Context(), a); len(a.problems) > 0 {
			t.Fatalf("step %d: %s", i+1, strings.Join(a.problems, "; "))
		}
	}
}

// plant makes empty files. Most are links to another file, which cost a tenth of a file.
func plant(t *testing.T, dir string, paths []string) {
	t.Helper()
	const links = 1000 // to one file; NTFS bounds their number
	var first string
	for i, path := range paths {
		name := filepath.Join(dir, filepath.FromSlash(path))
		if i%links == 0 {
			if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(name, nil, 0o644); err != nil {
				t.Fatal(err)
			}
			first = name
			continue
		}
		if err := os.Link(first, name); err != nil {
			t.Fatal(err)
		}
	}
}

func storeFacts() map[string]localFact {
	begins := func(steps ...step) func(*world) []step { return func(*world) []step { return steps } }
	version := func(text, expected string) localFact {
		return localFact{do: begins(stored("{}/a", "x"), getAsIs("/ImageStore/{}?api-version="+text).is(expected))}
	}
	return map[string]localFact{
		"The root of a store without a file is 404 with a code.": {do: begins(
			get("/ImageStore").is(emptyStore).saysJSON(),
			get("/ImageStore//").is(emptyStore),
		)},
		"The runtime's own version is accepted.":            version("11.3", "200"),
		"A version above the runtime's is refused.":         version("11.4", invalid),
		"The version is a decimal fraction: 11.10 is 11.1.": version("11.10", "200"),
		"A file's date is that of its write.": {do: func(w *world) []step {
			return []step{w.forward(time.Hour), stored("{}/a", "x"), list("{}/a").looksLike(`.*"ModifiedDate":"2026-01-02T04:04:05.678Z".*`)}
		}},
		"Version numbers count from 1.": {do: begins(
			stored("{}/a", "x"), list("{}/a").hasNumber(1),
			stored("{}/b", "x"), list("{}/b").hasNumber(2),
			stored("{}/a", "x"), list("{}/a").hasNumber(3),
			list("{}/b").hasNumber(2),
		)},
		"A failover begins a new epoch: the configuration number grows by 2^32+1, and the count begins again.": {do: func(w *world) []step {
			return []step{
				stored("{}/a", "x"), stored("{}/a", "x"), remember("before"),
				w.failover(),
				list("{}/a").keeps("before"),
				stored("{}/a", "x"), list("{}/a").hasNumber(1).grewFrom("before"),
				list("{}/a").want(func(t *trial, r reply) {
					if grown := t.version(r).configuration - t.versions["before"].configuration; grown != 1<<32+1 {
						t.problem("the configuration number grew by %d", grown)
					}
				}),
			}
		}},
		"A version grows although the clock goes back.": {do: func(w *world) []step {
			return []step{stored("{}/a", "x"), remember("first"), w.forward(-time.Hour), stored("{}/a", "x"), list("{}/a").grewFrom("first")}
		}},
		"A file whose bytes are gone makes the listing of its folder 404.": {do: func(w *world) []step {
			return []step{stored("{}/f/a", "x"), stored("{}/f/b", "x"), w.loseBytes("{}/f/b"), list("{}/f").hasStatus(404)}
		}},
		"A page has 3 MiB, and the pages together contain each file once.": {plant: manyFiles("0"), do: begins(turn(allPages))},
		"A listing without pages is refused above 3 MiB.":                  {plant: manyFiles("0"), do: begins(list("{}").at("3.0").is(tooLarge))},
		"FABRIC_E_VALUE_TOO_LARGE has the text of an invalid argument.": {plant: manyFiles("0"), do: begins(
			list("{}").at("3.0").hasBody(`{"Error":{"Code":"FABRIC_E_VALUE_TOO_LARGE","Message":"Invalid argument"}}`),
		)},
		"A folder whose mark is not on the first page of its listing is not a source.": {plant: append(manyFiles("0"), "_.dir"), do: begins(
			copied("{}", "copy", ``).is(noFile),
		)},
		"The count of files in a folder has 16 bits.": {plant: emptyFiles(65537), do: begins(
			list("{}").shows("f/ 1"),
		)},
		"FABRIC_E_INVALID_NAME_URI, FABRIC_E_PATH_TOO_LONG and FABRIC_E_OBJECT_CLOSED have texts of their own.": {
			faults: "UploadFile:1=400/FABRIC_E_INVALID_NAME_URI,UploadFile:2=400/FABRIC_E_PATH_TOO_LONG,UploadFile:3=503/FABRIC_E_OBJECT_CLOSED",
			do: begins(
				put("{}/a", "x").hasMessage("Invalid name URI."),
				put("{}/a", "x").hasMessage("Path is too long"),
				put("{}/a", "x").hasMessage("The object is closed."),
			),
		},
	}
}

// hasNumber expects one file whose version has this number.
func (x exchange) hasNumber(expected int64) exchange {
	return x.want(func(t *trial, r reply) {
		if got := t.version(r); got.number != expected {
			t.problem("the version is %v, expected the number %d", got, expected)
		}
	})
}

// manyFiles returns more files than a page has, whose names begin with first.
func manyFiles(first string) (paths []string) {
	for i := range 6500 {
		paths = append(paths, fmt.Sprintf("%s%s%05d", first, strings.Repeat("long", 58), i))
	}
	return paths
}

func emptyFiles(n int) (paths []string) {
	for i := range n {
		paths = append(paths, fmt.Sprintf("f/%d", i))
	}
	return paths
}

func allPages(ctx context.Context, t *trial) {
	seen, pages, token := map[string]bool{}, 0, ""
	for {
		x := list("{}")
		if token != "" {
			x = list("{}?ContinuationToken=" + token)
		}
		var l listing
		x.want(func(t *trial, r reply) {
			if l = t.listing(r); len(r.body) > 4<<20 {
				t.problem("a page has %d bytes", len(r.body))
			}
		}).run(ctx, t)
		if len(t.problems) > 0 {
			return
		}
		for _, f := range l.StoreFiles {
			if seen[f.StoreRelativePath] {
				t.problem("%s is listed twice", f.StoreRelativePath)
				return
			}
			seen[f.StoreRelativePath] = true
		}
		pages++
		if token = *l.ContinuationToken; token == "" {
			break
		}
	}
	if all := len(manyFiles("")); pages < 2 || len(seen) != all {
		t.problem("%d pages with %d of %d files", pages, len(seen), all)
	}
}
