package conformance

import (
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/sfstore/sfstore/api"
	"github.com/sfstore/sfstore/emulator"
	"github.com/sfstore/sfstore/internal/testhost"
)

// TestTheLocalStoreConforms checks all facts on the local store, on both platforms. Every exchange is
// validated against the contract, nothing outside the suite's folder is changed, and nothing is left
// behind.
func TestTheLocalStoreConforms(t *testing.T) {
	t.Parallel()
	var coverage api.Coverage
	contract := loadContract(t).WithCoverage(&coverage)
	for _, p := range []emulator.Platform{emulator.Windows, emulator.Linux} {
		t.Run(p.String(), func(t *testing.T) {
			store := newStore(t, emulator.WithPlatform(p))
			suite, writes := suiteOf(t, store)
			suite.observe = against(contract)
			report, err := suite.Run(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range report.Facts {
				t.Run(f.Topic+"/"+f.Fact, func(t *testing.T) {
					if slices.Contains(notStorable, f.Fact) && p == emulator.Linux {
						testhost.NotOnWindows(t, "no disk there keeps such names, or keeps them apart")
					}
					if f.Verdict == Differs {
						t.Errorf("%s\nsource: %s", strings.Join(f.Instead, "\n"), f.Source)
					}
				})
			}
			if s := store.Stats(); s.Files != 0 || s.Sessions != 0 {
				t.Errorf("%d files and %d sessions are left", s.Files, s.Sessions)
			}
			for _, w := range writes.all() {
				if !strings.Contains(w, suite.Folder()) && !strings.Contains(w, "UploadSession") {
					t.Errorf("a write outside of the folder succeeded: %.200s", w)
				}
			}
			if expected := (Cluster{Version: "11.3", Platform: strings.ToLower(p.String()), Sessions: p == emulator.Windows}); report.Cluster != expected {
				t.Errorf("the cluster is %+v, expected %+v", report.Cluster, expected)
			}
		})
	}
	if missing := coverage.Missing(contract); len(missing) > 0 && !t.Failed() {
		t.Errorf("no fact is about the operations %q", missing)
	}
}

// notStorable are facts of Linux about names that only some disks can store.
var notStorable = []string{
	"A tab at the end of a path in a copy is part of the name on Linux.",
	"An escaped question mark is part of the name on Linux.",
	"Names are case-sensitive on Linux, and a listing shows one of two that differ only in case.",
}

// TestEveryFactNamesItsSource also keeps sentences distinct, because reports and tests identify facts
// by them.
func TestEveryFactNamesItsSource(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, topic := range topics() {
		for _, f := range topic.facts {
			if f.source+topic.source == "" {
				t.Errorf("%s: no source", f.says)
			}
			if seen[f.says] {
				t.Errorf("%s: stands there twice", f.says)
			}
			seen[f.says] = true
			if (f.local == "") != (len(f.do) > 0) {
				t.Errorf("%s: a fact has steps, or a reason not to ask", f.says)
			}
		}
	}
}

func newStore(t *testing.T, options ...emulator.Option) *emulator.Store {
	t.Helper()
	store, err := emulator.New(append([]emulator.Option{emulator.WithFolder(t.TempDir())}, options...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	return store
}

// suiteOf returns a suite for a handler, and the writes that succeed there.
func suiteOf(t *testing.T, handler http.Handler) (*Suite, *writes) {
	t.Helper()
	w := &writes{}
	server := httptest.NewServer(w.note(handler))
	t.Cleanup(server.Close)
	suite, err := New(server.URL, server.Client())
	if err != nil {
		t.Fatal(err)
	}
	suite.hurry = true
	return suite, w
}

// writes are requests other than GET that succeeded.
type writes struct {
	mu   sync.Mutex
	seen []string
}

func (w *writes) all() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.seen)
}

func (w *writes) note(next http.Handler) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			next.ServeHTTP(rw, r)
			return
		}
		text := r.Method + " " + r.RequestURI
		if r.Method == http.MethodPost {
			body, _ := io.ReadAll(r.Body)
			r.Body = io.NopCloser(strings.NewReader(string(body)))
			// A copy changes its destination, which is only in the body.
			text += " " + regexp.MustCompile(`"RemoteDestination":"[^"]*"`).FindString(string(body))
		}
		s := &statusWriter{ResponseWriter: rw}
		next.ServeHTTP(s, r)
		if s.status < 300 {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.seen = append(w.seen, text)
		}
	})
}

type statusWriter struct {
	http.ResponseWriter
	status int
}

func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

// onLocal returns a run on a store, for facts that no cluster is asked.
func onLocal(t *testing.T, store *emulator.Store, p emulator.Platform) *run {
	t.Helper()
	suite, _ := suiteOf(t, store)
	return &run{Suite: suite, open: map[string]bool{}, traits: traits{windows: p == emulator.Windows, sessions: p == emulator.Windows, since65: true}}
}

func TestNewRejects(t *testing.T) {
	for name, row := range map[string]struct {
		endpoint string
		doer     Doer
	}{
		"no URL":      {"localhost:19080", http.DefaultClient},
		"a file":      {"file:///tmp", http.DefaultClient},
		"a nil doer":  {"http://localhost:19080", nil},
		"no endpoint": {"", http.DefaultClient},
	} {
		if _, err := New(row.endpoint, row.doer); err == nil {
			t.Errorf("%s is accepted", name)
		}
	}
}
