package cli_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"strings"
	"testing"
	"unicode"
)

// hostile is a name with characters that a terminal may obey, and with a line of its own.
const hostile = "a\x1b[31m\u009b2J\u202eb\nsfstore: forged\rX\x7f\u2066\ufeff\U000e0001"

// TestNoNameOfAStoreReachesTheTerminalRaw runs on a store with hostile names.
func TestNoNameOfAStoreReachesTheTerminalRaw(t *testing.T) {
	t.Parallel()
	name, err := json.Marshal(hostile)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body := `{"StoreFiles":[{"StoreRelativePath":NAME,"FileVersion":{"VersionNumber":"1","EpochDataLossNumber":"1","EpochConfigurationNumber":"1"},"FileSize":"5","ModifiedDate":"2026-11-28T19:48:11.153Z"}],"StoreFolders":[{"StoreRelativePath":NAME,"FileCount":"6"}]}`
		if strings.Contains(r.URL.Path, "/$/") {
			body = `{"UploadSessions":[{"StoreRelativePath":NAME,"SessionId":"2032ac6c-a348-4594-86da-dab0f2bb1ae1","FileSize":"20","ExpectedRanges":[],"ModifiedDate":"2026-11-28T19:48:11.039Z"}]}`
		}
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		_, _ = io.WriteString(w, strings.ReplaceAll(body, "NAME", string(name)))
	}))
	defer server.Close()
	for _, row := range []struct {
		command string
		lines   int
	}{
		{"ls", 2},
		{"ls -o json", 1},
		{"session list -o json App", 1},
		{"session show -o json 2032ac6c-a348-4594-86da-dab0f2bb1ae1", 1},
		{"session watch App", 1},
		{"session watch -o json App", 1},
	} {
		args := append(strings.Fields(row.command), "--endpoint", server.URL)
		printed, err := exec.CommandContext(t.Context(), "sfstore", args...).CombinedOutput()
		if err != nil {
			t.Errorf("%s: %v", row.command, err)
		}
		text := string(printed)
		if i := strings.IndexFunc(text, func(r rune) bool { return !unicode.IsPrint(r) && r != '\n' }); i >= 0 {
			t.Errorf("%s prints %q", row.command, text[i:])
		}
		if n := strings.Count(text, "\n"); n != row.lines {
			t.Errorf("%s prints %d lines, want %d: %q", row.command, n, row.lines, text)
		}
		if strings.Contains(row.command, "json") && !decodes(t, printed) {
			t.Errorf("%s: the JSON has another name: %s", row.command, printed)
		}
	}
}

// decodes reports whether an object contains the hostile name as a value.
func decodes(t *testing.T, object []byte) bool {
	t.Helper()
	var value any
	if err := json.Unmarshal(object, &value); err != nil {
		t.Fatal(err)
	}
	return contains(value, hostile)
}

func contains(value any, text string) bool {
	switch v := value.(type) {
	case string:
		return v == text
	case []any:
		for _, item := range v {
			if contains(item, text) {
				return true
			}
		}
	case map[string]any:
		for _, item := range v {
			if contains(item, text) {
				return true
			}
		}
	}
	return false
}

func TestServeLogsARefusedRequestInALine(t *testing.T) {
	t.Parallel()
	s := serve(t)
	raw(t, s.url, "GET /ImageStore/a%0Aforged HTTP/1.1\nHost: example.org\nConnection: close\n\n")
	s.logged(t, "refused GET /ImageStore/a%0Aforged: the Host")
	s.stop(t)
}

func TestServeAllowsAHostAsItMayBeWritten(t *testing.T) {
	t.Parallel()
	s := serve(t, "--allow-host", "Store.", "--allow-host", "[2001:db8::1]")
	for _, host := range []string{"store:19080", "STORE.", "[2001:db8::1]:19080"} {
		if line := raw(t, s.url, "GET /ImageStore?api-version=6.0 HTTP/1.1\nHost: "+host+"\nConnection: close\n\n"); line == "HTTP/1.1 403 Forbidden" {
			t.Errorf("Host %s: %s", host, line)
		}
	}
	s.stop(t)
}

func TestRecordWarnsWhenOtherMachinesCanConnect(t *testing.T) {
	t.Parallel()
	s := start(t, "record", "--upstream", "http://127.0.0.1:1", "--listen", "0.0.0.0:0", "--out", t.TempDir()+"/x.har")
	s.logged(t, "sfstore: WARNING: --listen 0.0.0.0:0: every machine that can connect can send requests to the cluster")
	if err := s.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = s.cmd.Wait()
}

func TestServeLogsInJSON(t *testing.T) {
	t.Parallel()
	s := serve(t, "-o", "json", "--verbose")
	if status := do(t, "PUT", s.url+"/ImageStore/a?api-version=6.0", ""); status != http.StatusOK {
		t.Fatalf("PUT: %d", status)
	}
	s.logged(t, `{"notice":"`)
	s.stop(t)
}
