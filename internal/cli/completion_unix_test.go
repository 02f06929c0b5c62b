//go:build linux || darwin

package cli_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/creack/pty"
)

// getWords replaces the function of the package bash-completion that the script needs.
const getWords = `_get_comp_words_by_ref() { cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} words=("${COMP_WORDS[@]}") cword=$COMP_CWORD; }`

// TestBashCompletes presses the tab key in a real bash at a terminal.
func TestBashCompletes(t *testing.T) {
	t.Parallel()
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("there is no bash")
	}
	s := serve(t, "--quiet")
	for _, path := range []string{"App/Code/a.dll", "App/Config.xml", "Apple"} {
		if status := do(t, "PUT", s.url+"/ImageStore/"+path+"?api-version=6.0", "x"); status != http.StatusOK {
			t.Fatalf("PUT: %d", status)
		}
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "local.zip"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), bash, "--norc", "--noprofile", "-i")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "SFSTORE_ENDPOINT="+s.url, "PS1=$ ", "TERM=dumb", "INPUTRC=/dev/null")
	terminal, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 24, Cols: 200})
	if err != nil {
		t.Fatal(err)
	}
	defer terminal.Close()
	var screen strings.Builder
	// types types a text and waits until the terminal shows another after it.
	types := func(text, want string) {
		t.Helper()
		from := screen.Len()
		if _, err := terminal.WriteString(text); err != nil {
			t.Fatal(err)
		}
		buffer := make([]byte, 4096)
		for !strings.Contains(screen.String()[from:], want) {
			n, err := terminal.Read(buffer)
			screen.Write(buffer[:n])
			if err != nil {
				t.Fatalf("after %q the terminal does not show %q: %v\n%q", text, want, err, screen.String()[from:])
			}
		}
	}
	types(getWords+"; source <(sfstore completion bash); echo rea''dy\n", "ready")
	types("sfstore ses\t", "sfstore session ")
	types("\x15sfstore stat App/Con\t", "sfstore stat App/Config.xml ")
	types("\x15sfstore ls App/Cod\t", "sfstore ls App/Code/")
	types("\x15sfstore upload loc\t", "sfstore upload local.zip ")
	types("\x15sfstore serve --platform li\t", "--platform linux ")
	types("\x15exit\n", "exit")
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
	s.stop(t)
}

// TestACompletionEndsWithoutAResponse completes at a gateway that does not respond.
func TestACompletionEndsWithoutAResponse(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
	defer server.Close()
	out, err := exec.CommandContext(t.Context(), "sfstore", "__complete", "ls", "--endpoint", server.URL, "").Output()
	if err != nil || string(out) != ":4\n" {
		t.Errorf("got %q: %v", out, err)
	}
}
