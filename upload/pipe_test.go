//go:build unix

package upload_test

import (
	"net/http"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// Opening a pipe would wait forever, because nobody writes to it.
func TestPipeIsNotOpened(t *testing.T) {
	name := filepath.Join(t.TempDir(), "pipe")
	must(t, syscall.Mkfifo(name, 0o600))
	client := responding(t, func(http.ResponseWriter, *http.Request) { t.Error("a request was sent") })
	_, err := newUploader(t, client).File(t.Context(), at, name)
	if err == nil || !strings.Contains(err.Error(), "it is not a regular file but a pipe") {
		t.Errorf("got %v", err)
	}
}
