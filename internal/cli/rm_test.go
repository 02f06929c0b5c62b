package cli_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/sfstore/sfstore/internal/cli"
)

// TestRmOfAFolderThatCannotBeListed runs on a store whose continuation token repeats, as that of a
// cluster does if a name contains "=".
func TestRmOfAFolderThatCannotBeListed(t *testing.T) {
	t.Parallel()
	deleted := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodDelete {
			deleted++
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"StoreFiles":[],"StoreFolders":[],"ContinuationToken":"again"}`)
	}))
	defer server.Close()
	rm := func(flags ...string) (code int, text string) {
		var stdout, stderr bytes.Buffer
		args := append([]string{"rm", "--endpoint", server.URL, "App"}, flags...)
		code = cli.Run(t.Context(), args, strings.NewReader(""), &stdout, &stderr, func(string) string { return "" })
		return code, stdout.String() + stderr.String()
	}
	if code, text := rm(); code != 2 || deleted != 0 || !strings.Contains(text, `delete the folder "App" with everything in it? pass --yes`) {
		t.Errorf("without a question answered: exit code %d, %d deletions\n%s", code, deleted, text)
	}
	if code, text := rm("--yes"); code != 0 || deleted != 1 || !strings.Contains(text, `the store cannot list all of "App"`) {
		t.Errorf("with --yes: exit code %d, %d deletions\n%s", code, deleted, text)
	}
}
