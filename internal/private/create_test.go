package private_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/sfstore/sfstore/internal/private"
)

func TestCreate(t *testing.T) {
	name := filepath.Join(t.TempDir(), "secret")
	file, err := private.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := file.WriteString("text"); err != nil {
		t.Error(err)
	}
	wantOwnerAlone(t, name)
	if err := file.Close(); err != nil {
		t.Error(err)
	}
	if text, err := os.ReadFile(name); err != nil || string(text) != "text" {
		t.Errorf("read %q, %v", text, err)
	}
	if _, err := private.Create(name); !errors.Is(err, fs.ErrExist) {
		t.Errorf("a second time: %v", err)
	}
	if _, err := private.Create(filepath.Join(name, "below")); err == nil {
		t.Error("a file has a file in it")
	}
}
