package cli_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/sfstore/sfstore/internal/cli"
)

// unlistable is a store whose continuation token repeats, as that of a cluster does if a name contains
// "=". It counts the requests that change something.
func unlistable(t *testing.T) (run func(args ...string) (code int, text string), changes *atomic.Int64) {
	changes = new(atomic.Int64)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet {
			changes.Add(1)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"StoreFiles":[],"StoreFolders":[],"ContinuationToken":"again"}`)
	}))
	t.Cleanup(server.Close)
	return func(args ...string) (int, string) {
		var stdout, stderr bytes.Buffer
		code := cli.Run(t.Context(), append(args, "--endpoint", server.URL), strings.NewReader(""), &stdout, &stderr, func(string) string { return "" })
		return code, stdout.String() + stderr.String()
	}, changes
}

func TestRmOfAFolderThatCannotBeListed(t *testing.T) {
	t.Parallel()
	run, deletions := unlistable(t)
	if code, text := run("rm", "App"); code != 2 || deletions.Load() != 0 || !strings.Contains(text, `delete the folder "App" with everything in it? pass --yes`) {
		t.Errorf("without a question answered: exit code %d, %d deletions\n%s", code, deletions.Load(), text)
	}
	if code, text := run("rm", "App", "--yes"); code != 0 || deletions.Load() != 1 || !strings.Contains(text, `the store cannot list all of "App"`) {
		t.Errorf("with --yes: exit code %d, %d deletions\n%s", code, deletions.Load(), text)
	}
}

func TestCpToAFolderThatCannotBeListed(t *testing.T) {
	t.Parallel()
	run, copies := unlistable(t)
	if code, text := run("cp", "Old", "App"); code != 2 || copies.Load() != 0 || !strings.Contains(text, `replace the folder "App" with everything in it? pass --yes`) {
		t.Errorf("without a question answered: exit code %d, %d copies\n%s", code, copies.Load(), text)
	}
	if code, text := run("cp", "Old", "App/", "--yes"); code != 0 || copies.Load() != 1 {
		t.Errorf("with --yes: exit code %d, %d copies\n%s", code, copies.Load(), text)
	}
}
