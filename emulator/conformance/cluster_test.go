package conformance

import (
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/sfstore/sfstore/emulator"
)

// The suite itself, at a cluster that does not hold to every fact: it says
// which, and leaves nothing behind.
func TestTheSuiteAtACluster(t *testing.T) {
	if remote != nil {
		t.Skip("this is about the suite")
	}
	faults, err := emulator.ParseFaults("CopyImageStoreContent=500/E_FAIL,CommitImageStoreUploadSession=500/E_FAIL,DeleteImageStoreUploadSession:every-5=drop-reply")
	if err != nil {
		t.Fatal(err)
	}
	store, err := emulator.New(emulator.WithFaults(faults...))
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	server := httptest.NewServer(store)
	defer server.Close()
	suite := exec.CommandContext(t.Context(), os.Args[0])
	suite.Env = append(os.Environ(), "SFSTORE_CONFORMANCE="+server.URL)
	text, err := suite.CombinedOutput()
	if err == nil {
		t.Error("the suite did not fail")
	}
	for _, want := range []string{
		"which behaves like windows",
		"  holds      A PUT makes no mark.",
		"  DIFFERS    A second commit succeeds and writes nothing.",
		`got "500 E_FAIL"`,
		"  not asked  The root cannot be deleted. (it would harm the cluster if it did not hold)",
		"  not asked  A raw bar is refused on Linux. (it is about linux)",
	} {
		if !strings.Contains(string(text), want) {
			t.Errorf("the suite did not say %q", want)
		}
	}
	if s := store.Stats(); s.Files != 0 || s.Sessions != 0 {
		t.Errorf("%d files and %d sessions are left", s.Files, s.Sessions)
	}
	if t.Failed() {
		t.Logf("%s", text)
	}
}
