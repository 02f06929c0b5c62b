package cli_test

import (
	"bufio"
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// startRecordTLS starts a recorder with HTTPS for its clients, and returns the file with the authority
// that they trust.
func startRecordTLS(t *testing.T, upstream string) (r *served, file, authority string) {
	t.Helper()
	folder := t.TempDir()
	file, authority = filepath.Join(folder, "traffic.har"), filepath.Join(folder, "ca.pem")
	r, rest := launch(t, func(*exec.Cmd) {}, "record", "--listen-tls", "--listen", "127.0.0.1:0", "--upstream", upstream, "--out", file)
	lines, text := bufio.NewScanner(rest), ""
	for !strings.HasPrefix(lines.Text(), "-----END") && lines.Scan() {
		text += lines.Text() + "\n"
	}
	if block, rest := pem.Decode([]byte(text)); block == nil || len(rest) > 0 {
		t.Fatalf("after the URL comes no certificate: %q", text)
	}
	if err := os.WriteFile(authority, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return r, file, authority
}

// TestRecordOfAClientWithAToken records sfstore itself, which sends tokens only over HTTPS.
func TestRecordOfAClientWithAToken(t *testing.T) {
	t.Parallel()
	tokens := make(chan string, 10)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		tokens <- r.Header.Get("Authorization")
		w.WriteHeader(http.StatusNoContent)
	}))
	defer server.Close()
	r, file, authority := startRecordTLS(t, server.URL)
	if !strings.HasPrefix(r.url, "https://127.0.0.1:") {
		t.Fatalf("the URL is %s", r.url)
	}
	for _, endpoint := range []string{r.url, strings.Replace(r.url, "127.0.0.1", "localhost", 1)} {
		ls := exec.CommandContext(t.Context(), "sfstore", "ls", "App", "--endpoint", endpoint, "--ca", authority)
		ls.Env = append(os.Environ(), "SFSTORE_TOKEN=canary.canary.canary")
		if out, err := ls.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", endpoint, err, out)
		}
		if token := <-tokens; token != "Bearer canary.canary.canary" {
			t.Errorf("%s: the upstream got %q", endpoint, token)
		}
	}
	// A client that does not trust the authority is reported.
	if out, err := exec.CommandContext(t.Context(), "sfstore", "ls", "--endpoint", r.url).CombinedOutput(); err == nil {
		t.Errorf("a client trusts what it does not know: %s", out)
	}
	r.logged(t, "sfstore: no handshake with the client 127.0.0.1:")
	code, said := r.exit(t, os.Interrupt)
	if code != 0 || !strings.Contains(said, "2 passed, 0 different, 0 not whole") {
		t.Errorf("exit code %d:\n%s", code, said)
	}
	text, err := os.ReadFile(file)
	if err != nil || strings.Contains(string(text), "canary") || !strings.Contains(string(text), `"Authorization","value":"REDACTED"`) {
		t.Errorf("%v: the recording is\n%s", err, text)
	}
}

func TestRecordOfAnUpstreamThatIsNotTrusted(t *testing.T) {
	t.Parallel()
	server := httptest.NewTLSServer(http.NotFoundHandler())
	defer server.Close()
	r, _ := recordOf(t, server.URL)
	if rsp, err := http.Get(r.url + "/ImageStore?api-version=6.0"); err == nil {
		rsp.Body.Close()
		t.Error("a response of an upstream that is not trusted")
	}
	r.logged(t, "sfstore: connect to the upstream: ")
	code, said := r.exit(t, os.Interrupt)
	if code != 4 || !strings.Contains(said, "could not connect to the upstream: ") || !strings.Contains(said, "--ca, --server-thumbprint") {
		t.Errorf("exit code %d, want 4\n%s", code, said)
	}
}
