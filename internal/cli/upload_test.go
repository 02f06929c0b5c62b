package cli_test

import (
	"bytes"
	"crypto/rand"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
)

// TestKilledUploadGoesOn kills the command when four chunks of ten have arrived, and runs it
// again: it sends what is missing and says what it did not have to send.
func TestKilledUploadGoesOn(t *testing.T) {
	dir := t.TempDir()
	s := serve(t, "--data", filepath.Join(dir, "store"), "--fault", "UploadFileChunk=delay/200ms")
	file := make([]byte, 100_000)
	_, _ = rand.Read(file)
	name := filepath.Join(dir, "Code.zip")
	if err := os.WriteFile(name, file, 0o600); err != nil {
		t.Fatal(err)
	}
	command := func() *exec.Cmd {
		return exec.CommandContext(t.Context(), "sfstore", "upload", "--endpoint", s.url,
			"--parallel", "1", "--chunk-size", "10000", name, "App/Code.zip")
	}
	first := command()
	if err := first.Start(); err != nil {
		t.Fatal(err)
	}
	for range 4 {
		s.logged(t, "$/UploadChunk?")
	}
	if err := first.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = first.Wait()

	out, err := command().Output()
	if err != nil {
		t.Fatalf("the second run: %v", err)
	}
	// The fifth may have arrived before the kill did.
	if !regexp.MustCompile(`^uploaded 97\.7 KiB to App/Code\.zip, (58\.6 KiB sent, 39\.1|48\.8 KiB sent, 48\.8) KiB were there already, in `).Match(out) {
		t.Errorf("the second run says %q", out)
	}
	stored, err := os.ReadFile(filepath.Join(dir, "store", "content", "App", "Code.zip"))
	if err != nil || !bytes.Equal(stored, file) {
		t.Errorf("the stored file differs: %v", err)
	}
	s.stop(t)
}
