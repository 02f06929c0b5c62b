package cli_test

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/sfstore/sfstore/emulator"
	"github.com/sfstore/sfstore/internal/testhost"
)

// TestConformInterrupted interrupts the command at a random request: it exits with 3, and leaves
// nothing behind. SFSTORE_INTERRUPTS raises the number of interrupts.
func TestConformInterrupted(t *testing.T) {
	testhost.NotOnWindows(t, "there is no interrupt for one process")
	t.Parallel()
	store := memoryStore(t)
	rounds := 1
	if text := os.Getenv("SFSTORE_INTERRUPTS"); text != "" {
		var err error
		if rounds, err = strconv.Atoi(text); err != nil {
			t.Fatalf("SFSTORE_INTERRUPTS: %v", err)
		}
	}
	for range rounds {
		at := 2 + rand.Int64N(600)
		c := conform(t, func(w http.ResponseWriter, r *http.Request, n int64, process *os.Process) {
			if n == at {
				if err := process.Signal(os.Interrupt); err != nil {
					t.Error(err)
				}
			}
			store.ServeHTTP(w, r)
		})
		if c.code != 3 || !strings.Contains(c.stderr, "interrupted; everything that was stored is removed") {
			t.Errorf("interrupted at request %d: exit code %d\n%s", at, c.code, c.stderr)
		}
		if s := store.Stats(); s.Files != 0 || s.Sessions != 0 {
			t.Errorf("interrupted at request %d: %d files and %d sessions are left", at, s.Files, s.Sessions)
		}
	}
}

// TestConformFindsADifference runs on a handler that changes one thing.
func TestConformFindsADifference(t *testing.T) {
	t.Parallel()
	store := memoryStore(t)
	c := conform(t, func(w http.ResponseWriter, r *http.Request, _ int64, _ *os.Process) {
		if r.URL.Path == "/ImageStores" {
			http.NotFound(w, r)
			return
		}
		store.ServeHTTP(w, r)
	})
	const expected = "  DIFFERS    Another path than /ImageStore is a bad request, not 404.\n             GET /ImageStores?api-version=6.4: got \"404\""
	if c.code != 6 || !strings.Contains(c.stdout, expected) || !strings.Contains(c.stderr, "facts differ") && !strings.Contains(c.stderr, "fact differs") {
		t.Errorf("exit code %d\n%s\n%s", c.code, c.stdout, c.stderr)
	}
}

func memoryStore(t *testing.T) *emulator.Store {
	t.Helper()
	store, err := emulator.New()
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

type conformed struct {
	code           int
	stdout, stderr string
}

// conform runs the command against a handler, which gets the number of the request and the process.
func conform(t *testing.T, handle func(http.ResponseWriter, *http.Request, int64, *os.Process)) conformed {
	t.Helper()
	var stdout, stderr bytes.Buffer
	var requests atomic.Int64
	started := make(chan *os.Process, 1)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		process := <-started
		started <- process
		handle(w, r, requests.Add(1), process)
	}))
	defer server.Close()
	cmd := exec.CommandContext(t.Context(), "sfstore", "conform", "--yes", "--endpoint", server.URL)
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	started <- cmd.Process
	err := cmd.Wait()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return conformed{cmd.ProcessState.ExitCode(), stdout.String(), stderr.String()}
}
