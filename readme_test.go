package sfstore_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/sfstore/sfstore/emulator"
	"github.com/sfstore/sfstore/internal/testhost"
)

// TestReadmeProgram runs the README's program against a local store that has an upload session.
func TestReadmeProgram(t *testing.T) {
	testhost.Tool(t, "go")
	program := regexp.MustCompile("(?s)```go\n(.*?)```").FindStringSubmatch(read(t, "README.md"))
	if program == nil {
		t.Fatal("the README has no program")
	}
	store, err := emulator.New()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = store.Close() }()
	server := httptest.NewServer(store)
	defer server.Close()
	const session = "2032ac6c-a348-4594-86da-dab0f2bb1ae1"
	chunk, err := http.NewRequest("PUT", server.URL+"/ImageStore/App/Code.zip/$/UploadChunk?api-version=6.0&session-id="+session, strings.NewReader("hello"))
	if err != nil {
		t.Fatal(err)
	}
	chunk.Header.Set("Content-Range", "bytes 0-4/10")
	rsp, err := http.DefaultClient.Do(chunk)
	if err != nil {
		t.Fatal(err)
	}
	_ = rsp.Body.Close()

	file := filepath.Join(t.TempDir(), "main.go")
	source := strings.Replace(program[1], "http://localhost:19080", server.URL, 1)
	if err := os.WriteFile(file, []byte(source), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), "go", "run", file).CombinedOutput()
	if want := session + ": 5 of 10 bytes remain, in 1 ranges\n"; err != nil || string(out) != want {
		t.Errorf("the program printed %q, %v; want %q", out, err, want)
	}
}

// TestReadmeIsShort limits its length, so that people read it.
func TestReadmeIsShort(t *testing.T) {
	if words := len(strings.Fields(read(t, "README.md"))); words > 800 {
		t.Errorf("the README has %d words, want at most 800", words)
	}
}

// TestDependenciesHaveReasons checks that each module that go.mod requires has a row.
func TestDependenciesHaveReasons(t *testing.T) {
	page := read(t, "docs/dependencies.md")
	direct := regexp.MustCompile(`(?m)^\t(?:github\.com/)?(\S+?)(?:/v\d+)? v\S+$`) // indirect ones end in a comment
	modules := direct.FindAllStringSubmatch(read(t, "go.mod"), -1)
	if len(modules) == 0 {
		t.Fatal("go.mod requires nothing")
	}
	for _, module := range modules {
		if !strings.Contains(page, "`"+module[1]+"`") {
			t.Errorf("docs/dependencies.md does not say why %s is needed", module[1])
		}
	}
}

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
