package interop

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/sfstore/sfstore/emulator"
)

// call is an operation with its arguments in the order of the generated clients.
type call struct {
	Name string `json:"name"`
	Args []any  `json:"args"`
}

// copyPaths are the members of the body of CopyImageStoreContent.
type copyPaths struct {
	Source      string `json:"remoteSource"`
	Destination string `json:"remoteDestination"`
}

// outcome is what a client made of the response to a call.
type outcome struct {
	Result json.RawMessage `json:"result"`
	Error  string          `json:"error"`
}

// sdk is a client that the vendor generated from its published document.
type sdk struct {
	name      string
	make      func(t *testing.T, url string, calls []call) []outcome
	loseCodes bool // its errors have the status and not the code
}

var sdks = []sdk{
	{"Go", goSDK, false},
	{"Python", pythonSDK, false},
	{"JavaScript", javaScriptSDK, true}, // looks for "error" where the response has "Error"
}

func TestGeneratedClientsOnContent(t *testing.T) {
	onBothPlatforms(t, func(t *testing.T, platform emulator.Platform) { runSteps(t, platform, contentSteps) })
}

func TestGeneratedClientsOnUploadSessions(t *testing.T) {
	t.Parallel()
	runSteps(t, emulator.Windows, sessionSteps)
}

func TestGeneratedClientsWhereThereAreNoUploadSessions(t *testing.T) {
	t.Parallel()
	runSteps(t, emulator.Linux, noSessionSteps)
}

// withoutBodies returns the known differences of calls that upload a chunk: they cannot send its bytes.
func withoutBodies(steps []step) (known []deviation) {
	for _, s := range steps {
		if s.call == "UploadFileChunk" {
			says := fmt.Sprintf(`UploadFileChunk: request header "Content-Range": is not the range of the body, which has 0 bytes, got "%v"`, s.args[2])
			known = append(known, deviation{says, "the published document has no body for the call"})
		}
	}
	return known
}

// runSteps makes the calls with each client, on a separate store.
func runSteps(t *testing.T, platform emulator.Platform, steps []step) {
	var calls []call
	for _, s := range steps {
		calls = append(calls, call{s.call, s.args})
	}
	for _, client := range sdks {
		t.Run(client.name, func(t *testing.T) {
			s := newStore(t, platform, withoutBodies(steps))
			s.fill(t)
			outcomes := client.make(t, s.url, calls)
			if len(outcomes) != len(steps) {
				t.Fatalf("%d outcomes of %d calls", len(outcomes), len(steps))
			}
			for i, step := range steps {
				t.Run(step.name, func(t *testing.T) { step.check(t, s, client, outcomes[i]) })
			}
		})
	}
}

// fill stores the files and begins the sessions that the steps need.
func (s *store) fill(t *testing.T) {
	t.Helper()
	s.put(t, "App/_.dir", "")
	s.put(t, "App/a%20b.txt", "01234")
	s.put(t, "App/Code/_.dir", "")
	s.put(t, "App/Code/big.bin", "0123456")
	if s.platform == emulator.Windows {
		s.chunk(t, "App/Half.zip", session1, "bytes 0-3/10", "0123")
		s.chunk(t, "App/Whole.zip", session2, "bytes 0-3/4", "0123")
	}
}

func (s step) check(t *testing.T, store *store, client sdk, got outcome) {
	t.Helper()
	want, flawed := s.flaws[client.name]
	if !flawed {
		want = s.want
	}
	if status, isError := strings.CutPrefix(want, "error "); isError && !flawed && client.loseCodes {
		status, _, _ = strings.Cut(status, " ")
		want = "error " + status
	}
	text := summary(t, got.Result)
	if got.Error != "" {
		text = "error " + got.Error
	} else if strings.HasSuffix(s.call, "Content") {
		want = store.spelled(want)
	}
	if text != want {
		t.Errorf("got %q, want %q", text, want)
	}
}
