package interop

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sfstore/sfstore/emulator"
)

// The published document has no ContinuationToken, so the clients do not know it.
func TestGeneratedClientsTakeTheFirstPageForAll(t *testing.T) {
	t.Parallel()
	const files = 8000
	s := newStore(t, emulator.Windows, nil, emulator.WithFolder(folderOf(t, files)))
	for _, client := range sdks {
		t.Run(client.name, func(t *testing.T) {
			got := client.make(t, s.url, []call{{"GetImageStoreContent", on("App")}})[0]
			if got.Error != "" {
				t.Fatal(got.Error)
			}
			var page answer
			if err := json.Unmarshal(got.Result, &page); err != nil {
				t.Fatal(err)
			}
			if n := len(page.StoreFiles); n == 0 || n >= files {
				t.Errorf("got %d of %d files, want some and not all", n, files)
			}
		})
	}
}

// folderOf returns the folder of a store with empty files whose names are so long that they need
// several pages.
func folderOf(t *testing.T, files int) string {
	t.Helper()
	data := t.TempDir()
	app := filepath.Join(data, "content", "App")
	if err := os.MkdirAll(app, 0o755); err != nil {
		t.Fatal(err)
	}
	for i := range files {
		name := fmt.Sprintf("%06d-%s", i, strings.Repeat("x", 200))
		if err := os.WriteFile(filepath.Join(app, name), nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return data
}
