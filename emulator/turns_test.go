package emulator

import (
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sfstore/sfstore/internal/testhost"
)

// open makes a store without a server, for simulated time.
func open(t *testing.T, opts ...Option) *Store {
	t.Helper()
	s, err := New(append([]Option{WithFolder(t.TempDir())}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// send sends a request, "VERB TARGET", to a store and returns the result.
func send(s *Store, line, body string) string {
	verb, target, _ := strings.Cut(line, " ")
	separator := "?"
	if strings.Contains(target, "?") {
		separator = "&"
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequest(verb, "/ImageStore"+target+separator+version, strings.NewReader(body)))
	r, err := readReply(w.Result())
	if err != nil {
		return err.Error()
	}
	return r.String()
}

// Only a commit does not wait for another writer of its path.
func TestWritersWaitForEachOther(t *testing.T) {
	copyOver := `{"RemoteSource":"source","RemoteDestination":"a/B"}`
	for _, p := range []Platform{Windows, Linux} {
		for _, row := range []struct{ name, line, body, busy, late string }{
			{"a write of the same path", "PUT /a/b", "y", "waits", "504 FABRIC_E_TIMEOUT"},
			{"a write of the path in another case", "PUT /A/B", "y", "waits", "504 FABRIC_E_TIMEOUT"},
			{"a deletion of the same path", "DELETE /a/b", "", "waits", "504 FABRIC_E_TIMEOUT"},
			{"a deletion of a folder above it", "DELETE /a", "", "waits", "504 FABRIC_E_TIMEOUT"},
			{"a deletion of everything", "DELETE /%20", "", "waits", "504 FABRIC_E_TIMEOUT"},
			{"a copy over it", "POST /$/Copy", copyOver, "waits", "504 FABRIC_E_TIMEOUT"},
			{"a write beside it", "PUT /a/bc", "y", "200", "200"},
			{"a deletion of a name like it", "DELETE /a/bc", "", "200", "200"},
			{"a listing", "GET /a", "", "200", "200"},
		} {
			t.Run(p.String()+"/"+row.name, func(t *testing.T) {
				if p == Linux && (strings.Contains(row.line, "/A/B") || row.body == copyOver) && testhost.IgnoresCase(t, t.TempDir()) {
					t.Skip("the disk of this computer takes a/b and a/B for one")
				}
				synctest.Test(t, func(t *testing.T) {
					s := open(t, WithPlatform(p))
					defer s.Close()
					send(s, "PUT /a/b", "x")
					send(s, "PUT /source", "x")
					end, ok := s.turns.try("a/b")
					if !ok {
						t.Fatal("the path is taken")
					}
					answered := make(chan string, 1)
					go func() { answered <- send(s, row.line, row.body) }()
					synctest.Wait()
					if got := len(answered) == 0; got != (row.busy == "waits") {
						t.Fatalf("waits: %v", got)
					}
					// A writer waits as long as its request has time.
					began := time.Now()
					if got := send(s, row.line+"?timeout=9", row.body); got != row.late {
						t.Errorf("the whole time: got %q, want %q", got, row.late)
					} else if waited := time.Since(began) == 9*time.Second; waited != (row.late != "200") {
						t.Errorf("answered after %v", time.Since(began))
					}
					end()
					if got := <-answered; got != "200" {
						t.Errorf("after the writer: %q", got)
					}
				})
			})
		}
	}
}

func TestOnlyACommitIsRefused(t *testing.T) {
	const pending = "500 OperationsPending"
	b := newBench(t)
	b.want(b.chunk("a/c", id1, "bytes 0-0/1", "x"), "200")
	for path, want := range map[string]string{"a/C": pending, "a": pending, "A": pending, "a/c/d": "200", "a/b": "200", "ab": "200"} {
		end, ok := b.store.turns.try(path)
		if !ok {
			t.Fatal("a turn is left over")
		}
		if got := b.commit(id1); got.String() != want {
			t.Errorf("while %s is written: got %q, want %q", path, got, want)
		}
		end()
	}
	// A writer that waits for its turn does not keep a commit from its own.
	end, _ := b.store.turns.try("a/other")
	waiting := newTurn("a", true)
	b.store.turns.mu.Lock()
	b.store.turns.all = append(b.store.turns.all, waiting)
	b.store.turns.mu.Unlock()
	b.want(b.commit(id1), "200")
	end()
	if !waiting.hasBegun() {
		t.Error("the deletion of the folder did not begin")
	}
}

// The first to arrive is the first to run, and nobody is overtaken forever.
func TestTurnsComeInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var ts turns
		var mu sync.Mutex
		var order []string
		begin := func(path string, whole bool) {
			go func() {
				turn := ts.queue(path, whole)
				<-turn.began
				mu.Lock()
				order = append(order, path)
				mu.Unlock()
				<-time.After(time.Second)
				ts.end(turn)
			}()
			synctest.Wait()
		}
		begin("a/b", false)
		begin("a", true)
		begin("a/c", false)
		begin("x", false)
		<-time.After(time.Minute)
		if want := []string{"a/b", "x", "a", "a/c"}; !slices.Equal(order, want) {
			t.Errorf("order %q, want %q", order, want)
		}
	})
}

