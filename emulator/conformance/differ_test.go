package conformance

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/sfstore/sfstore/emulator"
)

// TestAFaultyCluster runs on a cluster that fails in some operations and loses responses: the report
// names the facts that differ, and nothing is left behind.
func TestAFaultyCluster(t *testing.T) {
	t.Parallel()
	faults, err := emulator.ParseFaults("CopyImageStoreContent=500/E_FAIL,CommitImageStoreUploadSession=500/E_FAIL,DeleteImageStoreUploadSession:every-5=drop-reply")
	if err != nil {
		t.Fatal(err)
	}
	store := newStore(t, emulator.WithFaults(faults...))
	suite, _ := suiteOf(t, store)
	report, err := suite.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if s := store.Stats(); s.Files != 0 || s.Sessions != 0 {
		t.Errorf("%d files and %d sessions are left", s.Files, s.Sessions)
	}
	for says, expected := range map[string]Verdict{
		"A PUT makes no mark.":                         Holds,
		"A second commit succeeds and writes nothing.": Differs,
		"The root cannot be deleted.":                  NotAsked,
		"A raw bar is refused on Linux.":               NotAsked,
	} {
		f := report.find(t, says)
		if f.Verdict != expected {
			t.Errorf("%s: %+v, expected it %s", says, f, expected)
		}
		if expected == Differs && !strings.Contains(f.Instead[0], `got "500 E_FAIL"`) {
			t.Errorf("%s: it does not say what came instead: %q", says, f.Instead)
		}
		if expected == NotAsked && f.Reason == "" {
			t.Errorf("%s: no reason", says)
		}
	}
	all := report.Total()
	if all.Holds+all.Differs+all.NotAsked != len(report.Facts) || all.Differs == 0 {
		t.Errorf("the counts are %+v of %d facts", all, len(report.Facts))
	}
}

func (r *Report) find(t *testing.T, says string) Finding {
	t.Helper()
	for _, f := range r.Facts {
		if f.Fact == says {
			return f
		}
	}
	t.Fatalf("no fact says: %s", says)
	return Finding{}
}

// TestPlantedDifferences runs on a handler that changes three things. They are reported, nothing else
// is, and the report does not contain the host that a response names.
func TestPlantedDifferences(t *testing.T) {
	t.Parallel()
	planted := []struct{ fact, instead string }{
		{"Deleting what does not exist succeeds.", `got "404"`},
		{"Another path than /ImageStore is a bad request, not 404.", "nothing here at (host)"},
		{"A commit has no path.", "the connection was closed without a whole response"},
	}
	store := newStore(t)
	suite, _ := suiteOf(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Method == http.MethodDelete && strings.HasSuffix(r.URL.Path, "/no/more"):
			w.WriteHeader(http.StatusNotFound)
		case r.URL.Path == "/ImageStores" && r.Method == http.MethodGet && r.URL.Query().Get("timeout") == "":
			http.Error(w, "nothing here at "+r.Host, http.StatusNotFound)
		case strings.HasSuffix(r.URL.Path, "/a/$/CommitUploadSession"):
			panic(http.ErrAbortHandler)
		default:
			store.ServeHTTP(w, r)
		}
	}))
	report, err := suite.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range planted {
		f := report.find(t, p.fact)
		if f.Verdict != Differs || len(f.Instead) == 0 || !strings.Contains(f.Instead[0], p.instead) {
			t.Errorf("the difference is not reported: %+v", f)
		}
	}
	// "An error with a text of its own contains that text." requests /ImageStores too.
	if n := report.Total().Differs; n != len(planted)+1 {
		t.Errorf("%d facts differ, expected %d", n, len(planted)+1)
	}
	text, err := json.Marshal(report)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(text), suite.endpoint.Host) {
		t.Errorf("the report names the host: %s", text)
	}
}

// TestAPrivateBodyIsNotReported changes responses that contain details of the cluster.
func TestAPrivateBodyIsNotReported(t *testing.T) {
	t.Parallel()
	const canary = "canary-5Tq2"
	store := newStore(t)
	suite, _ := suiteOf(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		private := []string{"/", "/ImageStore", "/$/GetClusterManifest", "/$/GetAadMetadata"}
		if r.Method == http.MethodGet && slices.Contains(private, r.URL.Path) {
			http.Error(w, canary, http.StatusBadGateway)
			return
		}
		store.ServeHTTP(w, r)
	}))
	report, err := suite.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(report)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(text), canary) {
		t.Errorf("the report shows it: %s", text)
	}
	if f := report.find(t, "The cluster's manifest names its image store."); f.Verdict != Differs {
		t.Errorf("got %+v", f)
	}
}

// TestWhoMayNotWrite checks that a client without the right to write stops at the first write, and
// leaves nothing to remove.
func TestWhoMayNotWrite(t *testing.T) {
	t.Parallel()
	store := newStore(t)
	suite, _ := suiteOf(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPut {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		store.ServeHTTP(w, r)
	}))
	report, err := suite.Run(t.Context())
	var response *ResponseError
	if !errors.As(err, &response) || response.Status != http.StatusForbidden || report.Complete {
		t.Errorf("got %v", err)
	}
}

// TestWhatIsLeftIsNamed runs on a cluster on which nothing can be deleted.
func TestWhatIsLeftIsNamed(t *testing.T) {
	t.Parallel()
	store := newStore(t)
	suite, _ := suiteOf(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodDelete {
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		store.ServeHTTP(w, r)
	}))
	_, err := suite.Run(t.Context())
	var left *LeftoverError
	if !errors.As(err, &left) || left.Folder != suite.Folder() || len(left.Sessions) == 0 {
		t.Errorf("got %v", err)
	}
}

// TestAClusterThatStopsResponding checks that the run ends after a few facts.
func TestAClusterThatStopsResponding(t *testing.T) {
	t.Parallel()
	store := newStore(t)
	var dead atomic.Bool
	suite, _ := suiteOf(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/ImageStores" {
			dead.Store(true)
		}
		if dead.Load() {
			panic(http.ErrAbortHandler)
		}
		store.ServeHTTP(w, r)
	}))
	report, err := suite.Run(t.Context())
	if err == nil || report.Complete || len(report.Facts) > 10 {
		t.Errorf("got %v after %d facts", err, len(report.Facts))
	}
}

func TestEndpoints(t *testing.T) {
	t.Parallel()
	for _, endpoint := range []string{"", "localhost:19080", "ftp://localhost", "http://", "://"} {
		if _, err := New(endpoint, http.DefaultClient); err == nil {
			t.Errorf("%q is taken for an endpoint", endpoint)
		}
	}
	suite, err := New("https://example.org:19080/gateway/", http.DefaultClient)
	if err != nil {
		t.Fatal(err)
	}
	r, err := getAsIs(`/ImageStore/a%2Fb//c?x=[%zz]`).request(t.Context(), suite.endpoint)
	if err != nil {
		t.Fatal(err)
	}
	if got, expected := r.URL.RequestURI(), `/gateway/ImageStore/a%2Fb//c?x=[%zz]`; got != expected {
		t.Errorf("the target goes out as %s, expected %s", got, expected)
	}
	if _, err := url.Parse(r.URL.String()); err == nil && r.URL.Host != "example.org:19080" {
		t.Errorf("the host is %q", r.URL.Host)
	}
}
