package interop

import (
	"bytes"
	"crypto/tls"
	"errors"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sfstore/sfstore/emulator"
	"github.com/sfstore/sfstore/internal/testcert"
)

// The largest file that is uploaded in a single PUT, as the first request of a connection. It is larger
// than what a server buffers while it requests a certificate.
const onePiece = 25 << 20

// TestUploadsToAServerThatRenegotiates uses the command with its defaults.
func TestUploadsToAServerThatRenegotiates(t *testing.T) {
	t.Parallel()
	s := newStore(t, emulator.Windows, nil)
	a := startApache(t, s.url, "optional_no_ca")
	c := newSfstore(t, a)
	c.offer(t, a.authority.Issue())

	if r := c.run(t, "ls"); r.exit != 0 {
		t.Errorf("a listing: exit code %d\n%s", r.exit, r.stderr)
	}
	for _, row := range []struct {
		name string
		size int
		args []string
	}{
		{"in a single PUT, as the first request of a connection", onePiece, []string{"--chunk-size", "25MiB"}},
		{"in chunks, by eight workers", 4 * onePiece, []string{"--parallel", "8"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			file, content := randomFile(t, row.size)
			if r := c.run(t, append([]string{"upload", file, "App/file"}, row.args...)...); r.exit != 0 {
				t.Fatalf("exit code %d\n%s", r.exit, r.stderr)
			}
			stored, err := os.ReadFile(filepath.Join(s.folder, "App", "file"))
			if err != nil || !bytes.Equal(stored, content) {
				t.Errorf("stored are %d bytes, not those that were sent: %v", len(stored), err)
			}
		})
	}
}

// TestRefusedByAServerThatRenegotiates expects the cause each time, and never only that the server
// closed the connection while the body was sent.
func TestRefusedByAServerThatRenegotiates(t *testing.T) {
	t.Parallel()
	file, _ := randomFile(t, onePiece)
	s := newStore(t, emulator.Windows, nil)
	for _, row := range []struct {
		name, verify string
		certificate  *tls.Certificate
		says         string
		tries        int
	}{
		{"without a certificate", "optional_no_ca", nil, "403 Forbidden", 200},
		{"with a wrong certificate", "optional_no_ca", stranger(), "403 Forbidden", 200},
		{"without a certificate, in the handshake", "require", nil, "handshake failure", 20},
		{"with a wrong certificate, in the handshake", "require", stranger(), "certificate", 20},
	} {
		t.Run(row.name, func(t *testing.T) {
			a := startApache(t, s.url, row.verify)
			c := newSfstore(t, a)
			if row.certificate != nil {
				c.offer(t, *row.certificate)
			}
			for try := range row.tries {
				for _, args := range [][]string{
					{"ls"},
					{"upload", "--chunk-size", "25MiB", file, "App/file"},
					{"upload", file, "App/file"}, // in chunks, by eight workers
				} {
					if r := c.run(t, args...); r.exit != 4 || !strings.Contains(r.stderr, row.says) {
						t.Fatalf("try %d of %q: exit code %d, want 4 and %q\n%s", try, args, r.exit, row.says, r.stderr)
					}
				}
			}
		})
	}
}

func stranger() *tls.Certificate {
	c := testcert.NewAuthority().Issue()
	return &c
}

// sfstore is the command, for a server that it trusts.
type sfstore struct {
	program string
	args    []string
}

func newSfstore(t *testing.T, a *apache) *sfstore {
	t.Helper()
	ca := filepath.Join(t.TempDir(), "ca.pem")
	chain, _ := testcert.PEM(tls.Certificate{Certificate: [][]byte{a.authority.Certificate.Raw}, PrivateKey: a.authority.Issue().PrivateKey})
	write(t, ca, chain)
	return &sfstore{built(t), []string{"--endpoint", a.url, "--ca", ca}}
}

// offer gives the command a client certificate.
func (c *sfstore) offer(t *testing.T, certificate tls.Certificate) {
	t.Helper()
	dir := t.TempDir()
	chain, key := testcert.PEM(certificate)
	write(t, filepath.Join(dir, "cert.pem"), chain)
	write(t, filepath.Join(dir, "key.pem"), key)
	c.args = append(c.args, "--cert", filepath.Join(dir, "cert.pem"), "--key", filepath.Join(dir, "key.pem"))
}

func (c *sfstore) run(t *testing.T, args ...string) ran {
	t.Helper()
	var stdout, stderr bytes.Buffer
	cmd := exec.CommandContext(t.Context(), c.program, append(args, c.args...)...)
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	if _, failed := errors.AsType[*exec.ExitError](err); err != nil && !failed {
		t.Fatal(err)
	}
	return ran{cmd.ProcessState.ExitCode(), stdout.String(), stderr.String()}
}

func randomFile(t *testing.T, size int) (name string, content []byte) {
	t.Helper()
	content = make([]byte, size)
	_, _ = rand.NewChaCha8([32]byte{byte(size >> 20)}).Read(content)
	name = filepath.Join(t.TempDir(), "file")
	write(t, name, content)
	return name, content
}

func write(t *testing.T, name string, content []byte) {
	t.Helper()
	if err := os.WriteFile(name, content, 0o600); err != nil {
		t.Fatal(err)
	}
}