func TestAWaitEndsWithItsRequestAndWithTheStore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := open(t)
		s.turns.try("a")
		ctx, cancel := context.WithCancel(t.Context())
		gone := make(chan any, 1)
		go func() {
			defer func() { gone <- recover() }()
			s.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(ctx, http.MethodPut, "/ImageStore/a?"+version, nil))
		}()
		answered := make(chan string, 1)
		go func() { answered <- send(s, "PUT /a", "x") }()
		synctest.Wait()
		cancel()
		if got := <-gone; got != http.ErrAbortHandler {
			t.Errorf("the client that went: %v", got)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if got := <-answered; got != "503 FABRIC_E_OBJECT_CLOSED" {
			t.Errorf("the store that closed: %q", got)
		}
		if n := len(s.turns.all); n != 1 {
			t.Errorf("%d turns, want the first writer's", n)
		}
	})
}

// While a PUT is running, its path has a session with a random id.
func TestAPutUnderWayIsASession(t *testing.T) {
	b := newBench(t)
	end, _ := b.store.turns.try("a")
	answered := make(chan string, 1)
	go func() { answered <- put("/A/", "hello")(b) }()
	var under uploadSession
	for range 10_000 {
		if len(under.UploadSessions) > 0 {
			break
		}
		if r := b.do("GET", "/ImageStore/A/$/GetUploadSession?"+version, ""); r.status == 200 {
			b.decode(r, &under)
		}
	}
	if len(under.UploadSessions) != 1 {
		t.Fatalf("%+v", under)
	}
	session := under.UploadSessions[0]
	if _, ok := parseGUID(session.SessionID); !ok || session.FileSize != "5" || session.StoreRelativePath != "A" {
		t.Errorf("%+v", session)
	}
	if got := b.expects(session.SessionID); got != "0-4" {
		t.Errorf("expects %q", got)
	}
	b.store.Failover()
	end()
	if got := <-answered; got != "200" || b.stored("a") != "hello" {
		t.Errorf("%s, stored %q", got, b.stored("a"))
	}
	b.want(b.do("GET", "/ImageStore/A/$/GetUploadSession?"+version, ""), "204")
	if b.staging() != 0 {
		t.Errorf("%d files in staging", b.staging())
	}
}

// Twelve writers write to one path: none is rejected, and the file is what one of them wrote.
func TestTwelveWritersOfOnePath(t *testing.T) {
	for _, p := range []Platform{Windows, Linux} {
		b := newBench(t, WithPlatform(p))
		b.put("source", "from the source")
		contents := []string{"from the source"}
		var group sync.WaitGroup
		for i := range 12 {
			content := strings.Repeat(string(rune('a'+i)), 100+i)
			contents = append(contents, content)
			group.Go(func() {
				for n := range 10 {
					do := put("f/x", content)
					switch {
					case i%4 == 1 && n%2 == 1:
						do = remove([]string{"f/x", "f"}[n/2%2])
					case i%4 == 2:
						do = copying(`{"RemoteSource":"source","RemoteDestination":"f/x"}`)
					}
					if got := do(b); got != "200" && got != "504 FABRIC_E_TIMEOUT" {
						t.Errorf("%v: writer %d: %q", p, i, got)
					}
				}
			})
		}
		group.Wait()
		b.put("f/y", "x") // the folder exists, whoever was last
		if b.store.tree.File("f/x") != nil && !slices.Contains(contents, b.stored("f/x")) {
			t.Errorf("%v: stored %q", p, b.stored("f/x"))
		}
		if n := b.staging(); n != 0 || len(b.store.turns.all) != 0 {
			t.Errorf("%v: %d files in staging, %d turns", p, n, len(b.store.turns.all))
		}
	}
}
