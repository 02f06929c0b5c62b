package interop

import (
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/sfstore/sfstore/emulator"
)

// driven is what every generated client prints: it finds no session (204) and no file (404), uploads
// two chunks under a path with a backslash, reads the expected ranges in between, and reads the code of
// the error when a chunk is sent twice.
const driven = `sessions before: 0
listing before: 404
first chunk: stored
session: App\data.bin 4a2340e8-32f3-4d5a-9a5c-1bdc2a1a1f0e expects 4-9 of 10
same chunk again: FABRIC_E_UPLOAD_SESSION_RANGE_NOT_SATISFIABLE
second chunk: stored
commit: 200
delete session: 200
listing: App\data.bin 10
`

// TestGenerators runs a program with each client that another generator made of openapi.yaml. make
// generators has compiled or type-checked them.
func TestGenerators(t *testing.T) {
	for _, row := range []struct {
		name, folder string
		command      []string
	}{
		{"ogen", "ogen", []string{"./drive"}},
		{"openapi-python-client", "python", []string{".venv/bin/python", "-B", "drive.py"}},
		{"openapi-typescript", "typescript", []string{"node", "generated/js/fetch.js"}},
		{"hey-api", "typescript", []string{"node", "generated/js/hey-api.js"}},
		{"openapi-generator", "java", []string{"java", "-cp", "target/classes:target/dependency/*", "Drive"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			s := newStore(t, emulator.Windows, nil)
			cmd := exec.CommandContext(t.Context(), row.command[0], append(row.command[1:], s.url)...)
			cmd.Dir = filepath.Join("generators", row.folder)
			out, err := cmd.CombinedOutput()
			if err != nil {
				t.Errorf("%v: has make generators run?", err)
			}
			if string(out) != driven {
				t.Errorf("printed:\n%swant:\n%s", out, driven)
			}
			same(t, read(t, filepath.Join(s.folder, "App")), tree{"data.bin": []byte("0123456789")})
		})
	}
}
